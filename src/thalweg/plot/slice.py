"""The loss in a plane through three minima."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm

from ..analysis.minima.pathway import PathwayProfile
from ..analysis.minima.slice import LossSlice
from . import palette
from .axes import axes_or_new
from .labels import caption, name_label


def loss_slice(
    result: LossSlice,
    ax: Axes | None = None,
    *,
    paths: Sequence[PathwayProfile] = (),
    names: Sequence[str] = ("A", "B", "C"),
    unit: str = "loss",
) -> Axes:
    """Contours of the loss in the plane, the three minima, and paths projected onto it.

    Paths mostly run outside the plane: the colour below them is not their loss, and the title says how
    far out they go.

    Args:
        result: of `analysis.loss_slice`.
        ax: where to draw; a new figure if None.
        paths: of `analysis.pathway_profile`, in the frame of the plane.
        names: of the three minima.
        unit: label of the colour bar.
    """
    ax = axes_or_new(ax, (6.0, 5.0))
    lowest = float(result.losses.min())
    span = float(result.losses.max()) - lowest or 1.0
    # Steps of equal ratio show both the basins and the steep slopes around them.
    levels = np.geomspace(1e-3, 1.0, 25)
    contours = ax.contourf(
        result.u,
        result.v,
        np.clip((result.losses - lowest) / span, 1e-3, 1.0),
        levels=levels,
        norm=LogNorm(1e-3, 1.0),
        cmap=palette.SURFACE,
    )
    bar = ax.figure.colorbar(contours, ax=ax, shrink=0.8)
    ticks = [1e-3, 1e-2, 1e-1, 1.0]
    bar.set_ticks(ticks, labels=[f"{lowest + span * t:.4g}" for t in ticks])
    bar.set_label(caption(unit))
    farthest = 0.0
    for path in paths:
        x = path.coordinates
        farthest = max(farthest, float(result.distance(x).max()))
        projected = result.project(x)
        ax.plot(*projected.T, color=palette.WHITE, lw=2.5)
        ax.plot(*projected.T, color=palette.BLACK, lw=1)
        tops = projected[path.is_stationary][1::2]
        ax.plot(*tops.T, "^", color=palette.TRANSITION_STATE, mec=palette.WHITE, ms=5)
    ax.plot(*result.corners.T, "o", color=palette.SKY, mec=palette.BLACK, ms=7)
    for name, corner in zip(names, result.corners, strict=True):
        ax.annotate(
            name_label(name),
            corner,
            xytext=(6, 6),
            textcoords="offset points",
            color=palette.WHITE,
        )
    ax.set_aspect("equal", adjustable="box")
    ax.set_xlabel("along the first two minima")
    ax.set_ylabel("across, in the plane")
    if paths:
        title = f"paths are projected: they leave the plane by up to {farthest:.3g}"
        ax.set_title(title, fontsize=8)
    return ax
