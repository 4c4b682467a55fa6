"""Figures of the weights that groups of minima agree on."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib import colormaps
from matplotlib.colors import to_hex, to_rgba

import thalweg as tw
from thalweg import plot
from thalweg.learn import conserved_weights, groups_by_node, input_importance, times_conserved
from thalweg.problems import HiddenUnitSymmetry

SIZES = (3, 2, 2)


def drawn_lines(ax):
    return [c for c in ax.collections if hasattr(c, "get_segments") and len(c.get_segments())]


@pytest.fixture
def groups():
    """Two groups; the first three parameters are shared in the first, none in the second."""
    rng = np.random.default_rng(0)
    points = 5 + rng.uniform(-4, 4, size=14) + rng.normal(size=(8, 14))
    points[:4, :3] = points[0, :3]
    network = tw.Network.from_arrays(np.arange(8.0), coordinates=points)
    members = [np.arange(4), np.arange(4, 8)]
    symmetry = HiddenUnitSymmetry(SIZES, is_odd=False)
    return conserved_weights(network, symmetry, members, epsilon=1e-6)


def test_only_conserved_weights_have_colour(groups):
    ax = plot.conserved_diagram(groups[0], SIZES, input_names=("a", "b", "c"))
    coloured = [
        len(lines.get_segments())
        for lines in ax.collections
        if hasattr(lines, "get_segments") and lines.get_color()[0][:3].std() > 0.05
    ]
    assert sum(coloured) == groups[0].is_conserved.sum() == 3
    assert {text.get_text() for text in ax.texts} == {"a", "b", "c"}


def test_groups_have_a_colour_each(groups):
    network = tw.Network.from_arrays(
        np.arange(9.0), [(i, i + 1) for i in range(8)], np.full(8, 9.0)
    )
    legend = plot.coloured_groups(network, groups).get_legend()
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts[:2] == ["1 (4 minima)", "2 (4 minima)"] and texts[2].endswith("others")


def test_counts_and_shares_have_a_bar_each(groups):
    ax = plot.conserved_counts(times_conserved(groups), 2, SIZES)
    assert [bar.get_height() for bar in ax.patches][:3] == [1, 1, 1] and len(ax.patches) == 14
    shares = input_importance(groups, n_inputs=3, n_units=2)
    bars = plot.importance(shares, ("a", "b", "c")).patches
    assert sum(bar.get_width() for bar in bars) == pytest.approx(1)


def test_a_group_keeps_its_name_and_colour(groups):
    network = tw.Network.from_arrays(
        np.arange(9.0), [(i, i + 1) for i in range(8)], np.full(8, 9.0)
    )
    named = [replace(one, name=name) for one, name in zip(groups, ("25_7", "3_1"), strict=True)]
    legend = plot.coloured_groups(network, named).get_legend()
    assert [t.get_text() for t in legend.get_texts()[:2]] == ["25_7 (4 minima)", "3_1 (4 minima)"]
    ax = plot.conserved_diagram(named[0], SIZES, colour=plot.palette.GROUPS[0])
    colours = {to_hex(c) for lines in drawn_lines(ax) for c in lines.get_color()}
    assert colours == {plot.palette.GROUPS[0].lower(), to_hex(plot.palette.MUTED)}


def test_only_branches_of_conserving_groups_are_coloured():
    # Minima 0 and 1 share a weight, 2 and 3 none; a pass at 3 joins both pairs.
    network = tw.Network.from_arrays(
        [0.0, 0.1, 0.2, 0.3],
        [(0, 1), (2, 3), (1, 2)],
        [1.0, 1.5, 3.0],
        coordinates=np.array([[1.0, 0.0], [1.0, 5.0], [2.0, 9.0], [7.0, 1.0]]),
    )
    groups = conserved_weights(network, None, groups_by_node(network), epsilon=0.0)
    assert sum(group.n_conserved > 0 for group in groups) == 1
    ax = plot.conserving_branches(network, groups)
    *_, branches = drawn_lines(ax)
    ends = np.concatenate(branches.get_segments())
    # From the pass at 3 to the pass at 1, within a spacing of the levels.
    assert ends[:, 1].max() == 3.0 and abs(ends[:, 1].min() - 1.0) < 3 / 59
    assert ax.get_legend().get_texts()[0].get_text() == "1 groups that conserve a weight, of 3"


def test_counts_colour_the_network_and_magnitudes_are_its_opacity(groups):
    counts = times_conserved(groups)
    ax = plot.conserved_count_diagram(counts, 2, SIZES, input_names=("a", "b", "c"))
    colours = [tuple(c) for lines in drawn_lines(ax) for c in lines.get_color()]
    highest = colormaps[plot.palette.COUNTS](1.0)
    # Ten weights that are no biases; the first three parameters are conserved once, the most there is.
    assert len(colours) == 10 and colours.count(highest) == 3
    assert ax.figure.axes[-1].get_ylabel() == "groups that conserve the weight, of 2"
    x = np.zeros(14)
    x[[0, 1, 8]] = [4.0, -1.0, -2.0]
    drawn = drawn_lines(plot.averaged_diagram(x, SIZES))
    first, second = (lines.get_color() for lines in drawn)
    assert [tuple(c) for c in first] == [
        to_rgba(plot.palette.NEGATIVE_WEIGHT, 0.25),
        to_rgba(plot.palette.POSITIVE_WEIGHT, 1.0),
    ]
    assert [tuple(c) for c in second] == [to_rgba(plot.palette.NEGATIVE_WEIGHT, 1.0)]
