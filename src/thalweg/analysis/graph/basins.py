"""Where going down leads: monotonic sequence basins, minimax paths and the degrees of the network."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order
from scipy.stats import spearmanr

from ...landscape.merge_tree import MergeTree, merge_tree
from ...landscape.network import Network
from .disconnectivity import disconnectivity_graph


@dataclass(frozen=True, eq=False)
class MonotonicSequenceBasins:
    """The minima from which going from neighbour to lowest neighbour ends in the same bottom.

    Attributes:
        bottoms: minima without a lower neighbour, lowest first.
        assignment: for each minimum, the index of its bottom in the network [minima].
    """

    bottoms: Int[np.ndarray, " bottoms"]
    assignment: Int[np.ndarray, " minima"]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """The assignment, so that a graph can be coloured by basin."""
        return np.array(self.assignment, dtype=dtype, copy=copy)


def monotonic_sequence_basins(network: Network) -> MonotonicSequenceBasins:
    """Monotonic sequence basins: from every minimum to its lowest-lying neighbour, until none is lower.

    Neighbours are joined by one transition state. A minimum without neighbours is its own bottom.

    Raises:
        ValueError: if the network has no minima.

    Reference:
        Kunz & Berry, J. Chem. Phys. 103, 1904 (1995).
    """
    if network.n_minima == 0:
        raise ValueError("the network has no minima, so it has no basins. Find some first.")
    following = np.arange(network.n_minima)
    edges = network.edges[~network.is_degenerate]
    both = np.concatenate([edges, edges[:, ::-1]])
    # The lowest neighbour of each minimum stands first; ties go to the smaller index.
    both = both[np.lexsort((both[:, 1], network.losses[both[:, 1]], both[:, 0]))]
    start, first = np.unique(both[:, 0], return_index=True)
    lowest = both[first, 1]
    lower = network.losses[lowest] < network.losses[start]
    following[start[lower]] = lowest[lower]
    while True:
        farther = following[following]
        if np.array_equal(farther, following):
            break
        following = farther
    bottoms = np.unique(following)
    order = np.argsort(network.losses[bottoms], kind="stable")
    return MonotonicSequenceBasins(bottoms[order], following)


@dataclass(frozen=True, eq=False)
class LevelGroups:
    """The minima of each node at one level of the disconnectivity graph.

    Attributes:
        level: number of the level, 1 on top.
        loss: threshold of the level.
        names: `level_node` of each node with a minimum below the threshold, left to right [nodes].
        assignment: for each minimum the place of its node in `names`; −1 for a minimum that is not
            there at this level [minima].
    """

    level: int
    loss: float
    names: tuple[str, ...]
    assignment: Int[np.ndarray, " minima"]


def level_groups(network: Network, level: int, *, levels: int = 60) -> LevelGroups:
    """Group minima by the node that holds them at one level, as `disconnectivity_graph` draws it.

    Raises:
        ValueError: if the network has no minima, or there is no such level.
    """
    if not 1 <= level <= levels:
        raise ValueError(f"level must be from 1 to {levels}, got {level}.")
    graph = disconnectivity_graph(network, levels=levels)
    chosen = graph.levels[level - 1]
    assignment = np.full(network.n_minima, -1, dtype=np.int64)
    for k, (start, stop) in enumerate(zip(chosen.start, chosen.stop, strict=True)):
        assignment[graph.order[start:stop]] = k
    names = tuple(f"{level}_{k}" for k in range(1, len(chosen.start) + 1))
    return LevelGroups(level, chosen.loss, names, assignment)


@dataclass(frozen=True, eq=False)
class MinimaxBarriers:
    """Lowest passes between any two minima, read from the merge tree.

    Attributes:
        tree: the exact merge tree.
        network: the network that it belongs to.
    """

    tree: MergeTree
    network: Network

    def to(self, minimum: int) -> Float[np.ndarray, " minima"]:
        """Loss of the highest transition state on the lowest path from each minimum to `minimum`.

        Infinite where no path leads.
        """
        return self.tree.highest_on_lowest_path(minimum)

    def between(self, a: int, b: int) -> float:
        """Loss of the highest transition state on the lowest path between two minima."""
        return float(self.to(a)[b])

    def path(self, a: int, b: int) -> Int[np.ndarray, " steps"]:
        """Indices of the transition states of a path from `a` to `b` whose highest pass is the lowest.

        Empty if the two are the same minimum.

        Raises:
            ValueError: if no path joins them.
        """
        n = self.network.n_minima
        bridges = self.network.edges[self.tree.transition_states]
        numbers = 1 + np.arange(len(bridges))
        graph = coo_array((numbers, (bridges[:, 0], bridges[:, 1])), shape=(n, n)).tocsr()
        _, before = breadth_first_order(graph, a, directed=False)
        if a != b and before[b] < 0:
            raise ValueError(
                f"no path of transition states joins minima {a} and {b}. Connect first."
            )
        either = graph + graph.T
        steps, at = [], b
        while at != a:
            steps.append(int(either[before[at], at]) - 1)
            at = int(before[at])
        return self.tree.transition_states[np.array(steps[::-1], dtype=np.int64)]


def minimax_barriers(network: Network) -> MinimaxBarriers:
    """The lowest passes between any two minima.

    Raises:
        ValueError: if the network has no minima.
    """
    return MinimaxBarriers(merge_tree(network), network)


@dataclass(frozen=True, eq=False)
class Degrees:
    """How many neighbours the minima have.

    Attributes:
        degree: different neighbours of each minimum [minima].
        hubs: minima in order of their degree, the largest first.
        loss_correlation: Spearman's rank correlation of degree and loss; NaN if either is constant.
        p_value: of no correlation; NaN likewise.
    """

    degree: Int[np.ndarray, " minima"]
    hubs: Int[np.ndarray, " minima"]
    loss_correlation: float
    p_value: float


def degrees(network: Network) -> Degrees:
    """Degrees of the minima in the network, and whether low-lying minima have more neighbours.

    Raises:
        ValueError: if the network has no minima.
    """
    n = network.n_minima
    if n == 0:
        raise ValueError("the network has no minima, so it has no degrees. Find some first.")
    pairs = np.unique(np.sort(network.edges[~network.is_degenerate], axis=1), axis=0)
    degree = np.bincount(pairs.ravel(), minlength=n)
    correlation, p_value = np.nan, np.nan
    if np.ptp(degree) > 0 and np.ptp(network.losses) > 0:
        correlation, p_value = (float(v) for v in spearmanr(degree, network.losses))
    return Degrees(degree, np.argsort(-degree, kind="stable"), correlation, p_value)
