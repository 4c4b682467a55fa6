"""How minima merge into superbasins as the loss rises, and over which transition states."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.cluster.hierarchy import DisjointSet
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

from .network import Network


@dataclass(frozen=True, eq=False)
class MergeTree:
    """The exact tree of superbasins: leaves are minima, every other node joins two superbasins.

    Nodes 0 … minima − 1 are the minima; node minima + k is the k-th merge, in order of loss.

    Attributes:
        losses: loss of each minimum, then of each merge (of its transition state) [nodes].
        children: the two nodes that each merge joins [merges 2].
        parent: the merge that each node enters; −1 at the top of a tree [nodes].
        transition_states: index of the transition state of each merge [merges].
    """

    losses: Float[np.ndarray, " nodes"]
    children: Int[np.ndarray, "merges 2"]
    parent: Int[np.ndarray, " nodes"]
    transition_states: Int[np.ndarray, " merges"]

    @property
    def n_minima(self) -> int:
        """Number of leaves."""
        return len(self.losses) - len(self.children)

    def highest_on_lowest_path(
        self, to: int | Int[np.ndarray, " targets"]
    ) -> Float[np.ndarray, " minima"]:
        """L†: loss of the highest transition state on the lowest path from each minimum to `to`.

        To the one of several that is reached lowest. Infinite where no path leads; the minimum's own
        loss at `to` itself.
        """
        highest = np.full(len(self.losses), np.inf)
        for node in np.atleast_1d(to).tolist():
            while node >= 0 and np.isinf(highest[node]):
                highest[node] = self.losses[node]
                node = int(self.parent[node])
        # Parents stand after their children, so one sweep from the top hands every value down.
        for node in range(len(self.losses) - 1, -1, -1):
            up = self.parent[node]
            if np.isinf(highest[node]) and up >= 0:
                highest[node] = highest[up]
        return highest[: self.n_minima]

    def highest_between(self, pairs: Int[np.ndarray, "pairs 2"]) -> Float[np.ndarray, " pairs"]:
        """Loss of the highest transition state on the lowest path between the two of each pair [pairs].

        Infinite where no path leads; the minimum's own loss for a minimum and itself.
        """
        highest: Float[np.ndarray, " pairs"] = np.append(self.losses, np.inf)[self.meeting(pairs)]
        return highest

    def meeting(self, pairs: Int[np.ndarray, "pairs 2"]) -> Int[np.ndarray, " pairs"]:
        """The node at which the two minima of each pair meet [pairs]; −1 where no path leads."""
        # Ancestors 1, 2, 4 … steps up, and the distance to the node that stands above every tree.
        outside = len(self.losses)
        ancestors = [np.append(np.where(self.parent < 0, outside, self.parent), outside)]
        depth = np.append(np.ones(outside, dtype=np.int64), 0)
        for _ in range(outside.bit_length()):
            depth = depth + depth[ancestors[-1]]
            ancestors.append(ancestors[-1][ancestors[-1]])
        a, b = pairs.T
        a, b = np.where(depth[a] < depth[b], b, a), np.where(depth[a] < depth[b], a, b)
        n_up = depth[a] - depth[b]
        for k, above in enumerate(ancestors):
            a = np.where((n_up >> k) & 1, above[a], a)
        for above in reversed(ancestors):
            is_below = above[a] != above[b]
            a, b = np.where(is_below, above[a], a), np.where(is_below, above[b], b)
        nodes = np.where(a == b, a, ancestors[0][a])
        return np.where(nodes == outside, -1, nodes)


def merge_tree(network: Network) -> MergeTree:
    """The merge tree of a network, by union–find over its transition states in order of loss.

    Degenerate rearrangements join nothing and are left out. Of transition states with equal loss the
    one stored first comes first.

    Raises:
        ValueError: if the network has no minima.
    """
    network.require_losses("a merge tree")
    n = network.n_minima
    bridges = _bridges(network)
    members, top = DisjointSet(range(n)), np.arange(n)
    parent = np.full(n + len(bridges), -1, dtype=np.int64)
    children = np.zeros((len(bridges), 2), dtype=np.int64)
    for k, (a, b) in enumerate(network.edges[bridges]):
        roots = members[int(a)], members[int(b)]
        children[k] = top[roots[0]], top[roots[1]]
        parent[children[k]] = n + k
        members.merge(*roots)
        top[members[roots[0]]] = n + k
    losses = np.concatenate([network.losses, network.barrier_losses[bridges]])
    return MergeTree(losses, children, parent, bridges)


def _bridges(network: Network) -> Int[np.ndarray, " merges"]:
    """The transition states of the minimum spanning forest, in order of loss."""
    n = network.n_minima
    edges = np.sort(network.edges, axis=1)
    order = np.argsort(network.barrier_losses, kind="stable")
    order = order[~network.is_degenerate[order]]
    # The lowest transition state of each pair; scipy would add up parallel edges.
    _, first = np.unique(edges[order] @ np.array([n, 1]), return_index=True)
    lowest = order[np.sort(first)]
    # Ranks stand for losses: scipy takes a weight of zero for a missing edge.
    ranks = np.arange(1, len(lowest) + 1)
    # SciPy before 1.16 takes 32-bit indices alone.
    rows, columns = edges[lowest].T.astype(np.int32)
    graph = coo_array((ranks, (rows, columns)), shape=(n, n))
    forest = minimum_spanning_tree(graph.tocsr())
    return np.asarray(lowest[np.sort(forest.data.astype(np.int64)) - 1])
