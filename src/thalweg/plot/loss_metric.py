"""A metric of the minima over a loss, with the straight line through them."""

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from ..analysis import LinearFit
from . import palette
from .axes import axes_or_new
from .labels import CAPTION, caption, name_label


def metric_over_loss(
    losses: Float[np.ndarray, " minima"],
    metric: Float[np.ndarray, " minima"],
    fit: LinearFit | None = None,
    ax: Axes | None = None,
    *,
    labels: tuple[str, str] = ("loss", "metric"),
    name: str = "minima",
    group: int = 0,
) -> Axes:
    """A point a minimum, and the line of `analysis.linear_fit`, whose correlation stands in the legend.

    Args:
        losses, metric: of the minima [minima].
        fit: the line; none is drawn if None.
        ax: where to draw; a new figure if None.
        labels: of the two axes, with units.
        name: of these minima.
        group: number of these minima among those on the same axes, for colour and shape.
    """
    ax = axes_or_new(ax, (5.0, 4.0))
    colour = palette.GROUPS[group % len(palette.GROUPS)]
    shape = palette.GROUP_SHAPES[group % len(palette.GROUP_SHAPES)]
    ax.plot(losses, metric, shape, color=colour, alpha=0.5, markersize=4, label=name_label(name))
    if fit is not None and np.isfinite(fit.slope):
        ends = np.array([np.min(losses), np.max(losses)])
        ax.plot(ends, fit.at(ends), "-", color=colour, label=f"r = {fit.pearson:.2f}")
    ax.set_xlabel(caption(labels[0], CAPTION))
    ax.set_ylabel(caption(labels[1], CAPTION))
    ax.legend(frameon=False, fontsize="small")
    return ax
