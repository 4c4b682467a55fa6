"""Weights that groups of minima agree on."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ..landscape.network import Network
from ..learn.conserved import ConservedWeights, InputImportance
from ..problems.neural_networks.layout import Layout
from . import palette
from .axes import axes_or_new
from .disconnectivity import disconnectivity
from .labels import name_label
from .weights import weight_diagram


def coloured_groups(
    network: Network, groups: Sequence[ConservedWeights], ax: Axes | None = None
) -> Axes:
    """The disconnectivity graph with each of the first eight groups in a colour, all else grey."""
    labels = np.full(network.n_minima, "no group", dtype=object)
    for k, group in enumerate(groups[: len(palette.GROUPS)], start=1):
        labels[group.members] = f"{k} ({len(group.members)} minima)"
    group_colours = dict(
        zip((n for n in np.unique(labels) if n != "no group"), palette.GROUPS, strict=False)
    )
    return disconnectivity(
        network, ax, colour_by=labels.astype(str), colour_label="group", colours=group_colours
    )


def conserved_diagram(
    group: ConservedWeights,
    sizes: Sequence[int],
    ax: Axes | None = None,
    *,
    input_names: Sequence[str] = (),
) -> Axes:
    """The averaged network of a group of minima, with its conserved weights in colour.

    Args:
        group: of `learn.conserved_weights`.
        sizes: units of all layers, inputs first.
        ax: where to draw; a new figure if None.
        input_names: of the inputs, in order.
    """
    layout = Layout(tuple(sizes))
    emphasis = layout.split(group.is_conserved)
    return weight_diagram(layout.split(group.mean), ax, input_names=input_names, emphasis=emphasis)


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
