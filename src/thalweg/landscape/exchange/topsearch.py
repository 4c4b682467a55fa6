"""Landscapes as TopSearch's text files, written and read."""

from pathlib import Path

import numpy as np
from jaxtyping import Float

from ..errors import LandscapeError
from ..landscape import Landscape
from .points import ForeignPoints, new_files

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
    saddles = np.array([t.coordinates for t in landscape.transition_states()])
    pairs = np.sort(network.edges, axis=1)
    order = np.lexsort((network.barrier_losses, pairs[:, 1], pairs[:, 0]))
    first = np.unique(pairs[order], axis=0, return_index=True)[1]
    kept = order[np.sort(first)]
    with open(folder / "min.data", "w") as data:
        data.writelines(f"{i} {loss:.17g}\n" for i, loss in enumerate(network.losses))
    with open(folder / "ts.data", "w") as data:
        data.writelines(
            f"{pairs[k][0]} {pairs[k][1]} {network.barrier_losses[k]:.17g}\n" for k in kept
        )
    np.savetxt(folder / "min.coords", network.coordinates)
    np.savetxt(
        folder / "ts.coords", saddles[kept] if len(kept) else np.zeros((0, landscape.dimension))
    )
    np.savetxt(folder / "pairlist", pairs[kept], fmt="%i")


def read_topsearch(directory: str | Path, dimension: int) -> ForeignPoints:
    """Read TopSearch's `min.data`, `min.coords`, `ts.data` and `ts.coords`.

    Raises:
        LandscapeError: if a file is missing, is no such table, or they do not fit together or to the
            dimension.
    """
    folder = Path(directory)
    minima, saddles = _table(folder / "min.data", 2), _table(folder / "ts.data", 3)
    place = {int(number): at for at, number in enumerate(minima[:, 0])}
    try:
        edges = [(place[int(a)], place[int(b)]) for a, b in saddles[:, :2]]
    except KeyError as error:
        raise LandscapeError(
            f"{folder / 'ts.data'}: a transition state joins minimum {error}, which min.data does not "
            "have. The files do not belong together."
        ) from error
    return ForeignPoints(
        _points(folder / "min.coords", len(minima), dimension),
        minima[:, 1],
        _points(folder / "ts.coords", len(saddles), dimension),
        saddles[:, 2],
        np.array(edges, np.int64).reshape(-1, 2),
        loss_error=_LOSS_ERROR,
    )


def _points(path: Path, n: int, dimension: int) -> Float[np.ndarray, "n d"]:
    points = _table(path, dimension)
    if len(points) != n:
        raise LandscapeError(
            f"{path} holds {len(points)} points, but the table beside it {n}. The files do not belong "
            "together."
        )
    return points


def _table(path: Path, columns: int) -> Float[np.ndarray, "rows columns"]:
    try:
        rows = [line.split() for line in path.read_text().splitlines() if line.strip()]
        table = np.array(rows, dtype=np.float64).reshape(len(rows), -1 if rows else columns)
    except OSError as error:
        raise LandscapeError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise LandscapeError(f"{path} is not a table of numbers: {error}.") from error
    if table.shape[1] != columns:
        raise LandscapeError(
            f"{path} has {table.shape[1]} columns; {columns} were expected. Check that the problem is the "
            "right one."
        )
    return table
