"""Pictures of what many minima say together."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from matplotlib import pyplot
from matplotlib.axes import Axes

from ..landscape.network import Network
from ..learn.conserved import ConservedWeights, InputImportance
from ..problems.neural_networks.layout import Layout
from .disconnectivity import disconnectivity
from .model import weight_diagram

# Okabe and Ito's colours, and shapes for readers in grey.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#000000")
_SHAPES = ("o", "^", "s", "D", "v", "P", "X", "*")


def coloured_groups(
    network: Network, groups: Sequence[ConservedWeights], ax: Axes | None = None
) -> Axes:
    """The disconnectivity graph with each of the first eight groups in a colour, all else grey."""
    labels = np.full(network.n_minima, "no group", dtype=object)
    for k, group in enumerate(groups[: len(_COLOURS)], start=1):
        labels[group.members] = f"{k} ({len(group.members)} minima)"
    named = dict(zip((n for n in np.unique(labels) if n != "no group"), _COLOURS, strict=False))
    return disconnectivity(
        network, ax, colour_by=labels.astype(str), colour_label="group", colours=named
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
    """In how many groups each weight is conserved, one bar a weight, layers apart.

    Args:
        counts: of `learn.times_conserved` [d].
        n_groups: how many there are.
        sizes: units of all layers, inputs first.
        ax: where to draw; a new figure if None.
    """
    if ax is None:
        ax = pyplot.subplots(figsize=(7, 3), layout="constrained")[1]
    ax.bar(np.arange(len(counts)), counts, width=0.8, color="#0072B2")
    for end in Layout(tuple(sizes)).ends[:-1]:
        ax.axvline(end - 0.5, color="black", lw=0.8, ls=":")
    ax.set_ylim(0, n_groups)
    ax.set_xlabel("parameter, layer after layer (dotted line: next layer)")
    ax.set_ylabel(f"groups that conserve it, of {n_groups}")
    return ax


def importance(
    shares: Sequence[InputImportance], names: Sequence[str], ax: Axes | None = None
) -> Axes:
    """Share of each input in the conserved first-layer weights, with its 95 % interval."""
    if ax is None:
        ax = pyplot.subplots(figsize=(6, 4), layout="constrained")[1]
    order = np.argsort([one.share for one in shares])
    values = np.array([shares[i].share for i in order])
    ends = np.array([shares[i].interval for i in order])
    # A bootstrap interval need not hold the estimate itself.
    errors = np.maximum([values - ends[:, 0], ends[:, 1] - values], 0)
    ax.barh(np.arange(len(order)), values, xerr=errors, color="#56B4E9", ecolor="black")
    ax.set_yticks(np.arange(len(order)), [names[i] for i in order])
    ax.set_xlabel("share of the conserved first-layer weights (95 % interval)")
    return ax


def specialisation(
    inputs: Float[np.ndarray, "N inputs"],
    probability_of_right: Float[np.ndarray, "minima N"],
    picked: Int[np.ndarray, " N"],
    axes: Sequence[Axes] | np.ndarray | None = None,
    *,
    names: Sequence[str] = (),
) -> Sequence[Axes] | np.ndarray:
    """Which points each minimum serves: area of a point is the probability of its right class.

    One panel for each minimum and one for all together, in which every point is drawn as the minimum
    that the gate picks for it has it. The colour and shape of a point say which minimum that is.

    Args:
        inputs: points [N 2].
        probability_of_right: of every minimum, for the right class of each point [minima N].
        picked: which minimum the gate picks for each point [N].
        axes: as many as minima and one; new ones if None.
        names: of the minima.

    Raises:
        ValueError: if there are not two inputs.
    """
    if inputs.shape[1] != 2:
        raise ValueError(f"a specialisation figure needs two inputs, got {inputs.shape[1]}.")
    n = len(probability_of_right)
    if axes is None:
        axes = pyplot.subplots(1, n + 1, figsize=(4 * (n + 1), 4), layout="constrained")[1]
    names = names or [f"minimum {k + 1}" for k in range(n)]
    together = probability_of_right[picked, np.arange(len(picked))]
    panels = [*zip(names, probability_of_right, strict=True), ("picked by the gate", together)]
    for ax, (name, p) in zip(axes, panels, strict=True):
        for k in range(n):
            rows = picked == k
            ax.scatter(
                *inputs[rows].T,
                s=1 + 24 * p[rows] ** 2,
                color=_COLOURS[k % len(_COLOURS)],
                marker=_SHAPES[k % len(_SHAPES)],
                lw=0,
                label=f"{names[k]} picked",
            )
        ax.set_aspect("equal")
        ax.set_title(f"{name}: mean p(right class) = {p.mean():.2f}", fontsize=9)
        ax.set_xlabel("input 1")
        ax.set_ylabel("input 2")
    axes[-1].legend(fontsize=7, loc="upper right")
    return axes
