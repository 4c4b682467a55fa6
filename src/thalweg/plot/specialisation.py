"""Which points each of several minima serves."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes

from . import palette
from .axes import panels_or_new
from .labels import name_label


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
    axes = panels_or_new(axes, n + 1, (4.0, 4.0))
    names = names or [f"minimum {k + 1}" for k in range(n)]
    together = probability_of_right[picked, np.arange(len(picked))]
    panels = [*zip(names, probability_of_right, strict=True), ("picked by the gate", together)]
    for ax, (name, p) in zip(axes, panels, strict=True):
        for k in range(n):
            rows = picked == k
            ax.scatter(
                *inputs[rows].T,
                s=1 + 24 * p[rows] ** 2,
                color=palette.GROUPS[k % len(palette.GROUPS)],
                marker=palette.GROUP_SHAPES[k % len(palette.GROUP_SHAPES)],
                lw=0,
                label=f"{name_label(names[k])} picked",
            )
        ax.set_aspect("equal")
        ax.set_title(f"{name_label(name)}: mean p(right class) = {p.mean():.2f}", fontsize=9)
        ax.set_xlabel("input 1")
        ax.set_ylabel("input 2")
    axes[-1].legend(fontsize=7, loc="upper right")
    return axes
