"""How far the minima lie from the lowest one, after alignment."""

import numpy as np
from jaxtyping import Float

from ..landscape.errors import LandscapeError
from ..landscape.landscape import Landscape
from ..landscape.network import Network

_MOST = 2_000
"""Minima that are aligned: each takes about a millisecond, and a reader is waiting."""


def distances_to_global_minimum(
    landscape: Landscape, network: Network
) -> Float[np.ndarray, " minima"] | str:
    """Distance of each minimum to the global one, over all symmetry images; or why it is not known."""
    if network.n_minima > _MOST:
        return f"it is computed for up to {_MOST:,} minima"
    try:
        symmetry = landscape.problem.symmetry
    except LandscapeError:
        return "the file cannot rebuild its problem"
    lowest = network.coordinates[network.global_minimum]
    return np.array([symmetry.distance(lowest, x) for x in network.coordinates])
