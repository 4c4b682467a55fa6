"""What the parts of a disconnectivity graph are."""

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from ..analysis.graph.disconnectivity import DisconnectivityGraph
from . import palette
from .axes import axes_or_new
from .disconnectivity import disconnectivity


def landmarks(graph: DisconnectivityGraph, ax: Axes | None = None, *, unit: str = "loss") -> Axes:
    """A disconnectivity graph with its parts named: transition states, minima and levels.

    Transition states are marked where branches meet, at the level above the lowest one that joins them: the
    graph tells losses apart to one level.

    Args:
        graph: of `analysis.disconnectivity_graph`, with few levels.
        ax: where to draw; a new figure if None.
        unit: label of the loss axis.
    """
    ax = axes_or_new(ax, (8.0, 5.5))
    for number, level in enumerate(graph.levels):
        label = "(c) levels" if number == 0 else None
        ax.axhline(level.loss, color=palette.MUTED, ls="--", lw=0.8, zorder=0, label=label)
    disconnectivity(graph, ax, unit=unit)
    ax.collections[-1].set_color(palette.VERMILION)
    x, loss = meeting_points(graph).T
    ax.plot(x, loss, "^", color=palette.BLACK, ms=6, label="(a) transition states")
    ax.plot(graph.x, graph.losses, "o", color=palette.MINIMUM, ms=5, label="(b) minima")
    handles, labels = ax.get_legend_handles_labels()
    in_order = sorted(zip(labels, handles, strict=True), key=lambda named: named[0])
    ax.legend(
        [handle for _, handle in in_order],
        [label for label, _ in in_order],
        frameon=False,
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
    )
    return ax


def meeting_points(graph: DisconnectivityGraph) -> Float[np.ndarray, "points 2"]:
    """Where branches of a graph meet: x and loss of each node with more than one branch below."""
    points = []
    for number, level in enumerate(graph.levels):
        below = graph.levels[number + 1] if number + 1 < len(graph.levels) else None
        for start, stop, x in zip(level.start, level.stop, level.x, strict=True):
            # A minimum above the next level ends on the way there, as a branch of its own.
            losses = graph.losses[start:stop]
            n_branches = int((losses > below.loss).sum()) if below else int(stop - start)
            if below is not None:
                n_branches += int(((below.start >= start) & (below.stop <= stop)).sum())
            if n_branches > 1:
                points.append((float(x), level.loss))
    return np.array(points, dtype=np.float64).reshape(-1, 2)
