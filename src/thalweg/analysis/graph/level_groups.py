"""The minima of each node at one level of the disconnectivity graph."""

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
class LevelGroups:
    """The minima of each node at one level of the disconnectivity graph.

    Attributes:
        level: number of the level, 1 on top.
        loss: threshold of the level.
        names: `level_node` of each node with a minimum below the threshold, left to right [nodes].
        assignment: for each minimum the position of its node in `names`; −1 for a minimum that is not
            there at this level [minima].
    """

    level: int
    loss: float
    names: tuple[str, ...]
    assignment: Int[np.ndarray, " minima"]


def level_groups(network: Network, level: Whole, *, levels: Whole = DEFAULT_LEVELS) -> LevelGroups:
    """Group minima by the node that holds them at one level, as `disconnectivity_graph` draws it.

    Raises:
        ValueError: if the network has no minima, or there is no such level.
    """
    levels = whole_number(levels, "levels", least=1)
    level = whole_number(level, "level", least=1, most=levels)
    graph = disconnectivity_graph(network, levels=levels)
    superbasins = graph.levels[level - 1]
    assignment = np.full(network.n_minima, -1, dtype=np.int64)
    for k, (start, stop) in enumerate(zip(superbasins.start, superbasins.stop, strict=True)):
        assignment[graph.order[start:stop]] = k
    names = tuple(f"{level}_{k}" for k in range(1, len(superbasins.start) + 1))
    return LevelGroups(level, superbasins.loss, names, assignment)
