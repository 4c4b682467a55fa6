"""Monotonic sequence basins: where going down from neighbour to lowest neighbour leads."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int
from numpy.typing import DTypeLike

from ...display import shown
from ...landscape.network import Network


@shown
@dataclass(frozen=True, eq=False)
class MonotonicSequenceBasins:
    """The minima from which going from neighbour to lowest neighbour ends in the same bottom.

    Attributes:
        bottoms: minima without a lower neighbour, lowest first.
        assignment: for each minimum, the index of its bottom in the network [minima].
    """

    bottoms: Int[np.ndarray, " bottoms"]
    assignment: Int[np.ndarray, " minima"]

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
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
    network.require_losses("a division into basins")
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
