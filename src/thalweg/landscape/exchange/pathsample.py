"""Landscapes as the files of PATHSAMPLE, written and read."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from ..errors import LandscapeError
from ..integer_text import integer_to_text
from ..landscape import Landscape
from ..records import Minimum
from .points import ForeignPoints, StoredPoints, Written, new_files
from .tables import read_table, whole_numbers

_FILES = ("min.data", "ts.data", "points.min", "points.ts")


def write_pathsample(landscape: Landscape, directory: str | Path) -> Written:
    """Write `min.data`, `ts.data`, `points.min` and `points.ts` as PATHSAMPLE reads them.

    A line of `min.data` holds loss, LPPHE, stabiliser order and three moments of inertia (which have
    no meaning here and are 1); `ts.data` has the numbers of its two minima, from 1, before the moments.
    The points files are direct-access records of d float64 numbers, little-endian.

    Raises:
        LandscapeError: if there is such a file already, or the directory cannot be written.
    """
    with new_files(directory, _FILES) as folder:
        stored = StoredPoints.of(landscape)
        minima, transition_states = stored.minima, stored.transition_states
        (folder / "min.data").write_text("".join(f"{_point_line(m)} 1.0 1.0 1.0\n" for m in minima))
        lines = [
            f"{_point_line(t)} {a + 1} {b + 1} 1.0 1.0 1.0\n"
            for t, (a, b) in zip(transition_states, stored.network.edges, strict=True)
        ]
        (folder / "ts.data").write_text("".join(lines))
        for name, points in (("points.min", minima), ("points.ts", transition_states)):
            data = b"".join(np.asarray(p.coordinates, dtype="<f8").tobytes() for p in points)
            (folder / name).write_bytes(data)
    return stored.counts


def _point_line(point: Minimum) -> str:
    return f"{point.loss:.17g} {point.lpphe:.17g} {integer_to_text(point.stabiliser_order)}"


def read_pathsample(directory: str | Path, dimension: int) -> ForeignPoints:
    """Read what `write_pathsample` writes; `ts.data` and `points.ts` may be missing.

    Raises:
        LandscapeError: if a file is missing, is no such table, or the points do not fit the table or
            have another dimension.
    """
    folder = Path(directory)
    # The orders between may be too large for any number.
    losses = read_table(folder / "min.data", 3, more_columns=True, read=(0,))[:, 0]
    transition_states = read_transition_states(folder, len(losses), (0,))
    return ForeignPoints(
        _read_points(folder / "points.min", len(losses), dimension),
        losses,
        _read_points(folder / "points.ts", len(transition_states.edges), dimension),
        transition_states.values[:, 0],
        transition_states.edges,
    )


@dataclass(frozen=True, eq=False)
class TransitionStateTable:
    """Lines of `ts.data`.

    Attributes:
        values: the columns that were asked for [transition_states columns].
        edges: indices of the two minima, from 0 [transition_states 2].
    """

    values: Float[np.ndarray, "transition_states columns"]
    edges: Int[np.ndarray, "transition_states 2"]


def read_transition_states(
    folder: Path, n_minima: int, columns: tuple[int, ...]
) -> TransitionStateTable:
    """Columns of `ts.data`, and the minima that its transition states join; no rows if there is no file.

    Raises:
        LandscapeError: if it is no such table, or names minima that are not there.
    """
    path = folder / "ts.data"
    if not path.exists():
        return TransitionStateTable(np.zeros((0, len(columns))), np.zeros((0, 2), np.int64))
    table = read_table(path, 5, more_columns=True, read=(*columns, 3, 4))
    numbers = whole_numbers(table[:, -2:], path, "numbers of minima")
    outside = numbers[(numbers < 1) | (numbers > n_minima)]
    if len(outside):
        raise LandscapeError(
            f"{path}: a transition state joins minimum {outside[0]}, but min.data has {n_minima}. The files "
            "do not belong together."
        )
    return TransitionStateTable(table[:, :-2], numbers - 1)


def _read_points(path: Path, n: int, dimension: int) -> Float[np.ndarray, "n d"]:
    if n == 0 and not path.exists():
        return np.zeros((0, dimension))
    try:
        size = path.stat().st_size
        if size != 8 * n * dimension:
            raise LandscapeError(
                f"{path} holds {size} bytes; {n} points of {dimension} float64 numbers need "
                f"{8 * n * dimension}. Check that the problem is the right one."
            )
        data = path.read_bytes()
    except OSError as error:
        raise LandscapeError(f"{path} cannot be read: {error.strerror}.") from error
    return np.frombuffer(data, dtype="<f8").reshape(n, dimension).copy()
