"""How far apart the symmetry isomers of one point are."""

from matplotlib.axes import Axes

from ..analysis.minima.isomers import Isomers
from . import palette
from .axes import axes_or_new


def isomer_distances(result: Isomers, ax: Axes | None = None) -> Axes:
    """The matrix of the distances, with its scale.

    Args:
        result: of `analysis.isomers`.
        ax: where to draw; a new figure if None.
    """
    ax = axes_or_new(ax, (5.5, 4.5))
    image = ax.imshow(result.distances, cmap=palette.SURFACE, origin="lower")
    ax.set_xlabel("isomer")
    ax.set_ylabel("isomer")
    ax.figure.colorbar(image, ax=ax, label="Euclidean distance (parameters)")
    return ax
