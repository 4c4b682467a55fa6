"""Hessian spectra of stationary points."""

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes

from ..landscape.records import Minimum
from . import palette
from .axes import axes_or_new
from .labels import caption


def spectra(points: Sequence[Minimum], ax: Axes | None = None, *, unit: str = "loss") -> Axes:
    """Hessian eigenvalues of some stationary points, in order, one line a point; negative ones marked.

    Args:
        points: minima or transition states.
        ax: where to draw; a new figure if None.
        unit: of the loss.

    Raises:
        ValueError: if there are no points.
    """
    if not points:
        raise ValueError("there are no points whose spectra could be drawn; pass at least one.")
    ax = axes_or_new(ax, (6.0, 4.0))
    scale = colormaps[palette.VALUES]
    losses = np.array([point.loss for point in points])
    span = np.ptp(losses) or 1.0
    for point in points:
        values = point.spectrum
        colour, order = scale((point.loss - losses.min()) / span), np.arange(1, len(values) + 1)
        ax.plot(order[values > 0], values[values > 0], color=colour, lw=0.8, alpha=0.7)
        negative = values < 0
        ax.plot(order[negative], -values[negative], "x", color=palette.NEGATIVE_CURVATURE, ms=5)
    ax.set_yscale("log")
    ax.set_xlabel("mode, from soft to stiff")
    ax.set_ylabel(f"curvature ({caption(unit)} per squared parameter)")
    ax.set_title(
        "dark: low loss, bright: high loss; crosses: magnitude of negative ones", fontsize=8
    )
    return ax
