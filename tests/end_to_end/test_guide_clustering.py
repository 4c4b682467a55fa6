"""The page on K-means: its example runs as it stands there, and says what the page says."""

import re
import tomllib
from pathlib import Path

from thalweg.config.configuration import parse_configuration

PAGE = (Path(__file__).parents[2] / "docs" / "clustering.md").read_text()


def test_its_example_runs():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    names = {}
    exec(compile(code, "clustering.md", "exec"), names)
    two, three, four = names["shapes"]
    assert two.n_minima == 1 and two.agreement == 1.0
    assert two.agreement > three.agreement > four.agreement
    assert three.median_barrier < 1e-3 and four.median_barrier < 1e-3
    assert [t.n_clusters for t in names["topographies"]] == [2, 3, 4]
    assert all(t.lowest_funnel > 0.9 for t in names["topographies"])
    assert len(names["consensus"].labels) == 150 and names["quality"].adjusted_rand.max() > 0.5


def test_its_configuration_is_valid():
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    assert parse_configuration(tomllib.loads(text)).problem.clusters == 3
