"""The loss along a pathway."""

import numpy as np
from matplotlib.axes import Axes

from ..analysis.minima.pathway import PathwayProfile
from . import palette
from .axes import axes_or_new
from .labels import caption


def pathway(profile: PathwayProfile, ax: Axes | None = None, *, unit: str = "loss") -> Axes:
    """The loss along the path of steepest descent; dots are minima, triangles transition states.

    Args:
        profile: of `analysis.pathway_profile`.
        ax: where to draw; a new figure if None.
        unit: label of the loss axis.
    """
    ax = axes_or_new(ax, (7.0, 4.0))
    ax.plot(profile.arc_length, profile.losses, color=palette.BLACK, lw=1)
    points = np.flatnonzero(profile.is_stationary)
    marks = (
        ("o", palette.MINIMUM, "minimum"),
        ("^", palette.TRANSITION_STATE, "transition state"),
    )
    for first, (marker, colour, label) in enumerate(marks):
        x, y = profile.arc_length[points[first::2]], profile.losses[points[first::2]]
        ax.plot(x, y, marker, color=colour, ms=5, label=label)
    for point, minimum in zip(points[::2], profile.minima, strict=True):
        ax.annotate(
            str(minimum),
            (profile.arc_length[point], profile.losses[point]),
            xytext=(0, -6),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=7,
        )
    ax.margins(y=0.12)
    ax.set_xlabel("integrated path length")
    ax.set_ylabel(caption(unit))
    ax.legend(frameon=False)
    return ax
