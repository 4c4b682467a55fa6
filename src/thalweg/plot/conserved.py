"""Weights that groups of minima agree on."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize, to_rgba
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ..analysis.graph.disconnectivity import disconnectivity_graph
from ..landscape.network import Network
from ..learn.conserved import ConservedWeights, InputImportance
from ..problems.neural_networks.layout import Layout
from . import palette
from .axes import axes_or_new
from .disconnectivity import disconnectivity
from .labels import name_label
from .weights import coloured_weights, weight_diagram


def coloured_groups(
    network: Network, groups: Sequence[ConservedWeights], ax: Axes | None = None
) -> Axes:
    """The disconnectivity graph with each of the first eight groups in a colour, all else grey.

    Of groups within groups the later ones are drawn over the earlier.
    """
    labels = np.full(network.n_minima, "no group", dtype=object)
    group_colours = {}
    for group, colour in zip(groups, palette.GROUPS, strict=False):
        label = f"{group.name} ({len(group.members)} minima)"
        labels[group.members], group_colours[label] = label, colour
    if not group_colours:
        return disconnectivity(network, ax, arrangement="published")
    return disconnectivity(
        network,
        ax,
        colour_by=labels.astype(str),
        colour_label="group",
        colours=group_colours,
        arrangement="published",
    )


def conserving_branches(
    network: Network, groups: Sequence[ConservedWeights], ax: Axes | None = None
) -> Axes:
    """The disconnectivity graph with every branch coloured that is a group with a conserved weight.

    Args:
        network: of which the groups are.
        groups: nodes of the graph, as `groups_by_node` gives them.
        ax: where to draw; a new figure if None.
    """
    graph = disconnectivity_graph(network)
    ax = disconnectivity(graph, ax)
    conserving = [group for group in groups if group.n_conserved]
    sets = {tuple(sorted(group.members.tolist())) for group in conserving}
    segments = graph.segments
    is_conserving = [
        tuple(sorted(graph.order[start:stop].tolist())) in sets
        for start, stop in zip(segments.start, segments.stop, strict=True)
    ]
    lines = LineCollection(
        list(segments.ends[is_conserving]), colors=palette.CONSERVING, linewidths=2.0, zorder=3
    )
    ax.add_collection(lines)
    label = f"{len(conserving)} groups that conserve a weight, of {len(groups)}"
    # Above the graph: lines may end anywhere inside.
    ax.legend(
        [Line2D([], [], color=palette.CONSERVING, linewidth=2.0)],
        [label],
        frameon=False,
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
    )
    return ax


def conserved_diagram(
    group: ConservedWeights,
    sizes: Sequence[int],
    ax: Axes | None = None,
    *,
    input_names: Sequence[str] = (),
    colour: str | None = None,
) -> Axes:
    """The averaged network of a group of minima, with its conserved weights in colour.

    Args:
        group: of `learn.conserved_weights`.
        sizes: units of all layers, inputs first.
        ax: where to draw; a new figure if None.
        input_names: of the inputs, in order.
        colour: of the group, as in `coloured_groups`; by default that of the sign of each weight.
    """
    layout = Layout(tuple(sizes))
    emphasis = layout.split(group.is_conserved)
    return weight_diagram(
        layout.split(group.mean), ax, input_names=input_names, emphasis=emphasis, colour=colour
    )


def conserved_count_diagram(
    counts: Int[np.ndarray, " d"],
    n_groups: int,
    sizes: Sequence[int],
    ax: Axes | None = None,
    *,
    input_names: Sequence[str] = (),
) -> Axes:
    """The network with each weight coloured by the number of groups that conserve it.

    Args:
        counts: of `learn.times_conserved` [d].
        n_groups: groups that conserve a weight.
        sizes: units of all layers, inputs first.
        ax: where to draw; a new figure if None.
        input_names: of the inputs, in order.
    """
    norm, scale = Normalize(0, max(int(counts.max()), 1)), colormaps[palette.COUNTS]
    colours = scale(norm(counts))
    colours[counts == 0] = to_rgba(palette.MUTED, 0.3)
    layers = [np.moveaxis(layer, 0, -1) for layer in Layout(tuple(sizes)).split(colours.T)]
    ax = coloured_weights(layers, ax, input_names=input_names)
    ax.set_title("dots: biases; grey: conserved nowhere", fontsize=8)
    bar = ax.figure.colorbar(ScalarMappable(norm, scale), ax=ax, shrink=0.7)
    bar.set_label(f"groups that conserve the weight, of {n_groups}")
    bar.locator = MaxNLocator(integer=True)
    return ax


def averaged_diagram(
    x: Float[np.ndarray, " d"],
    sizes: Sequence[int],
    ax: Axes | None = None,
    *,
    input_names: Sequence[str] = (),
) -> Axes:
    """The averaged network: opacity is magnitude, against the largest of the layer, colour the sign.

    Args:
        x: of `learn.averaged_network` [d].
        sizes: units of all layers, inputs first.
        ax: where to draw; a new figure if None.
        input_names: of the inputs, in order.
    """
    colours = []
    for matrix in Layout(tuple(sizes)).split(x):
        signs = np.where(matrix >= 0, 0, 1)
        both = np.array([to_rgba(palette.POSITIVE_WEIGHT), to_rgba(palette.NEGATIVE_WEIGHT)])
        layer = both[signs]
        layer[..., 3] = np.abs(matrix) / (np.abs(matrix).max() or 1.0)
        colours.append(layer)
    ax = coloured_weights(colours, ax, input_names=input_names)
    ax.set_title("blue: positive; orange: negative\nopacity: magnitude; dots: biases", fontsize=8)
    return ax


def conserved_counts(
    counts: Int[np.ndarray, " d"], n_groups: int, sizes: Sequence[int], ax: Axes | None = None
) -> Axes:
    """In how many groups each weight is conserved, one bar a weight.

    Args:
        counts: of `learn.times_conserved` [d].
        n_groups: how many there are.
        sizes: units of all layers, inputs first.
        ax: where to draw; a new figure if None.
    """
    ax = axes_or_new(ax, (7.0, 3.0))
    ax.bar(np.arange(len(counts)), counts, width=0.8, color=palette.BLUE)
    for end in Layout(tuple(sizes)).ends[:-1]:
        ax.axvline(end - 0.5, color=palette.BLACK, lw=0.8, ls=":")
    ax.set_ylim(0, n_groups)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("parameter, layer after layer (dotted line: next layer)")
    ax.set_ylabel(f"groups that conserve it, of {n_groups}")
    return ax


def importance(
    shares: Sequence[InputImportance], names: Sequence[str], ax: Axes | None = None
) -> Axes:
    """Share of each input in the conserved first-layer weights, with its 95 % interval if that is known."""
    ax = axes_or_new(ax, (6.0, 4.0))
    order = np.argsort([one.share for one in shares])
    values = np.array([shares[i].share for i in order])
    ends = np.array([tuple(shares[i].interval) for i in order]).reshape(-1, 2)
    # A bootstrap interval need not hold the estimate itself. Without an interval no bar is drawn.
    errors = np.maximum([values - ends[:, 0], ends[:, 1] - values], 0)
    ax.barh(np.arange(len(order)), values, xerr=errors, color=palette.SKY, ecolor=palette.BLACK)
    is_known = any(one.interval.is_known for one in shares)
    ax.set_yticks(np.arange(len(order)), [name_label(names[i]) for i in order])
    note = "95 % interval" if is_known else "intervals not known"
    ax.set_xlabel(f"share of the conserved first-layer weights ({note})")
    return ax
