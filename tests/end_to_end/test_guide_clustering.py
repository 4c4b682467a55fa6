"""The page on K-means: its example runs as it stands there, and says what the page says."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from thalweg.config.configuration import parse_configuration

PAGE = (Path(__file__).parents[2] / "docs" / "clustering.md").read_text()


# Four clusters take six times as long as two and three.
@pytest.mark.parametrize("numbers", [(2, 3), pytest.param((2, 3, 4), marks=pytest.mark.slow)])
def test_its_example_runs(numbers):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert "(2, 3, 4)" in code
    names = {}
    exec(compile(code.replace("(2, 3, 4)", str(numbers)), "clustering.md", "exec"), names)
    two, *more = shapes = names["shapes"]
    assert two.n_minima == 1 and two.agreement == 1.0
    assert all(a.agreement > b.agreement for a, b in pairwise(shapes))
    assert all(one.median_barrier < 1e-3 for one in more)
    assert tuple(t.n_clusters for t in names["topographies"]) == numbers
    assert all(t.lowest_funnel > 0.9 for t in names["topographies"])
    assert len(names["consensus"].labels) == 150 and names["quality"].adjusted_rand.max() > 0.5


def test_its_configuration_is_valid():
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    assert parse_configuration(tomllib.loads(text)).problem.clusters == 3
