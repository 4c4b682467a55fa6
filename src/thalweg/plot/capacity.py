"""How many points with random labels models fit."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from ..analysis import Capacity
from . import palette
from .axes import axes_or_new
from .labels import name_label

_MARKERS = ("o", "^", "s", "D")


def capacities(results: Mapping[str, Capacity], ax: Axes | None = None) -> Axes:
    """Share of random labellings that are fitted, over the number of points, with 95 % intervals.

    Args:
        results: of `analysis.capacity`, by the name of the model.
        ax: where to draw; a new figure if None.
    """
    ax = axes_or_new(ax, (5.0, 4.0))
    for number, (name, one) in enumerate(results.items()):
        intervals = [one.interval(size) for size in range(len(one.n_points))]
        errors = np.array(
            [(p - i.lower, i.upper - p) for p, i in zip(one.shares, intervals, strict=True)]
        )
        ax.errorbar(
            one.n_points,
            one.shares,
            yerr=np.clip(errors.T, 0, None),
            color=palette.GROUPS[number % len(palette.GROUPS)],
            marker=_MARKERS[number % len(_MARKERS)],
            lw=1.2,
            elinewidth=0.8,
            capsize=2,
            label=name_label(name),
        )
    ax.axhline(0.5, color=palette.MUTED, lw=1, zorder=0)
    ax.set_ylim(-0.03, 1.03)
    ax.set_xlabel("points with random labels")
    ax.set_ylabel("share of labellings that are fitted")
    # Above: intervals cross the whole panel.
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    return ax
