"""Minimax paths: the lowest passes between any two minima."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order

from ...display import shown
from ...landscape.merge_tree import MergeTree, merge_tree
from ...landscape.network import Network
from ...numbers import Whole
from .members import one_minimum


@shown
@dataclass(frozen=True, eq=False)
class MinimaxBarriers:
    """Lowest passes between any two minima, read from the merge tree.

    Attributes:
        tree: the exact merge tree.
        network: the network that it belongs to.
    """

    tree: MergeTree
    network: Network

    def to(self, minimum: Whole) -> Float[np.ndarray, " minima"]:
        """Loss of the highest transition state on the lowest path from each minimum to `minimum`.

        Infinite where no path leads.
        """
        return self.tree.highest_on_lowest_path(one_minimum(self.network, minimum, "minimum"))

    def between(self, a: Whole, b: Whole) -> float:
        """Loss of the highest transition state on the lowest path between two minima."""
        return float(self.to(a)[one_minimum(self.network, b, "b")])

    def path(self, a: Whole, b: Whole) -> Int[np.ndarray, " steps"]:
        """Indices of the transition states of a path from `a` to `b` whose highest pass is the lowest.

        Empty if the two are the same minimum.

        Raises:
            ValueError: if no path joins them.
        """
        a, b = one_minimum(self.network, a, "a"), one_minimum(self.network, b, "b")
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
        steps, minimum = [], b
        while minimum != a:
            steps.append(int(either[before[minimum], minimum]) - 1)
            minimum = int(before[minimum])
        return self.tree.transition_states[np.array(steps[::-1], dtype=np.int64)]


def minimax_barriers(network: Network) -> MinimaxBarriers:
    """The lowest passes between any two minima.

    Raises:
        ValueError: if the network has no minima.
    """
    return MinimaxBarriers(merge_tree(network), network)
