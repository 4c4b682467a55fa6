"""Landscapes as SQLite files that stand alone: a copy of a live one, or of one in memory or PostgreSQL."""

from pathlib import Path

import numpy as np

from ..landscape import Landscape
from .points import ForeignPoints, StoredPoints, Written


def write_sqlite(landscape: Landscape, file: str | Path) -> Written:
    """Write all that the landscape holds, as it is now, to a new landscape file; others may go on writing.

    Raises:
        LandscapeError: if the file exists or cannot be written; nothing of it is left then.
    """
    landscape.copy_to(file)
    with Landscape.open(file) as copy:
        return Written(copy.n_minima, copy.n_transition_states)


def read_sqlite(file: str | Path, dimension: int) -> ForeignPoints:
    """Read the points of another landscape file, of the same problem or one of the same parameters.

    Raises:
        LandscapeError: if it is no landscape file, is damaged, or has points of another dimension.
    """
    with Landscape.open(file) as landscape:
        landscape.require_dimension(dimension)
        stored = StoredPoints.of(landscape)
    network, states = stored.network, stored.transition_states
    coordinates = np.array([state.coordinates for state in states], dtype=np.float64)
    return ForeignPoints(
        network.coordinates,
        network.losses,
        coordinates.reshape(len(states), dimension),
        network.barrier_losses,
        network.edges,
    )
