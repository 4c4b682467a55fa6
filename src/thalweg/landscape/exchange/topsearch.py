"""Landscapes as the text files of TopSearch, written and read."""

from pathlib import Path

import numpy as np
from jaxtyping import Float

from ..errors import LandscapeError
from ..landscape import Landscape
from .points import ForeignPoints, new_files
from .tables import read_table

_FILES = ("min.data", "min.coords", "ts.data", "ts.coords", "pairlist")
_LOSS_ERROR = 1e-5
"""TopSearch writes losses with five decimals."""


def write_topsearch(landscape: Landscape, directory: str | Path) -> None:
    """Write the files that `KineticTransitionNetwork.read_network` reads.

    Its graph has one transition state for each pair of minima: of several the lowest is written.

    Raises:
        LandscapeError: if there is such a file already, or the directory cannot be written.
    """
    folder = new_files(directory, _FILES)
    network = landscape.network()
    points = np.array([t.coordinates for t in landscape.transition_states()])
    points = points.reshape(-1, landscape.dimension)
    pairs = np.sort(network.edges, axis=1)
    order = np.lexsort((network.barrier_losses, pairs[:, 1], pairs[:, 0]))
    first = np.unique(pairs[order], axis=0, return_index=True)[1]
    lowest = order[np.sort(first)]
    with open(folder / "min.data", "w") as data:
        data.writelines(f"{i} {loss:.17g}\n" for i, loss in enumerate(network.losses))
    with open(folder / "ts.data", "w") as data:
        data.writelines(
            f"{pairs[k][0]} {pairs[k][1]} {network.barrier_losses[k]:.17g}\n" for k in lowest
        )
    np.savetxt(folder / "min.coords", network.coordinates)
    np.savetxt(folder / "ts.coords", points[lowest])
    np.savetxt(folder / "pairlist", pairs[lowest], fmt="%i")


def read_topsearch(directory: str | Path, dimension: int) -> ForeignPoints:
    """Read TopSearch's `min.data`, `min.coords`, `ts.data` and `ts.coords`.

    Raises:
        LandscapeError: if a file is missing, is no such table, or they do not fit together or to the
            dimension.
    """
    folder = Path(directory)
    minima = read_table(folder / "min.data", 2)
    transition_states = read_table(folder / "ts.data", 3)
    index = {int(number): i for i, number in enumerate(minima[:, 0])}
    try:
        edges = [(index[int(a)], index[int(b)]) for a, b in transition_states[:, :2]]
    except KeyError as error:
        raise LandscapeError(
            f"{folder / 'ts.data'}: a transition state joins minimum {error}, which min.data does not "
            "have. The files do not belong together."
        ) from error
    return ForeignPoints(
        _points(folder / "min.coords", len(minima), dimension),
        minima[:, 1],
        _points(folder / "ts.coords", len(transition_states), dimension),
        transition_states[:, 2],
        np.array(edges, np.int64).reshape(-1, 2),
        loss_error=_LOSS_ERROR,
    )


def _points(path: Path, n: int, dimension: int) -> Float[np.ndarray, "n d"]:
    points = read_table(path, dimension)
    if len(points) != n:
        raise LandscapeError(
            f"{path} holds {len(points)} points, but the table beside it {n}. The files do not belong "
            "together."
        )
    return points
