"""thalweg consensus: one clustering of all minima of K-means."""

import json

import numpy as np
import pandas as pd
import pytest

import thalweg as tw
from thalweg.landscape.records import Batch, Minimum

ROWS = [0.0, 1.0, 10.0, 11.0, 5.4, 0.0]
CONFIG = '[problem]\nkind = "kmeans"\nclusters = 2\ndata = "a.csv"\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two clusterings in two of six rows, of which two are equal, and the table with its labels."""
    folder = tmp_path_factory.mktemp("consensus")
    table = pd.DataFrame({"x": ROWS, "kind": list("aabbab")})
    table.to_csv(folder / "a.csv", index=False)
    (folder / "a.toml").write_text(CONFIG + 'target = "kind"\n')
    (folder / "bare.toml").write_text(CONFIG + 'drop = ["kind"]\n')
    with tw.Landscape.create(
        tw.problems.KMeans(np.array(ROWS)[:, None], 2), folder / "a.db"
    ) as one:
        minima = tuple(minimum(limit) for limit in (8.0, 4.0))
        one.record(Batch(law="starts", minima=minima), one.start_run("by hand", {}, 0))
    return folder


def minimum(limit):
    """The clustering of the rows below and above a limit: centroids are means, curvatures twice the rows."""
    rows = np.array(ROWS)
    parts = rows[rows < limit], rows[rows >= limit]
    x = np.array([part.mean() for part in parts])
    curvatures = np.sort([2.0 * len(part) for part in parts])
    loss = sum(((part - part.mean()) ** 2).sum() for part in parts)
    return Minimum(float(loss), x, curvatures, 0.0)


def test_every_row_of_the_table_has_a_cluster_and_its_certainty(thalweg, folder):
    csv, png = folder / "clusters.csv", folder / "together.png"
    arguments = ("consensus", folder / "a.db", "--config", folder / "a.toml", "--weights", "equal")
    result = thalweg(*arguments, "-o", csv, "--figure", png, "--json")
    assert result.returncode == 0, result.stderr
    values = json.loads(result.stdout[result.stdout.index("{") :])
    table = pd.read_csv(csv, index_col="row")
    assert table.consensus_cluster.tolist() == values["clusters"]
    np.testing.assert_allclose(table.certainty, values["certainties"])
    # Equal rows are one point of the problem, and two rows here.
    assert len(table) == len(ROWS) and values["clusters"][0] == values["clusters"][5]
    with tw.Landscape.open(folder / "a.db") as landscape:
        network, problem = landscape.network(), landscape.problem
    assert values["minima"] == network.n_minima > 1 and values["temperature"] is None
    expected = tw.learn.consensus_clustering(
        problem, network, np.array(ROWS)[:, None], weights=np.ones(network.n_minima)
    )
    assert values["clusters"] == expected.labels.tolist()
    assert values["rows of each cluster"] == expected.sizes.tolist()
    assert values["adjusted Rand with the labels"] == expected.agreement(np.array(list("aabbab")))
    assert png.stat().st_size > 10_000
    # The same place is written anew, for what is there is ours.
    assert thalweg(*arguments, "-o", csv).returncode == 0


def test_without_labels_or_a_table_the_minima_alone_speak(thalweg, folder):
    bare = thalweg("consensus", folder / "a.db", "--config", folder / "bare.toml", "--json")
    alone = thalweg("consensus", folder / "a.db", "--json")
    with_rows, of_points = json.loads(bare.stdout), json.loads(alone.stdout)
    assert "adjusted Rand with the labels" not in with_rows | of_points
    assert len(with_rows["clusters"]) == len(ROWS) and len(of_points["clusters"]) == len(set(ROWS))
    assert with_rows["temperature"] == of_points["temperature"] > 0


def test_what_is_no_clustering_has_no_consensus(refused, empty, folder):
    refused("consensus", empty, said="a consensus is of K-means")
    asked = ("consensus", folder / "a.db", "--weights", "hits", "--temperature", "1")
    refused(*asked, said="that of the occupation")
