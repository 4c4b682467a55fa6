"""Every registered reproduction, in a tiny scale: it runs, states what is published, and draws."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from thalweg.reproduce import NOT_REPRODUCED, REPRODUCTIONS, TINY, Verdict
from thalweg.reproduce.statement import MIN_SEEDS

_OF_ONE_SEED = {
    "table-2.6",
    "figure-2.14",
    "gp-beyond",
    "batch-temperature",
    "reproducibility",
    "three-models",
}
"""They take two seconds and more with three, and state the same with one."""
_SLOW_AT_THREE_SEEDS = {
    *("table-2.1", "ensembles", "figure-1.2", "figure-1.3", "figure-1.8", "figure-2.8"),
    *("capacity", "clustering-k"),
}
_SLOW = {
    "figure-2.15",
    "figure-2.16",
    "slides-3",
    "slides-schwefel",
    "gp-posterior",
    "table-2.2",
    "table-2.3",
    "table-2.5",
    "figure-2.10",
    "slides-2",
    "slides-4",
    "slides-5",
    "gp-smoothness",
    "gp-sampling",
}
"""They take four seconds and more even so."""
_FEWEST = replace(TINY.with_seeds(0, 1), starts=4)
_MORE_SEEDS = {"slides-5": 2, "gp-sampling": 2}
"""A forecast of gains needs five data sets, of which a seed has four."""


def with_marks(name):
    is_slow = name in _OF_ONE_SEED | _SLOW | _SLOW_AT_THREE_SEEDS
    return pytest.param(name, marks=pytest.mark.slow) if is_slow else name


def scale_of(name):
    if name not in _OF_ONE_SEED | _SLOW:
        return TINY
    return _FEWEST.with_seeds(0, _MORE_SEEDS.get(name, 1))


@pytest.fixture(autouse=True)
def patients(tmp_path, monkeypatch):
    """A table of as many patients as the published one, drawn at random, where the real one is looked for."""
    random = np.random.default_rng(0)
    columns = {
        "age": ["30-39", "50-59"],
        "menopause": ["premeno", "ge40"],
        "tumor_size": ["10-14", "30-34"],
        "inv_nodes": ["0-2", "6-8"],
        "node_caps": ["no", "yes"],
        "deg_malig": ["1", "3"],
        "breast": ["left", "right"],
        "breast_quad": ["left_up", "central"],
        "irradiat": ["no", "yes"],
    }
    table = pd.DataFrame({name: random.choice(values, 286) for name, values in columns.items()})
    table["class"] = np.where(np.arange(286) < 85, "recurrence-events", "no-recurrence-events")
    table.to_csv(tmp_path / "breast_cancer_recurrence.csv", index=False)
    monkeypatch.setenv("THALWEG_DATA", str(tmp_path))


def n_colours(picture):
    canvas = FigureCanvasAgg(picture.figure())
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())
    return len(np.unique(pixels.reshape(-1, 4), axis=0)), canvas.figure


@pytest.mark.parametrize("name", [with_marks(name) for name in REPRODUCTIONS])
def test_an_item_states_what_is_published_and_draws_it(name, reproduced):
    result = reproduced(name, scale_of(name))
    assert result.name == name and result.title
    assert list(result.table.columns) == ["published", "ours", "sd"]
    assert np.isfinite(result.table.ours).any()
    # Of some items only words are published.
    is_in_words = any(statement.rule == "words" for statement in result.statements)
    assert is_in_words or np.isfinite(result.table.published).any()
    assert result.statements
    for statement in result.statements:
        assert len(statement.holds) >= MIN_SEEDS or statement.explanation, statement.text
        assert statement.verdict is not Verdict.OPEN or statement.explanation, statement.text
    texts = [statement.text for statement in result.statements]
    assert len(set(texts)) == len(texts)
    for picture in result.pictures:
        colours, figure = n_colours(picture)
        assert colours > 2 and any(axes.has_data() for axes in figure.axes), picture.name
        assert picture.caption
    assert json.loads(json.dumps(result.as_dict()))["name"] == name


def test_no_two_items_have_one_name_and_each_says_what_it_covers():
    names = [n for name, item in REPRODUCTIONS.items() for n in (name, *item.former)]
    assert len(set(names)) == len(names)
    assert all(item.covers for item in REPRODUCTIONS.values()) and all(NOT_REPRODUCED.values())
