"""Whether minima that are far apart predict differently."""

from matplotlib.axes import Axes

from ..learn.selection import PairDistances
from . import palette
from .axes import axes_or_new


def pair_distances(
    pairs: PairDistances, ax: Axes | None = None, *, is_aligned: bool = False
) -> Axes:
    """One dot for each pair of minima: Euclidean against misclassification distance.

    Args:
        pairs: of `learn.pair_distances`.
        ax: where to draw; a new figure if None.
        is_aligned: whether the Euclidean distance is that after alignment; as found, as published, if not.
    """
    ax = axes_or_new(ax, (5.0, 4.0))
    distances = pairs.aligned if is_aligned else pairs.as_found
    correlation = pairs.correlation_aligned if is_aligned else pairs.correlation_as_found
    dots = ax.scatter(distances, pairs.misclassification, s=4, lw=0, alpha=0.3, color=palette.BLUE)
    # A landscape of some hundred minima has tens of thousands of pairs.
    dots.set_rasterized(True)
    ax.set_xlabel(f"Euclidean distance, {'aligned' if is_aligned else 'as found'} (parameters)")
    ax.set_ylabel("misclassification distance (share of points)")
    ax.set_title(f"{len(distances)} pairs, Pearson r = {correlation:.2f}", fontsize=9)
    return ax
