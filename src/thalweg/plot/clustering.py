"""How many clusters, and what a lower cost is worth."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ..analysis.minima.clustering import ClusteringShape
from ..analysis.minima.clustering_topography import ClusteringTopography
from . import palette
from .axes import axes_or_new
from .labels import caption


def clustering_topography(
    topographies: Sequence[ClusteringTopography],
    ax: Axes | None = None,
    *,
    shapes: Sequence[ClusteringShape] = (),
    groups: int | None = None,
) -> Axes:
    """Lowest funnel and agreement over the number of clusters, between 0 and 1.

    Args:
        topographies: of `analysis.clustering_topography`, one for each K.
        ax: where to draw; a new figure if None.
        shapes: of `analysis.clustering_shape`, whose agreement of starts is drawn beside.
        groups: how many there are, if that is known.

    Raises:
        ValueError: if there is no topography.
    """
    if not topographies:
        raise ValueError("there is no topography to draw.")
    ax = axes_or_new(ax, (5.0, 3.5))
    k = [one.n_clusters for one in topographies]
    curves = {
        "occupation of the lowest funnel": ([t.lowest_funnel for t in topographies], "o-"),
        "agreement, by occupation": ([t.agreement for t in topographies], "^--"),
    }
    for (name, (values, style)), colour in zip(curves.items(), palette.GROUPS, strict=False):
        ax.plot(k, values, style, color=colour, label=name)
    if shapes:
        x, y = [s.n_clusters for s in shapes], [s.agreement for s in shapes]
        ax.plot(x, y, "s:", color=palette.GREEN, label="agreement, of random starts")
    ax.axhline(0.9, color=palette.MUTED, lw=1, zorder=0)
    if groups is not None:
        ax.axvline(groups, color=palette.MUTED, lw=1, ls="-.", zorder=0)
    ax.set_ylim(0, 1.05)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("number of clusters K")
    ax.set_ylabel("share, or adjusted Rand index")
    ax.legend(frameon=False, fontsize="small")
    return ax


def cost_against_quality(
    losses: Float[np.ndarray, " minima"],
    quality: Float[np.ndarray, " minima"],
    ax: Axes | None = None,
    *,
    beside: Mapping[str, float] | None = None,
    unit: str = "sum of squares",
) -> Axes:
    """Agreement with the labels over the cost of every minimum; the lowest minimum is filled.

    Args:
        losses: of the minima.
        quality: adjusted Rand index of each with the labels.
        ax: where to draw; a new figure if None.
        beside: quality of clusterings that are no minimum, a consensus for example, by name.
        unit: of the loss.
    """
    ax = axes_or_new(ax, (5.0, 3.5))
    ax.plot(losses, quality, "o", mfc="none", color=palette.BLUE, ms=5, label="minima")
    lowest = int(np.argmin(losses))
    ax.plot(losses[lowest], quality[lowest], "o", color=palette.BLUE, ms=8, label="lowest cost")
    styles = zip(
        (beside or {}).items(), (palette.VERMILION, palette.BLACK), ("--", ":"), strict=False
    )
    for (name, value), colour, dashes in styles:
        ax.axhline(value, color=colour, ls=dashes, label=caption(name))
    ax.set_xlabel(f"cost ({caption(unit)})")
    ax.set_ylabel("adjusted Rand index")
    ax.legend(frameon=False, fontsize="small")
    return ax
