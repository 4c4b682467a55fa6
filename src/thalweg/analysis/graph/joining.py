"""Which deeper minimum each minimum joins as the loss rises, at which pass, and how deep it is."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ...landscape.merge_tree import MergeTree, merge_tree
from ...landscape.network import Network


@dataclass(frozen=True, eq=False)
class Joining:
    """The merge tree, minimum by minimum.

    Attributes:
        deeper: the lower minimum that each joins; itself where no path leads to one [minima].
        merge: number of the merge at which it does; −1 likewise [minima].
        depths: from each minimum up to there; infinite likewise [minima].
    """

    deeper: Int[np.ndarray, " minima"]
    merge: Int[np.ndarray, " minima"]
    depths: Float[np.ndarray, " minima"]


def joining(network: Network, tree: MergeTree | None = None) -> Joining:
    """Go through the merges from the lowest to the highest; of two minima as low the first is the deeper."""
    tree = merge_tree(network) if tree is None else tree
    n, losses = network.n_minima, network.losses
    lowest = np.concatenate([np.arange(n), np.full(len(tree.children), -1)])
    deeper, merge, depths = np.arange(n), np.full(n, -1), np.full(n, np.inf)
    for k, children in enumerate(tree.children):
        first, second = lowest[children]
        if (losses[second], second) < (losses[first], first):
            first, second = second, first
        lowest[n + k] = first
        deeper[second], merge[second] = first, k
        depths[second] = tree.losses[n + k] - losses[second]
    return Joining(deeper, merge, depths)
