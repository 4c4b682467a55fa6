"""Stationary points over a parameter."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from ..analysis.across.branches import Branch
from . import palette
from .axes import axes_or_new
from .labels import CAPTION, caption, name_label


def bifurcation(
    branches: Sequence[Branch],
    parameter: str,
    ax: Axes | None = None,
    *,
    coordinate: int | None = None,
    label: str | None = None,
) -> Axes:
    """Bifurcation diagram: solid lines are minima, dashed ones transition states, dots the folds.

    Args:
        branches: as `analysis.follow` and `analysis.scan` give them.
        parameter: its name, for the axis.
        ax: where to draw; a new figure if None.
        coordinate: which coordinate to draw; the loss if None.
        label: of the vertical axis.
    """
    ax = axes_or_new(ax, (5.0, 4.0))
    for branch in branches:
        heights = branch.losses if coordinate is None else branch.coordinates[:, coordinate]
        is_minimum = branch.index == 0
        for kind, colour, style in (
            (is_minimum, palette.MINIMUM, "-"),
            (~is_minimum, palette.TRANSITION_STATE, "--"),
        ):
            # A segment belongs to the kind of its first point.
            is_shown = kind | np.concatenate([[False], kind[:-1]])
            ax.plot(
                np.where(is_shown, branch.values, np.nan),
                np.where(is_shown, heights, np.nan),
                style,
                color=colour,
                linewidth=1.2,
            )
        for fold in branch.folds:
            height = fold.loss if coordinate is None else fold.coordinates[coordinate]
            ax.plot(fold.value, height, ".", color=palette.FOLD, markersize=7, zorder=3)
    ax.set_xlabel(name_label(parameter, CAPTION))
    ax.set_ylabel(caption(label or ("loss" if coordinate is None else f"coordinate {coordinate}")))
    return ax
