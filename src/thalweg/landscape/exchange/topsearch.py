"""Landscapes as the text files of TopSearch, written and read."""

from pathlib import Path

import numpy as np
from jaxtyping import Float

from ..errors import LandscapeError
from ..landscape import Landscape
from .points import ForeignPoints, StoredPoints, Written, new_files
from .tables import read_table, whole_numbers

_FILES = ("min.data", "min.coords", "ts.data", "ts.coords", "pairlist")
_LOSS_ERROR = 1e-5
"""TopSearch writes losses with five decimals."""


def write_topsearch(landscape: Landscape, directory: str | Path) -> Written:
    """Write the files that `KineticTransitionNetwork.read_network` reads.

    Transition states stand in order of falling loss: a TopSearch whose graph has room for one of each pair
    of minima keeps the last, which is then the lowest.

    Raises:
        LandscapeError: if there is such a file already, or the directory cannot be written.
    """
    with new_files(directory, _FILES) as folder:
        stored = StoredPoints.of(landscape)
        network = stored.network
        points = np.array([t.coordinates for t in stored.transition_states])
        points = points.reshape(-1, landscape.dimension)
        pairs = np.sort(network.edges, axis=1)
        order = np.argsort(-network.barrier_losses, kind="stable")
        with open(folder / "min.data", "w") as data:
            data.writelines(f"{i} {loss:.17g}\n" for i, loss in enumerate(network.losses))
        with open(folder / "ts.data", "w") as data:
            data.writelines(
                f"{pairs[k][0]} {pairs[k][1]} {network.barrier_losses[k]:.17g}\n" for k in order
            )
        np.savetxt(folder / "min.coords", network.coordinates)
        np.savetxt(folder / "ts.coords", points[order])
        np.savetxt(folder / "pairlist", np.unique(pairs, axis=0), fmt="%i")
    return stored.counts


def read_topsearch(path: str | Path, dimension: int) -> ForeignPoints:
    """Read TopSearch's `min.data`, `min.coords`, `ts.data` and `ts.coords`.

    Older files, which have one more column in `min.data` and `ts.data`, are read as well.

    Args:
        path: directory, or its file `min.data` with the suffix that all four have, as in
            `restart/min.data.original`; a suffix need not be given if there are no files with another.
        dimension: of the points.

    Raises:
        LandscapeError: if a file is missing, is no such table, or they do not fit together or to the
            dimension.
    """
    folder, suffix = _folder_and_suffix(Path(path))
    minimum_file, edge_file = folder / f"min.data{suffix}", folder / f"ts.data{suffix}"
    minima = read_table(minimum_file, 2, more_columns=True)
    transition_states = read_table(edge_file, 3, more_columns=True)
    numbers = whole_numbers(minima[:, 0], minimum_file, "numbers of minima")
    ends = whole_numbers(transition_states[:, :2], edge_file, "numbers of minima")
    index = {number: i for i, number in enumerate(numbers.tolist())}
    if len(index) < len(numbers):
        raise LandscapeError(f"{minimum_file}: two minima have the same number.")
    unknown = ends[~np.isin(ends, numbers)]
    if len(unknown):
        raise LandscapeError(
            f"{edge_file}: a transition state joins minimum {unknown[0]}, which {minimum_file.name} does not "
            "have. The files do not belong together."
        )
    edges = [(index[a], index[b]) for a, b in ends.tolist()]
    return ForeignPoints(
        _points(folder / f"min.coords{suffix}", len(minima), dimension),
        minima[:, 1],
        _points(folder / f"ts.coords{suffix}", len(transition_states), dimension),
        transition_states[:, 2],
        np.array(edges, np.int64).reshape(-1, 2),
        loss_error=_LOSS_ERROR,
    )


def _folder_and_suffix(path: Path) -> tuple[Path, str]:
    """Where the files are, and what stands behind their names."""
    if path.is_file() and path.name.startswith("min.data"):
        return path.parent, path.name.removeprefix("min.data")
    if path.is_dir() and not (path / "min.data").exists():
        suffixes = sorted(file.name.removeprefix("min.data") for file in path.glob("min.data*"))
        if len(suffixes) > 1:
            raise LandscapeError(
                f"{path} has several landscapes, with the suffixes {', '.join(suffixes)}. Name one: "
                f"{path / f'min.data{suffixes[0]}'}."
            )
        return path, "".join(suffixes)
    return path, ""


def _points(path: Path, n: int, dimension: int) -> Float[np.ndarray, "n d"]:
    points = read_table(path, dimension)
    if len(points) != n:
        raise LandscapeError(
            f"{path} holds {len(points)} points, but the table beside it {n}. The files do not belong "
            "together."
        )
    return points
