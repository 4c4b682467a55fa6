"""The width of a landscape at each loss: how many minima lie below it, and in how many pieces."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ...display import shown
from ...landscape.merge_tree import merge_tree
from ...landscape.network import Network
from .deep_basins import deep_basins


@shown
@dataclass(frozen=True, eq=False)
class LandscapeProfile:
    """Counts at every loss where one of them changes; from there up to the next they hold.

    Attributes:
        losses: of minima and of the transition states that join superbasins, ascending [losses].
        minima: minima that lie no higher [losses].
        superbasins: pieces into which the landscape falls up to that loss [losses].
        minima_of_global: minima in the piece of the global minimum [losses].
    """

    losses: Float[np.ndarray, " losses"]
    minima: Int[np.ndarray, " losses"]
    superbasins: Int[np.ndarray, " losses"]
    minima_of_global: Int[np.ndarray, " losses"]


def landscape_profile(network: Network) -> LandscapeProfile:
    """The profile of a network, exactly, from its merge tree.

    The number of superbasins is the zeroth Betti number of the sublevel set, as far as its minima and
    transition states are known.

    Raises:
        ValueError: if the network has no minima.
    """
    network.require_losses("a profile")
    basins = deep_basins(network, 0.0)
    births = network.losses[basins.bottoms]
    deaths = births + basins.depths
    deaths = np.sort(deaths[np.isfinite(deaths)])
    # A minimum belongs to the global minimum's piece from the pass on which it is reached, or from itself.
    reached = np.maximum(
        merge_tree(network).highest_on_lowest_path(network.global_minimum), network.losses
    )
    losses = np.unique(np.concatenate([births, deaths, reached[np.isfinite(reached)]]))

    def up_to(values: Float[np.ndarray, " n"]) -> Int[np.ndarray, " losses"]:
        return np.searchsorted(np.sort(values), losses, side="right")

    minima = up_to(network.losses)
    return LandscapeProfile(losses, minima, minima - up_to(deaths), up_to(reached))
