"""The lowest funnel of a disconnectivity graph, enlarged in a corner that is free."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from ..analysis.graph.disconnectivity import DisconnectivityGraph
from . import palette
from .branches import extent

_MOST_MINIMA, _LEAST_MINIMA = 40, 3
_SIZE = (0.3, 0.42)
_CORNERS = ((0.02, 0.04), (0.68, 0.04))
"""Lower left ends of the places for it, as shares of the axes."""


def funnel_inset(ax: Axes, graph: DisconnectivityGraph) -> Axes | None:
    """Enlarge the funnel of the global minimum; None if there is none smaller than the graph itself.

    The funnel is the largest superbasin of the global minimum of at most 40 minima, and at least 3.
    """
    bounds = _funnel(graph)
    if bounds is None:
        return None
    start, stop, top = bounds
    bottom, _, width = extent(graph)
    inset = ax.inset_axes((*_free_corner(graph), *_SIZE))
    for lines in ax.collections:
        if isinstance(lines, LineCollection):
            copy = LineCollection(lines.get_segments(), colors=lines.get_colors())
            copy.set_linewidth([1.4 * w for w in np.atleast_1d(lines.get_linewidth())])
            inset.add_collection(copy)
    margin = 0.5 * width / len(graph.x)
    inset.set_xlim(graph.x[start] - margin, graph.x[stop - 1] + margin)
    inset.set_ylim(max(bottom - 0.06 * (top - bottom), ax.get_ylim()[0]), top)
    inset.set_xticks([])
    inset.tick_params(labelsize=6, length=2)
    for spine in inset.spines.values():
        spine.set_color(palette.MUTED)
    ax.indicate_inset_zoom(inset, edgecolor=palette.MUTED, alpha=1.0)
    return inset


def _funnel(graph: DisconnectivityGraph) -> tuple[int, int, float] | None:
    """Bounds of the funnel, and the loss of the level where it begins."""
    lowest = int(np.argmin(graph.losses))
    for level in graph.levels:
        k = int(np.searchsorted(level.start, lowest, side="right")) - 1
        start, stop = int(level.start[k]), int(level.stop[k])
        if stop - start < _LEAST_MINIMA or not start <= lowest < stop:
            return None
        if stop - start <= _MOST_MINIMA and stop - start < len(graph.order):
            return start, stop, level.loss
    return None


def _free_corner(graph: DisconnectivityGraph) -> tuple[float, float]:
    """The corner that fewest minima reach down into."""
    bottom, height, width = extent(graph)
    x, y = (graph.x - graph.x[0]) / width, (graph.losses - bottom) / height

    def n_within(corner: tuple[float, float]) -> int:
        is_beside = (x >= corner[0]) & (x <= corner[0] + _SIZE[0])
        return int((is_beside & (y < corner[1] + _SIZE[1])).sum())

    return min(_CORNERS, key=n_within)
