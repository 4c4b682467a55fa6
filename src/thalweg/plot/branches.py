"""The lines of a disconnectivity graph as they are drawn: shape, width, and which are too fine."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from ..analysis.graph.disconnectivity import DisconnectivityGraph

_ROUND_X, _ROUND_Y = 0.008, 0.014
"""Half axes of a rounded joint, as shares of the width and the height of the graph."""
_ARC = np.linspace(0.0, np.pi / 2, 7)
_COLUMNS_PER_INCH = 250
"""Finest lines that a good print tells apart."""


@dataclass(frozen=True, eq=False)
class Branches:
    """The lines that are drawn.

    Attributes:
        is_drawn: which of the graph's segments are [segments].
        paths: points of each that is drawn, (x, loss) from above to below.
        widths: of each that is drawn, in points.
        is_joint: which of those that are drawn lead from one stem to another.
        n_merged: minima that stand so near a deeper one that no line of their own would show.
    """

    is_drawn: Bool[np.ndarray, " segments"]
    paths: list[Float[np.ndarray, "_ 2"]]
    widths: Float[np.ndarray, " lines"]
    is_joint: Bool[np.ndarray, " lines"]
    n_merged: int


def branches(graph: DisconnectivityGraph, inches: float) -> Branches:
    """The lines of a graph that is drawn so many inches wide."""
    is_shown = _is_shown(graph, inches)
    below = np.concatenate([[0], np.cumsum(is_shown)])
    segments = graph.segments
    is_drawn = below[segments.stop] > below[segments.start]
    paths = list(segments.ends[is_drawn])
    if graph.arrangement == "stems":
        paths = _rounded(graph, segments.ends[is_drawn])
    widths = np.full(len(paths), line_width(int(is_shown.sum())))
    is_joint = np.zeros(len(paths), dtype=bool)
    if graph.arrangement == "stems":
        ends = segments.ends[is_drawn]
        is_joint = ends[:, 0, 0] != ends[:, 1, 0]
        n_below = (segments.stop - segments.start)[is_drawn]
        widths *= np.where(is_joint, 0.6, 0.9 + 0.5 * np.log10(n_below))
    return Branches(is_drawn, paths, widths, is_joint, int((~is_shown).sum()))


def line_width(n: int) -> float:
    """Thin enough that neighbouring branches stay apart: 1.4 points for few, 0.15 for 20,000."""
    return float(np.clip(1.4 * (60 / max(n, 1)) ** 0.4, 0.15, 1.4))


def extent(graph: DisconnectivityGraph) -> tuple[float, float, float]:
    """Lowest loss, height and width of a graph, neither of the latter zero."""
    top, bottom = graph.levels[0].loss, float(graph.losses.min())
    height = max(top - bottom, 1e-12 * max(1.0, abs(top)))
    return bottom, height, float(max(graph.x[-1] - graph.x[0], 1.0))


def _is_shown(graph: DisconnectivityGraph, inches: float) -> Bool[np.ndarray, " drawn"]:
    """Of the minima within one line's width of each other the lowest."""
    _, _, width = extent(graph)
    column = np.floor((graph.x - graph.x[0]) / width * inches * _COLUMNS_PER_INCH).astype(np.int64)
    by_column = np.lexsort((graph.losses, column))
    is_lowest = np.diff(column[by_column], prepend=-1) != 0
    is_shown = np.zeros(len(column), dtype=bool)
    is_shown[by_column[is_lowest]] = True
    return is_shown


def _rounded(
    graph: DisconnectivityGraph, ends: Float[np.ndarray, "joints 2 2"]
) -> list[Float[np.ndarray, "_ 2"]]:
    """Each slanted line as a level one that turns down in a quarter of an ellipse."""
    _, height, width = extent(graph)
    paths = []
    for upper, lower in ends:
        run, drop = lower[0] - upper[0], upper[1] - lower[1]
        if run == 0 or drop == 0:
            paths.append(np.stack([upper, lower]))
            continue
        across = np.copysign(min(abs(run), _ROUND_X * width), run)
        down = min(drop, _ROUND_Y * height)
        x = lower[0] - across * (1 - np.sin(_ARC))
        y = upper[1] - down * (1 - np.cos(_ARC))
        paths.append(np.concatenate([[upper], np.column_stack([x, y]), [lower]]))
    return paths
