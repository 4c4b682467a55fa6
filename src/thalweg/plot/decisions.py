"""Which class a minimum gives each point of the plane."""

import numpy as np
from jaxtyping import Float, Shaped
from matplotlib.axes import Axes

from ..analysis.minima.decision_regions import DecisionRegions, decision_regions
from ..problems.capabilities import HasOutputs
from . import palette
from .axes import axes_or_new


def decisions(
    regions: DecisionRegions,
    inputs: Float[np.ndarray, "N 2"],
    targets: Shaped[np.ndarray, " N"],
    ax: Axes | None = None,
) -> Axes:
    """Regions in which each class is the most probable, over the data.

    Args:
        regions: of `analysis.decision_regions`.
        inputs, targets: the data to show [N 2], [N].
        ax: where to draw; a new figure if None.
    """
    ax = axes_or_new(ax, (5.0, 5.0))
    levels = np.arange(regions.n_classes + 1) - 0.5
    ax.contourf(
        regions.u, regions.v, regions.classes, levels=levels, cmap=palette.SURFACE, alpha=0.35
    )
    numbers = np.unique(targets, return_inverse=True)[1]
    points = ax.scatter(inputs[:, 0], inputs[:, 1], c=numbers, s=4, cmap=palette.SURFACE)
    points.set_rasterized(True)
    ax.set_xlabel("input 1")
    ax.set_ylabel("input 2")
    return ax


def decision_boundary(
    problem: HasOutputs,
    x: Float[np.ndarray, " d"],
    inputs: Float[np.ndarray, "N inputs"],
    targets: Shaped[np.ndarray, " N"],
    ax: Axes | None = None,
    *,
    resolution: int = 200,
) -> Axes:
    """`decisions` of the minimum `x` [d], over the area of the data, which have two inputs.

    Raises:
        ValueError: if the data do not have two inputs.
    """
    regions = decision_regions(problem, x, inputs, resolution=resolution)
    return decisions(regions, inputs, targets, ax)
