"""Landscapes as the files of PATHSAMPLE, written and read."""

from pathlib import Path

import numpy as np
from jaxtyping import Float

from ..errors import LandscapeError
from ..integer_text import integer_to_text
from ..landscape import Landscape
from ..records import Minimum
from .points import ForeignPoints, new_files
from .tables import read_table

_FILES = ("min.data", "ts.data", "points.min", "points.ts")


def write_pathsample(landscape: Landscape, directory: str | Path) -> None:
    """Write `min.data`, `ts.data`, `points.min` and `points.ts` as PATHSAMPLE reads them.

    A line of `min.data` holds loss, LPPHE, stabiliser order and three moments of inertia (which have
    no meaning here and are 1); `ts.data` has the numbers of its two minima, from 1, before the moments.
    The points files are direct-access records of d float64 numbers, little-endian.

    Raises:
        LandscapeError: if there is such a file already, or the directory cannot be written.
    """
    folder = new_files(directory, _FILES)
    network = landscape.network()
    minima, transition_states = landscape.minima(), landscape.transition_states()
    (folder / "min.data").write_text("".join(f"{_point_line(m)} 1.0 1.0 1.0\n" for m in minima))
    lines = [
        f"{_point_line(t)} {a + 1} {b + 1} 1.0 1.0 1.0\n"
        for t, (a, b) in zip(transition_states, network.edges, strict=True)
    ]
    (folder / "ts.data").write_text("".join(lines))
    for name, points in (("points.min", minima), ("points.ts", transition_states)):
        data = b"".join(np.asarray(p.coordinates, dtype="<f8").tobytes() for p in points)
        (folder / name).write_bytes(data)


def _point_line(point: Minimum) -> str:
    return f"{point.loss:.17g} {point.lpphe:.17g} {integer_to_text(point.stabiliser_order)}"


def read_pathsample(directory: str | Path, dimension: int) -> ForeignPoints:
    """Read what `write_pathsample` writes; `ts.data` and `points.ts` may be missing.

    Raises:
        LandscapeError: if a file is missing, is no such table, or the points do not fit the table or
            have another dimension.
    """
    folder = Path(directory)
    minima = read_table(folder / "min.data", 3, more_columns=True)
    transition_states = np.zeros((0, 5))
    if (folder / "ts.data").exists():
        transition_states = read_table(folder / "ts.data", 5, more_columns=True)
    edges = transition_states[:, 3:5].astype(np.int64) - 1
    if len(edges) and (edges.min() < 0 or edges.max() >= len(minima)):
        raise LandscapeError(
            f"{folder / 'ts.data'}: a transition state joins minimum {edges.max() + 1}, but min.data "
            f"has {len(minima)}. The files do not belong together."
        )
    return ForeignPoints(
        _read_points(folder / "points.min", len(minima), dimension),
        minima[:, 0],
        _read_points(folder / "points.ts", len(transition_states), dimension),
        transition_states[:, 0],
        edges,
    )


def _read_points(path: Path, n: int, dimension: int) -> Float[np.ndarray, "n d"]:
    if n == 0 and not path.exists():
        return np.zeros((0, dimension))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LandscapeError(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) != 8 * n * dimension:
        raise LandscapeError(
            f"{path} holds {len(data)} bytes; {n} points of {dimension} float64 numbers need "
            f"{8 * n * dimension}. Check that the problem is the right one."
        )
    return np.frombuffer(data, dtype="<f8").reshape(n, dimension).copy()
