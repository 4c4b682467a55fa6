"""What each of several minima contributes to their superposition, as it was published."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int, Shaped
from matplotlib.axes import Axes

from . import palette
from .axes import panels_or_new
from .labels import name_label

_SMALLEST, _LARGEST = 2.0, 40.0
"""Area of a point of probability zero and one, in square points."""


def contributions(
    inputs: Float[np.ndarray, "N inputs"],
    probability_of_right: Float[np.ndarray, "minima N"],
    picked: Int[np.ndarray, " N"],
    targets: Shaped[np.ndarray, " N"],
    axes: Sequence[Axes] | np.ndarray | None = None,
    *,
    names: Sequence[str] = (),
    least: float = 0.5,
) -> Sequence[Axes] | np.ndarray:
    """The superposition first, then each minimum alone: shape is the class, colour the minimum.

    The area of a point grows exponentially with the probability that the minimum gives its right class;
    points below `least` are left out. In the first panel each point is that of the minimum which the
    gate picks. `specialisation` shows every point, and in every panel who was picked.

    Args:
        inputs: points [N 2].
        probability_of_right: of every minimum, for the right class of each point [minima N].
        picked: which minimum the gate picks for each point [N].
        targets: class of each point [N].
        axes: as many as minima and one; new ones if None.
        names: of the minima.
        least: probability from which a point is drawn; one half as published.

    Raises:
        ValueError: if there are not two inputs.

    Reference: Niroomand et al., Mach. Learn.: Sci. Technol. 3, 025004 (2022), figure 4.
    """
    if inputs.shape[1] != 2:
        raise ValueError(f"a figure of contributions needs two inputs, got {inputs.shape[1]}.")
    n = len(probability_of_right)
    axes = panels_or_new(axes, n + 1, (3.5, 3.5))
    names = names or [f"minimum {k + 1}" for k in range(n)]
    panels = list(axes)
    for k in range(n):
        is_shown = probability_of_right[k] >= least
        shares = {0: is_shown & (picked == k), k + 1: is_shown}
        for panel, rows in shares.items():
            _draw(panels[panel], inputs[rows], probability_of_right[k, rows], targets[rows], k)
        panels[k + 1].set_title(f"{name_label(names[k])}: {is_shown.mean():.0%} of points")
    panels[0].set_title("superposition")
    for ax in panels[: n + 1]:
        ax.set_xlim(*_with_margin(inputs[:, 0]))
        ax.set_ylim(*_with_margin(inputs[:, 1]))
        ax.set_aspect("equal")
        ax.set_xlabel("input 1")
        ax.set_ylabel("input 2")
    return axes


def _draw(
    ax: Axes,
    inputs: Float[np.ndarray, "N inputs"],
    p: Float[np.ndarray, " N"],
    targets: Shaped[np.ndarray, " N"],
    minimum: int,
) -> None:
    area = _SMALLEST * (_LARGEST / _SMALLEST) ** p
    for shape, label in zip(palette.GROUP_SHAPES, np.unique(targets), strict=False):
        rows = targets == label
        ax.scatter(
            inputs[rows, 0],
            inputs[rows, 1],
            s=area[rows],
            color=palette.GROUPS[minimum % len(palette.GROUPS)],
            marker=shape,
            lw=0,
            alpha=0.7,
        )


def _with_margin(values: Float[np.ndarray, " N"]) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    margin = 0.05 * (high - low)
    return low - margin, high + margin
