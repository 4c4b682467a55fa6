"""The loss along a pathway, and in a plane through three minima."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm

from ..analysis.minima.pathway import PathwayProfile
from ..analysis.minima.slice import LossSlice


def pathway(profile: PathwayProfile, ax: Axes | None = None, *, unit: str = "loss") -> Axes:
    """The loss along the path of steepest descent; dots are minima, triangles transition states.

    Args:
        profile: of `analysis.pathway_profile`.
        ax: where to draw; a new figure if None.
        unit: label of the loss axis.
    """
    if ax is None:
        ax = pyplot.subplots(figsize=(7, 4), layout="constrained")[1]
    ax.plot(profile.arc_length, profile.losses, color="black", lw=1)
    places = np.flatnonzero(profile.is_stationary)
    marks = (("o", "#0072B2", "minimum"), ("^", "#D55E00", "transition state"))
    for first, (marker, colour, label) in enumerate(marks):
        x, y = profile.arc_length[places[first::2]], profile.losses[places[first::2]]
        ax.plot(x, y, marker, color=colour, ms=5, label=label)
    for place, minimum in zip(places[::2], profile.minima, strict=True):
        ax.annotate(
            str(minimum),
            (profile.arc_length[place], profile.losses[place]),
            xytext=(0, -6),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=7,
        )
    ax.margins(y=0.12)
    ax.set_xlabel("integrated path length")
    ax.set_ylabel(unit)
    ax.legend(frameon=False)
    return ax


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
    if ax is None:
        ax = pyplot.subplots(figsize=(6, 5), layout="constrained")[1]
    lowest = float(result.losses.min())
    span = float(result.losses.max()) - lowest or 1.0
    # Steps of equal ratio show both the basins and the walls around them.
    levels = np.geomspace(1e-3, 1.0, 25)
    shown = ax.contourf(
        result.u,
        result.v,
        np.clip((result.losses - lowest) / span, 1e-3, 1.0),
        levels=levels,
        norm=LogNorm(1e-3, 1.0),
        cmap="cividis",
    )
    bar = ax.figure.colorbar(shown, ax=ax, shrink=0.8)
    ticks = [1e-3, 1e-2, 1e-1, 1.0]
    bar.set_ticks(ticks, labels=[f"{lowest + span * t:.4g}" for t in ticks])
    bar.set_label(unit)
    farthest = 0.0
    for path in paths:
        x = path.coordinates
        farthest = max(farthest, float(result.distance(x).max()))
        places = result.project(x)
        ax.plot(*places.T, color="white", lw=2.5)
        ax.plot(*places.T, color="black", lw=1)
        ax.plot(*places[path.is_stationary][1::2].T, "^", color="#D55E00", mec="white", ms=5)
    ax.plot(*result.corners.T, "o", color="#56B4E9", mec="black", ms=7)
    for name, corner in zip(names, result.corners, strict=True):
        ax.annotate(name, corner, xytext=(6, 6), textcoords="offset points", color="white")
    ax.set_aspect("equal", adjustable="box")
    ax.set_xlabel("along the first two minima")
    ax.set_ylabel("across, in the plane")
    if paths:
        title = f"paths are projected: they leave the plane by up to {farthest:.3g}"
        ax.set_title(title, fontsize=8)
    return ax
