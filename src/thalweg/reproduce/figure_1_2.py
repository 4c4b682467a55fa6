"""An annotated disconnectivity graph."""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from ..analysis.graph.disconnectivity import DisconnectivityGraph, disconnectivity_graph
from ..analysis.graph.minimax import minimax_barriers
from ..landscape.network import Network
from .introduction import mapped, spiral_problem
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEVELS = 12
"""Few enough to tell them apart."""
_L2 = 5e-4
"""Leaves few enough minima to point at each."""


def figure_1_2(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The graph of a small network on two spirals, with transition states, minima and levels named."""
    problem = spiral_problem(scale, _L2)
    measurements: dict[str, list[Measurements]] = {"graph": []}
    graphs = []
    for seed in scale.seeds:
        progress(f"seed {seed}")
        network = mapped(landscapes, problem, scale, seed)
        graph = disconnectivity_graph(network, levels=_LEVELS, only_joined=True)
        graphs.append(graph)
        measurements["graph"].append(_measured(network, graph))
    statements = (
        stated(
            "the vertical axis is the loss: the lowest leaf is the global minimum",
            measurements,
            lambda r: r["graph"]["lowest leaf above the global minimum"] == 0,
        ),
        stated(
            "branches are arranged without crossings",
            measurements,
            lambda r: r["graph"]["crossings of branches"] == 0,
        ),
        stated(
            "levels are evenly spaced",
            measurements,
            # Differences of losses of order 0.1 are rounded at 1e-17.
            lambda r: r["graph"]["largest difference of two spacings"] < 1e-12,
        ),
        stated(
            "minima meet at the first level above the transition states of the lowest path between them",
            measurements,
            lambda r: (
                r["graph"]["least height of a meeting above the pass, in spacings"] >= 0
                and r["graph"]["greatest height of a meeting above the pass, in spacings"] < 1
            ),
        ),
    )

    def draw(figure: "Figure") -> None:
        from ..plot import landmarks

        landmarks(graphs[0], figure.subplots())

    caption = (
        "Disconnectivity graph (red) with annotations: (a) transition states, (b) minima, and (c) the "
        "levels at which the graph is computed."
    )
    return Reproduction(
        "figure-1.2",
        "annotated disconnectivity graph",
        side_by_side(measurements, {}),
        statements,
        scale,
        f"two spirals of {scale.train} points, three hidden units, l2 = {_L2:g}, {_LEVELS} levels",
        (Picture("", caption, draw, (8.5, 5.5)),),
    )


def _measured(network: Network, graph: DisconnectivityGraph) -> dict[str, float]:
    levels = np.array([level.loss for level in graph.levels])
    heights = _heights_above_passes(network, graph, levels)
    return {
        "minima": float(len(graph.order)),
        "transition states": float(network.n_transition_states),
        "lowest leaf above the global minimum": float(graph.losses.min() - network.lowest_loss),
        "crossings of branches": float(n_crossings(graph.segments.ends)),
        "largest difference of two spacings": float(np.ptp(np.diff(levels))),
        "least height of a meeting above the pass, in spacings": float(heights.min(initial=0.0)),
        "greatest height of a meeting above the pass, in spacings": float(heights.max(initial=0.0)),
    }


def _heights_above_passes(
    network: Network, graph: DisconnectivityGraph, levels: Float[np.ndarray, " levels"]
) -> Float[np.ndarray, " pairs"]:
    """For each two minima, how far above the lowest pass between them they first meet in the graph."""
    barriers, spacing = minimax_barriers(network), levels[0] - levels[1]
    heights = []
    for left in range(len(graph.order)):
        for right in range(left):
            lowest_pass = barriers.between(int(graph.order[right]), int(graph.order[left]))
            shared = [
                level.loss
                for level in graph.levels
                if ((level.start <= right) & (level.stop > left)).any()
            ]
            heights.append((min(shared) - lowest_pass) / spacing)
    return np.array(heights)


def n_crossings(ends: Float[np.ndarray, "segments 2 2"]) -> int:
    """How many pairs of lines cross, other than at their ends.

    Args:
        ends: (x, y) of the two ends of each line.
    """
    a, b = ends[:, 0], ends[:, 1]
    # A line separates the ends of another if these lie on different sides of it.
    side = [np.sign(_cross(b - a, point - a[:, None])) for point in (a[None], b[None])]
    separates = side[0] * side[1] < 0
    return int((separates & separates.T).sum()) // 2


def _cross(
    along: Float[np.ndarray, "n 2"], to: Float[np.ndarray, "n n 2"]
) -> Float[np.ndarray, "n n"]:
    return np.asarray(along[:, None, 0] * to[..., 1] - along[:, None, 1] * to[..., 0])
