"""Stationary points over a parameter."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes

from ..analysis.across.branches import Branch

_MINIMUM, _SADDLE, _FOLD = "#0072B2", "#D55E00", "#000000"


def bifurcation(
    branches: Sequence[Branch],
    parameter: str,
    ax: Axes | None = None,
    *,
    coordinate: int | None = None,
    label: str | None = None,
) -> Axes:
    """Bifurcation diagram: solid lines are minima, dashed ones saddles, dots the folds where they merge.

    Args:
        branches: as `analysis.follow` and `analysis.scan` give them.
        parameter: its name, for the axis.
        ax: where to draw.
        coordinate: which coordinate to draw; the loss if None.
        label: of the vertical axis.
    """
    if ax is None:
        ax = pyplot.subplots(figsize=(5, 4), layout="constrained")[1]
    for branch in branches:
        heights = branch.losses if coordinate is None else branch.coordinates[:, coordinate]
        is_minimum = branch.index == 0
        for kind, color, style in ((is_minimum, _MINIMUM, "-"), (~is_minimum, _SADDLE, "--")):
            # A segment belongs to the kind of its first point.
            shown = kind | np.concatenate([[False], kind[:-1]])
            ax.plot(
                np.where(shown, branch.values, np.nan),
                np.where(shown, heights, np.nan),
                style,
                color=color,
                linewidth=1.2,
            )
        for fold in branch.folds:
            height = fold.loss if coordinate is None else fold.coordinates[coordinate]
            ax.plot(fold.value, height, ".", color=_FOLD, markersize=7, zorder=3)
    ax.set_xlabel(parameter)
    ax.set_ylabel(label or ("loss" if coordinate is None else f"coordinate {coordinate}"))
    return ax
