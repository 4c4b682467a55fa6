"""Figures of what batches do to training."""

import numpy as np

from thalweg.plot.batches import batch_temperatures, named_points, occupation_bars


def test_temperatures_are_drawn_where_there_are_any_and_counted():
    noise = np.array([0.1, 0.3, 1.0])
    ax = batch_temperatures(noise, {"a": np.array([1.0, np.nan, 2.0]), "b": np.full(3, np.nan)})
    assert ax.lines[0].get_xdata().tolist() == [0.1, 1.0] and len(ax.lines[1].get_xdata()) == 0
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["a (2 of 3)", "b (0 of 3)"]
    assert ax.get_xscale() == ax.get_yscale() == "log"


def test_occupation_stands_in_the_order_of_the_losses():
    ax = occupation_bars(np.array([1, 3]), np.array([0.4, 0.6]), np.array([2.0, 1.0]))
    heights = [bar.get_height() for bar in ax.patches]
    np.testing.assert_allclose(heights, [0.75, 0.25, 0.6, 0.4])
    assert ax.get_ylabel() == "share of the runs"


def test_points_of_a_name_share_a_colour_and_a_shape():
    x, y = np.array([1.0, 2.0, 3.0]), np.array([1.0, np.nan, 0.0])
    ax = named_points(x, y, ["a", "a", "b"], x_label="F", y_label="share")
    assert [line.get_xdata().tolist() for line in ax.lines] == [[1.0], [3.0]]
    assert len({(line.get_color(), line.get_marker()) for line in ax.lines}) == 2
    assert ax.get_xlabel() == "F" and ax.get_ylabel() == "share"


def test_a_ninth_name_looks_like_no_other():
    ax = named_points(np.arange(9.0), np.arange(9.0), list("abcdefghi"))
    looks = {(line.get_color(), line.get_marker(), line.get_mfc()) for line in ax.lines}
    assert len(looks) == 9
