"""What a search looks at before it plans: the network, what was tried, and what lies near."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from .neighbours import NeighbourIndex
from .network import Network


@dataclass(frozen=True, eq=False)
class Survey:
    """A landscape at one instant.

    Attributes:
        network: minima and transition states.
        attempts: how often each pair of indices (a < b) was searched between, and each (a, None) around.
        n_attempts: how many searches of either sort each minimum took part in [minima].
        n_around: how many of them were around it alone [minima].
        neighbours: finds minima by their places; it may hold later ones too.
    """

    network: Network
    attempts: Counter[tuple[int, int | None]]
    n_attempts: Int[np.ndarray, " minima"]
    n_around: Int[np.ndarray, " minima"]
    neighbours: NeighbourIndex
