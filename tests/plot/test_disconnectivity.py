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
    return {tuple(np.round(c[:3], 6)) for c in ax.collections[0].get_colors()}


def test_one_line_for_every_segment_and_the_axis_is_named(network):
    ax = plot.disconnectivity(network, unit="cross-entropy")
    graph = disconnectivity_graph(network, arrangement="stems")
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
    feet = np.array([t.xy for t in ax.texts if "_" not in t.get_text()])
    apart = np.abs(feet[:, None] - feet[None]) / [29, np.ptp(ax.get_ylim())]
    is_near = (apart[:, :, 0] < 0.014) & (apart[:, :, 1] < 0.02)
    assert len(feet) > 20 and is_near.sum() == len(feet)


def test_rounded_joints_begin_and_end_where_their_lines_do(network):
    graph = disconnectivity_graph(network, arrangement="stems")
    ax = plot.disconnectivity(graph)
    paths = ax.collections[0].get_segments()
    ends = {tuple(np.round([*path[0], *path[-1]], 9)) for path in paths}
    assert ends == {tuple(np.round(line.ravel(), 9)) for line in graph.segments.ends}
    for path in paths:
        assert np.all(np.diff(path[:, 1]) <= 1e-12)


def test_minima_nearer_than_a_line_is_wide_are_merged_and_counted():
    n = 5000
    network = Network.from_arrays(
        losses=np.linspace(0, 1, n),
        edges=[(0, i) for i in range(1, n)],
        barrier_losses=[2.0] * (n - 1),
    )
    ax = plot.disconnectivity(network)
    graph = disconnectivity_graph(network, arrangement="stems")
    words = ax.get_xlabel()
    n_merged = int(words.split("of which ")[1].split(" ")[0].replace(",", ""))
    assert words.startswith("5,000 minima") and 0 < n_merged < n
    drawn = {path[-1, 0] for path in ax.collections[0].get_segments()}
    assert len(drawn) == n - n_merged and graph.x[np.argmin(graph.losses)] in drawn


def test_a_logarithmic_axis_begins_at_the_global_minimum(network):
    ax = plot.disconnectivity(network, scale="log", unit="energy")
    assert ax.get_ylabel() == "energy above the global minimum"
    ticks = [text.get_text() for text in ax.yaxis.get_ticklabels()]
    assert ticks[0] == "0" and "$10^{0}$" in ticks
    y = ax.transData.transform([(0, loss) for loss in np.sort(network.losses)])[:, 1]
    assert np.all(np.diff(y) > 0)
    with pytest.raises(ValueError, match="'linear' or 'log'"):
        plot.disconnectivity(network, scale="logarithmic")


def test_an_inset_shows_the_funnel_of_the_global_minimum(network):
    ax = plot.disconnectivity(network, inset=True)
    graph = disconnectivity_graph(network, arrangement="stems")
    (inset,) = ax.child_axes
    left, right = inset.get_xlim()
    lowest = graph.x[np.argmin(graph.losses)]
    assert left < lowest < right and right - left < graph.x[-1] - graph.x[0]
    assert not plot.disconnectivity(Network.from_arrays(losses=[1.0, 2.0]), inset=True).child_axes


def test_a_single_minimum_and_a_given_axes_are_drawn(tmp_path):
    figure, ax = pyplot.subplots()
    assert plot.disconnectivity(Network.from_arrays(losses=[1.0]), ax) is ax
    assert ax.lines[0].get_xydata().tolist() == [[0.0, 1.0]]
    lower, upper = ax.get_ylim()
    assert lower < 1.0 < upper and upper - lower > 0.01
    for name in ("a.png", "a.pdf", "a.svg"):
        figure.savefig(tmp_path / name)


def test_a_value_for_each_minimum_is_needed(network):
    with pytest.raises(ValueError, match="one value for each minimum"):
        plot.disconnectivity(network, colour_by=[1.0, 2.0])


@pytest.mark.parametrize("draw", [plot.disconnectivity, plot.persistence_diagram])
@pytest.mark.parametrize("losses", [[0.0], [0.0, 0.0], [5.0]])
def test_an_axis_of_one_loss_is_as_wide_as_losses_are(draw, losses):
    lower, upper = draw(Network.from_arrays(losses)).get_ylim()
    # Narrower, its numbers would be those of rounding.
    assert lower <= losses[0] <= upper and upper - lower > 1e-3
