"""Labels in a disconnectivity graph, none over another."""

import numpy as np
from matplotlib.axes import Axes

from ..analysis.graph.disconnectivity import DisconnectivityGraph
from . import palette
from .branches import extent

_FONT_SIZE = 6


def label_nodes(ax: Axes, graph: DisconnectivityGraph) -> None:
    """Names where a superbasin of more than one minimum begins, biggest first."""
    seen_ranges: set[tuple[int, int]] = set()
    nodes = []
    for number, level in enumerate(graph.levels, start=1):
        ranges = zip(level.start, level.stop, level.x, strict=True)
        for k, (start, stop, x) in enumerate(ranges, start=1):
            if stop - start > 1 and (start, stop) not in seen_ranges:
                seen_ranges.add((start, stop))
                nodes.append((stop - start, float(x), level.loss, f"{number}_{k}"))
    free = _FreePlaces(graph, 0.06, 0.03)
    for _, x, loss, name in sorted(nodes, key=lambda node: (-node[0], node[2])):
        if free.take(x, loss):
            _write(ax, name, x, loss, (2, 1), color=palette.BLUE)


def label_minima(ax: Axes, graph: DisconnectivityGraph, most: int = 100) -> None:
    """Indices at the feet of minima, the lowest first, as far as there is room for them."""
    if len(graph.order) > most:
        return
    free = _FreePlaces(graph, 0.014, 0.025)
    for k in np.argsort(graph.losses, kind="stable").tolist():
        x, loss = float(graph.x[k]), float(graph.losses[k])
        if free.take(x, loss):
            _write(ax, str(graph.order[k]), x, loss, (0, -2), ha="center", va="top")


class _FreePlaces:
    """Places that are still free, for labels of a size that is a share of the graph's."""

    def __init__(self, graph: DisconnectivityGraph, width: float, height: float) -> None:
        _, graph_height, graph_width = extent(graph)
        self._room = width * graph_width, height * graph_height
        self._taken: list[tuple[float, float]] = []

    def take(self, x: float, y: float) -> bool:
        """Take a place; false if a label stands too near."""
        room_x, room_y = self._room
        if any(abs(x - u) <= room_x and abs(y - v) <= room_y for u, v in self._taken):
            return False
        self._taken.append((x, y))
        return True


def _write(
    ax: Axes, text: str, x: float, loss: float, offset: tuple[int, int], **options: str
) -> None:
    ax.annotate(
        text,
        (x, loss),
        xytext=offset,
        textcoords="offset points",
        fontsize=_FONT_SIZE,
        **options,  # type: ignore[arg-type]
    )
