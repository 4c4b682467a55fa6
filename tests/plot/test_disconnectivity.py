"""The figure of a disconnectivity graph."""

import numpy as np
import pytest
from matplotlib import pyplot

from thalweg import Network, plot
from thalweg.analysis import disconnectivity_graph


@pytest.fixture
def network():
    rng = np.random.default_rng(0)
    losses = np.sort(rng.normal(size=30))
    edges = [(i, int(rng.integers(0, i))) for i in range(1, 30)]
    return Network.from_arrays(
        losses=losses, edges=edges, barrier_losses=[losses[a] + 0.3 for a, _ in edges]
    )


def colours(ax):
    return {tuple(np.round(c, 6)) for c in ax.collections[0].get_colors()}


def test_one_line_for_every_segment_and_the_axis_is_named(network):
    ax = plot.disconnectivity(network, unit="cross-entropy")
    graph = disconnectivity_graph(network)
    assert len(ax.collections[0].get_segments()) == len(graph.segments.start)
    assert ax.get_ylabel() == "cross-entropy" and len(ax.get_xticks()) == 0
    lower, upper = ax.get_ylim()
    assert lower < network.losses.min() and upper > network.barrier_losses.max()


def test_groups_colour_pure_branches_and_are_named(network):
    group = np.where(network.losses < 0, "low", "high")
    ax = plot.disconnectivity(network, colour_by=group)
    assert {t.get_text() for t in ax.get_legend().get_texts()} == {"low", "high"}
    assert len(colours(ax)) == 3


def test_numbers_colour_minima_by_a_scale(network):
    ax = plot.disconnectivity(network, colour_by=network.losses, colour_label="loss")
    assert len(colours(ax)) > 20
    assert any(axes.get_ylabel() == "loss" for axes in ax.figure.axes if axes is not ax)


def test_many_groups_are_named_up_to_eight(network):
    ax = plot.disconnectivity(network, colour_by=np.arange(30))
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert len(labels) == 9 and labels[-1] == "22 others"


def test_labels_do_not_lie_over_each_other(network):
    ax = plot.disconnectivity(network, label_nodes=True, label_minima=True)
    names = [t for t in ax.texts if "_" in t.get_text()]
    assert names and len({t.get_text() for t in names}) == len(names)
    assert len(ax.texts) - len(names) == 30


def test_a_single_minimum_and_a_given_axes_are_drawn(tmp_path):
    figure, ax = pyplot.subplots()
    assert plot.disconnectivity(Network.from_arrays(losses=[1.0]), ax) is ax
    for name in ("a.png", "a.pdf", "a.svg"):
        figure.savefig(tmp_path / name)


def test_a_value_for_each_minimum_is_needed(network):
    with pytest.raises(ValueError, match="one value for each minimum"):
        plot.disconnectivity(network, colour_by=[1.0, 2.0])
