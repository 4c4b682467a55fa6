"""What a landscape looks like in a few numbers, to foretell from them what is dear to measure."""

from dataclasses import dataclass

import numpy as np

from ...landscape.network import Network
from ...numbers import Real
from .basins import monotonic_sequence_basins
from .frustration import frustration
from .thermodynamics import occupation_probabilities


@dataclass(frozen=True)
class LandscapeFeatures:
    """How many minima and funnels a landscape has, and how much stands between them.

    Attributes:
        minima: how many there are.
        funnels: monotonic sequence basins; minima that nothing joins count one each.
        frustration: F, the plain index; 0 for a single minimum.
        excess: F̃ − 1 of the normalised index; 0 for a single minimum, or a funnel without barriers.
        effective_minima: exponential of the entropy of the occupation probabilities.
        temperature: at which the last three are.
    """

    minima: int
    funnels: int
    frustration: float
    excess: float
    effective_minima: float
    temperature: float


def landscape_features(network: Network, temperature: Real = 1.0) -> LandscapeFeatures:
    """The features of a landscape.

    Args:
        network: minima, and the transition states between them.
        temperature: in the unit of the loss; 1 where that is minus the logarithm of a density.

    Raises:
        ValueError: if the temperature is not positive, or the network has no minima.
    """
    index = frustration(network, temperature)
    occupations = occupation_probabilities(network, temperature)
    occupied = occupations[occupations > 0]
    return LandscapeFeatures(
        network.n_minima,
        len(monotonic_sequence_basins(network).bottoms),
        index.plain,
        index.excess if np.isfinite(index.excess) else 0.0,
        float(np.exp(-np.sum(occupied * np.log(occupied)))),
        float(temperature),
    )
