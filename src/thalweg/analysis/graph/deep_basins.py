"""Basins deeper than a loss difference: what is left of a landscape when shallow basins are filled."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ...display import shown
from ...landscape.network import Network
from ...numbers import Real, real_number
from .joining import joining


@shown
@dataclass(frozen=True, eq=False)
class DeepBasins:
    """Groups of minima between which every path climbs by more than a loss difference.

    Attributes:
        depth: that loss difference.
        bottoms: the lowest minimum of each, lowest first [basins].
        depths: how far the lowest pass to a lower bottom lies above each; infinite where no path leads to
            one, as from the global minimum [basins].
        assignment: for each minimum the index of its bottom in the network [minima].
    """

    depth: float
    bottoms: Int[np.ndarray, " basins"]
    depths: Float[np.ndarray, " basins"]
    assignment: Int[np.ndarray, " minima"]


def deep_basins(network: Network, depth: Real) -> DeepBasins:
    """The basins of the merge tree that are deeper than `depth`; shallower ones belong to what they join.

    Monotonic sequence basins count a basin however shallow; with depth 0 each minimum is one.

    Args:
        network: minima and transition states.
        depth: loss from a bottom to the lowest pass towards a lower one, at least zero.

    Raises:
        ValueError: if `depth` is negative, or the network has no minima.

    Reference:
        Persistence of sublevel sets: Edelsbrunner, Letscher & Zomorodian, Discrete Comput. Geom. 28, 511
        (2002).
    """
    depth = real_number(depth, "depth", least=0)
    network.require_losses("a division into deep basins")
    joins = joining(network)
    depths = joins.depths
    follows = np.where(depths <= depth, joins.deeper, np.arange(network.n_minima))
    while not np.array_equal(follows[follows], follows):
        follows = follows[follows]
    bottoms = np.unique(follows)
    bottoms = bottoms[np.argsort(network.losses[bottoms], kind="stable")]
    return DeepBasins(depth, bottoms, depths[bottoms], follows)
