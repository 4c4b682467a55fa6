"""The loss in a plane through minima: contours, and a surface in three dimensions."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.patheffects import withStroke
from mpl_toolkits.mplot3d.axes3d import Axes3D

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
    """Contours of the loss in the plane, the minima, and paths projected onto it.

    Paths mostly run outside the plane: the colour below them is not their loss, and the title says how
    far out they go.

    Args:
        result: of `analysis.loss_slice`.
        ax: where to draw; a new figure if None.
        paths: of `analysis.pathway_profile`, in the frame of the plane.
        names: of the minima.
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
    for name, corner in zip(names, result.corners, strict=False):
        ax.annotate(
            name_label(name),
            corner,
            xytext=(6, 6),
            textcoords="offset points",
            color=palette.WHITE,
            # Names stand on light parts of the plane too.
            path_effects=[withStroke(linewidth=2, foreground=palette.BLACK)],
        )
    ax.set_aspect("equal", adjustable="box")
    ax.set_xlabel("along the first two minima")
    ax.set_ylabel("across, in the plane")
    if paths:
        title = f"paths are projected: they leave the plane by up to {farthest:.3g}"
        ax.set_title(title, fontsize=8)
    return ax


def loss_surface(
    result: LossSlice,
    ax: Axes3D | None = None,
    *,
    top: float | None = None,
    names: Sequence[str] = ("A", "B", "C"),
    unit: str = "loss",
) -> Axes3D:
    """The loss over the plane as a surface in three dimensions, with the minima on it.

    Args:
        result: of `analysis.loss_slice`.
        ax: three-dimensional axes to draw on; those of a new figure if None.
        top: loss above which the surface is cut off, so that steep slopes do not dwarf the basins.
        names: of the minima.
        unit: label of the vertical axis.
    """
    if ax is None:
        ax = pyplot.figure(figsize=(6.0, 5.0), layout="constrained").add_subplot(projection="3d")
    lowest = float(result.losses.min())
    highest = float(result.losses.max()) if top is None else top
    u, v = np.meshgrid(result.u, result.v)
    losses = np.where(result.losses <= highest, result.losses, np.nan)
    ax.plot_surface(
        u,
        v,
        losses,
        cmap=palette.SURFACE,
        vmin=lowest,
        vmax=highest,
        rstride=1,
        cstride=1,
        lw=0,
        # Smoothed edges of the facets would show as a pattern over the whole surface.
        antialiased=False,
    )
    for name, (a, b) in zip(names, result.corners, strict=False):
        row, column = np.abs(result.v - b).argmin(), np.abs(result.u - a).argmin()
        loss = float(result.losses[row, column])
        # Above the surface, which would hide them: Matplotlib sorts whole surfaces by depth.
        ax.plot([a, a], [b, b], [loss, highest], color=palette.BLACK, lw=0.8, zorder=10)
        ax.text(a, b, highest, name_label(name), ha="center", va="bottom", zorder=11)
    ax.set_zlim(lowest, highest)
    # Matplotlib leaves no room for the labels of three axes by itself.
    ax.set_box_aspect((4, 4, 3), zoom=0.8)
    ax.locator_params(nbins=6)
    ax.set_xlabel("along the first two minima", labelpad=8)
    ax.set_ylabel("across, in the plane", labelpad=8)
    ax.set_zlabel(caption(unit), labelpad=14)
    return ax
