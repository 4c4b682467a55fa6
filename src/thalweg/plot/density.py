"""How values are distributed, as smooth curves."""

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from scipy.stats import gaussian_kde

from . import palette
from .axes import axes_or_new
from .labels import CAPTION, caption, name_label

_POINTS = 400
_MARGIN = 0.1
"""Of the range of the values, drawn on either side of it."""


def density(
    values: Float[np.ndarray, " n"],
    label: str,
    ax: Axes | None = None,
    *,
    name: str | None = None,
    group: int = 0,
) -> Axes:
    """The density of some values [n] and where each lies, by Gaussian kernels of Scott's width.

    What is not a finite number is left out. Values that are all the same have no width and are drawn as
    a line at their place.

    Args:
        values: of any quantity.
        label: of the quantity, with its unit.
        ax: where to draw; a new figure if None.
        name: in a legend, for several densities on the same axes.
        group: number of the density among these, for its colour.
    """
    ax = axes_or_new(ax, (4.0, 3.0))
    colour = palette.GROUPS[group % len(palette.GROUPS)]
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    legend = None if name is None else name_label(name)
    if len(known) and np.ptp(known) <= 1e-12 * np.abs(known).max():
        ax.axvline(known[0], color=colour, label=legend)
    elif len(known):
        margin = _MARGIN * np.ptp(known)
        x = np.linspace(known.min() - margin, known.max() + margin, _POINTS)
        y = gaussian_kde(known)(x)
        ax.plot(x, y, color=colour, label=legend)
        ax.fill_between(x, y, color=colour, alpha=0.2, linewidth=0)
    # Where each value lies: a smooth curve of few values promises more than they know.
    ax.plot(
        known,
        np.full(len(known), -0.02 - 0.03 * group),
        "|",
        color=colour,
        markersize=5,
        transform=ax.get_xaxis_transform(),
        clip_on=False,
    )
    ax.set_xlabel(caption(label, CAPTION))
    ax.set_ylabel("density")
    ax.set_ylim(bottom=0)
    return ax
