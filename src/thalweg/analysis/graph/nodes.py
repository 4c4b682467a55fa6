"""Every distinct node of a disconnectivity graph: a set of minima that one level or more keeps together."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from ...display import shown
from ...landscape.levels import DEFAULT_LEVELS
from ...landscape.network import Network
from ...numbers import Whole, whole_number
from .disconnectivity import disconnectivity_graph


@shown
@dataclass(frozen=True, eq=False)
class Node:
    """Minima that can reach each other below the threshold of a level.

    Attributes:
        name: `level_node`, at the highest level at which these minima are a node.
        loss: threshold of that level.
        members: indices of the minima [members].
    """

    name: str
    loss: float
    members: Int[np.ndarray, " members"]


def distinct_nodes(
    network: Network, *, levels: Whole = DEFAULT_LEVELS, least: Whole = 2
) -> tuple[Node, ...]:
    """The nodes of all levels of the disconnectivity graph, each set of minima once, the largest first.

    A node that several levels share has the name that it has at the highest of them, where its branch
    begins in the figure.

    Args:
        network: minima and transition states.
        levels: as in `disconnectivity_graph`; level 1 is the highest.
        least: minima that a node must hold.

    Raises:
        ValueError: if the network has no minima, or a number is not one that can be.
    """
    least = whole_number(least, "least", least=1)
    graph = disconnectivity_graph(network, levels=levels)
    nodes: dict[tuple[int, int], Node] = {}
    for number, level in enumerate(graph.levels, start=1):
        # Minima that stand at the same positions are the same: no level changes their order.
        for k, ends in enumerate(zip(level.start.tolist(), level.stop.tolist(), strict=True), 1):
            start, stop = ends
            if stop - start >= least and ends not in nodes:
                nodes[ends] = Node(f"{number}_{k}", level.loss, graph.order[start:stop])
    return tuple(sorted(nodes.values(), key=lambda node: -len(node.members)))
