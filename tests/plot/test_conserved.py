"""Figures of the weights that groups of minima agree on."""

import numpy as np
import pytest

import thalweg as tw
from thalweg import plot
from thalweg.learn import conserved_weights, input_importance, times_conserved
from thalweg.problems import HiddenUnitSymmetry

SIZES = (3, 2, 2)


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
