"""How many clusters, what a lower cost is worth, and on what many clusterings agree."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from ..analysis.minima.clustering import ClusteringShape
from ..analysis.minima.clustering_topography import ClusteringTopography
from ..learn.consensus_clustering import ConsensusClustering
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


def consensus(result: ConsensusClustering, ax: Axes | None = None) -> Axes:
    """How often each two rows are together, the rows cluster by cluster, and the clusters framed.

    Args:
        result: of `learn.consensus_clustering`.
        ax: where to draw; a new figure if None.
    """
    ax = axes_or_new(ax, (5.0, 4.2))
    together = result.co_association[np.ix_(result.order, result.order)]
    image = ax.imshow(together, cmap=palette.SURFACE, vmin=0, vmax=1, interpolation="nearest")
    ends = np.cumsum(result.sizes)
    for start, size in zip(ends - result.sizes, result.sizes, strict=True):
        ax.add_patch(
            Rectangle((start - 0.5, start - 0.5), size, size, fill=False, ec=palette.WHITE, lw=1.5)
        )
    ax.set_xticks(ends - result.sizes / 2 - 0.5, [str(k) for k in range(len(ends))])
    ax.set_yticks(ends - result.sizes / 2 - 0.5, [str(n) for n in result.sizes])
    ax.tick_params(length=0)
    ax.set_xlabel("cluster, the surest rows first")
    ax.set_ylabel("rows of the cluster")
    ax.figure.colorbar(image, ax=ax, label="probability of one cluster")
    return ax
