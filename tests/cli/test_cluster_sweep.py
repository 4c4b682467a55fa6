"""thalweg sweep over the number of clusters."""

import numpy as np
import pytest


@pytest.mark.slow
def test_a_sweep_over_clusters_says_how_many_there_are(thalweg, tmp_path):
    ends = np.array([[0.0], [0.5], [1.1], [10.0], [10.6], [11.0]])
    np.savetxt(tmp_path / "points.csv", ends, header="x", comments="")
    config = tmp_path / "kmeans.toml"
    config.write_text(
        '[problem]\nkind = "kmeans"\nclusters = 2\ndata = "points.csv"\n[search]\nstarts = 16\n'
        "connect = true\n"
    )
    swept = thalweg("sweep", config, "--over", "problem.clusters=1,2,3", "--to", tmp_path / "k")
    assert swept.returncode == 0, swept.stderr
    assert "by the topography: 2 clusters" in swept.stdout
    assert "by the agreement of random starts: " in swept.stdout
