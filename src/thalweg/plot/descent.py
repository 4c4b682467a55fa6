"""A training run on the disconnectivity graph, and its loss beside that of the minima below it."""

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize

from ..analysis.graph.disconnectivity import DisconnectivityGraph, disconnectivity_graph
from ..analysis.minima.descent_path import DescentPath
from ..landscape.network import Network
from . import palette
from .axes import axes_or_new
from .disconnectivity import disconnectivity
from .labels import caption


def descent_walk(
    network: Network | DisconnectivityGraph,
    path: DescentPath,
    ax: Axes | None = None,
    *,
    unit: str = "loss",
) -> Axes:
    """A training run as a walk over the basins of the graph: above the minimum below it, at its own loss.

    Dots are checkpoints, from the first (dark) to the last (bright); circles are the minima where the run
    was, with their place in its order. Losses above the graph are drawn at its top. Checkpoints above minima
    that the graph lacks are left out, and the title says how many.

    Args:
        network: a network, or a graph that was laid out already.
        path: of `analysis.descent_path`.
        ax: where to draw; a new figure if None.
        unit: label of the loss axis.
    """
    graph = disconnectivity_graph(network) if isinstance(network, Network) else network
    ax = disconnectivity(graph, ax, unit=unit)
    place = dict(zip(graph.order.tolist(), graph.x.tolist(), strict=True))
    is_drawn = np.array([int(minimum) in place for minimum in path.minima])
    at = np.array([place.get(int(minimum), np.nan) for minimum in path.minima])[is_drawn]
    heights = np.minimum(path.losses[is_drawn], ax.get_ylim()[1])
    _walk(ax, np.column_stack([at, heights]), np.flatnonzero(is_drawn), len(path.losses))
    seen: dict[int, int] = {}
    for minimum in path.walk:
        seen.setdefault(int(minimum), len(seen) + 1)
    losses = dict(zip(path.minima.tolist(), path.minimum_losses.tolist(), strict=True))
    for minimum, number in seen.items():
        if minimum in place:
            point = (place[minimum], losses[minimum])
            ax.plot(*point, "o", mfc="none", mec=palette.MINIMUM, ms=7, clip_on=False)
            ax.annotate(str(number), point, xytext=(6, -4), textcoords="offset points", fontsize=8)
    left_out = int((~is_drawn).sum())
    if left_out:
        what = f"{left_out} of {len(path.losses)} checkpoints lie above minima not in the graph"
        ax.set_title(what, fontsize=8)
    return ax


def descent_losses(path: DescentPath, ax: Axes | None = None, *, unit: str = "loss") -> Axes:
    """The loss along a training run, and that of the minimum below each checkpoint.

    Args:
        path: of `analysis.descent_path`.
        ax: where to draw; a new figure if None.
        unit: label of the loss axis.
    """
    ax = axes_or_new(ax, (6.0, 4.0))
    checkpoints = np.arange(len(path.losses))
    ax.plot(checkpoints, path.losses, color=palette.ORANGE, label="of the run")
    ax.step(
        checkpoints,
        path.minimum_losses,
        where="mid",
        color=palette.MINIMUM,
        ls="--",
        label="of the minimum below it",
    )
    changes = np.flatnonzero(np.diff(path.minima) != 0) + 1
    ax.plot(
        changes,
        path.minimum_losses[changes],
        "o",
        color=palette.MINIMUM,
        ms=4,
        label="another basin",
    )
    ax.set_xlabel("checkpoint")
    ax.set_ylabel(caption(unit))
    ax.legend(frameon=False)
    return ax


def _walk(ax: Axes, points: np.ndarray, when: np.ndarray, total: int) -> None:
    """The walk through points [points 2], from dark to bright as time goes on."""
    scale = Normalize(0, max(total - 1, 1))
    colours = colormaps[palette.VALUES](scale(when))
    if len(points) > 1:
        ends = np.stack([points[:-1], points[1:]], axis=1)
        ax.add_collection(LineCollection(list(ends), colors=colours[1:], linewidths=0.8))
    ax.scatter(points[:, 0], points[:, 1], c=colours, s=14, zorder=3, clip_on=False)
    bar = ax.figure.colorbar(ScalarMappable(scale, palette.VALUES), ax=ax, shrink=0.5)
    bar.set_label("checkpoint")
