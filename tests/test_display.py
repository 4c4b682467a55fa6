"""How results show themselves."""

from dataclasses import dataclass

import numpy as np
import pytest

import thalweg as tw
from thalweg.display import short, shown, table
from thalweg.problems import double_well


@shown
@dataclass(frozen=True, eq=False)
class Result:
    values: np.ndarray
    name: str
    parts: tuple[object, ...] = ()


def test_a_result_shows_its_fields_in_one_line():
    result = Result(np.arange(600.0).reshape(2, 300), "a\nb", (1, 2.5))
    assert repr(result) == "Result(values=[2 × 300, 0 … 599], name=a b, parts=(1, 2.5))"


def test_names_are_text_in_a_table():
    markup = Result(np.zeros(1), "<script>alert(1)</script>")._repr_html_()
    assert "<script>" not in markup and "&lt;script&gt;" in markup


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([1.0, np.nan, 3.0]), "[3, 1 … 3, 1 not finite]"),
        (np.array([True, False]), "[2, 1 true]"),
        (np.zeros((0, 3)), "[0 × 3]"),
        (np.array(["a"]), "[1]"),
        (np.float64(1 / 3), "0.333333"),
        ("x" * 200, "x" * 79 + "…"),
        (
            tuple(Result(np.zeros(1), "a") for _ in range(9)),
            "(Result, Result, Result, Result, Result, Result, Result, Result, Result)",
        ),
        ({"flat": 0, "stopped": 2}, "(flat: 0, stopped: 2)"),
        (list(range(100)), "100 of int"),
        (None, "None"),
    ],
)
def test_values_in_a_few_characters(value, text):
    assert short(value) == text


def test_a_landscape_says_what_it_holds_and_what_to_do_next(tmp_path):
    file = tmp_path / "a.db"
    landscape = tw.explore(double_well(), file, workers=1)
    assert repr(landscape).endswith(f"in {file}: 2 minima, 1 transition states>")
    markup = landscape._repr_html_()
    assert "joined to the lowest" in markup and "tw.plot.disconnectivity" in markup
    assert markup.count("<svg") == 1 and "<script" not in markup
    assert "2 minima" in repr(landscape.network())
    assert "lowest_loss" in tw.summarise(landscape)._repr_html_()
    landscape.close()
    file.unlink()
    assert "cannot be read" in repr(landscape) and "cannot be read" in landscape._repr_html_()


def test_an_empty_landscape_says_how_to_begin():
    landscape = tw.Landscape.create(double_well())
    assert "tw.explore" in landscape._repr_html_()
    assert repr(landscape.network()) == "<Network: 0 minima, 0 transition states>"


def test_a_table_without_a_picture_is_a_table():
    assert table("t", {"a": 1}).startswith("<table>")
    assert table("t", {"a": 1}, "<svg></svg>").endswith("<svg></svg></div></div>")
