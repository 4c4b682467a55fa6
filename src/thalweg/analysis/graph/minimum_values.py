"""Values of the minima that the network alone gives, by the names by which figures colour with them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from ...landscape.network import Network
from .basins import monotonic_sequence_basins
from .communities import communities
from .degrees import degrees

MINIMUM_VALUES: Mapping[str, Callable[[Network], Float[np.ndarray, " minima"]]] = MappingProxyType(
    {
        "basin": lambda network: monotonic_sequence_basins(network).assignment,
        "community": lambda network: communities(network).assignment,
        "component": lambda network: network.component,
        "degree": lambda network: degrees(network).degree.astype(np.float64),
        "hits": lambda network: np.log10(network.hits + 1.0),
        "lpphe": lambda network: network.lpphe,
    }
)
"""Each is a function from a network to values [minima]; whole numbers are labels of groups."""

MINIMUM_CAPTIONS: Mapping[str, str] = MappingProxyType(
    {"hits": r"$\log_{10}$(hits + 1)", "lpphe": "LPPHE"}
)
"""What stands at a scale of these values, where it is not their name."""
