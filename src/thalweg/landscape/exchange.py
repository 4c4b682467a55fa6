"""Landscapes as files of other programs: PATHSAMPLE's text and binary files, Parquet and NumPy."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from .errors import LandscapeError
from .records import Minimum
from .store import Landscape

_FORTRAN_FILES = ("min.data", "ts.data", "points.min", "points.ts")
_BUNDLE_FILES = (
    "problem.json",
    "minima.parquet",
    "transition_states.parquet",
    "minima.npz",
    "transition_states.npz",
)


@dataclass(frozen=True, eq=False)
class ForeignPoints:
    """Stationary points as another program states them: to be checked before they are believed.

    Attributes:
        minima: coordinates [minima d].
        losses: their losses [minima].
        transition_states: coordinates [transition_states d].
        barrier_losses: their losses [transition_states].
        edges: indices of the minima that each joins [transition_states 2].
        loss_error: how far, relative to 1 + |loss|, the losses may be off: foreign points may be converged
            to 1e-6 only, and be written with few digits.
    """

    minima: Float[np.ndarray, "minima d"]
    losses: Float[np.ndarray, " minima"]
    transition_states: Float[np.ndarray, "transition_states d"]
    barrier_losses: Float[np.ndarray, " transition_states"]
    edges: Int[np.ndarray, "transition_states 2"]
    loss_error: float = 1e-6


# ---- GMIN, OPTIM, PATHSAMPLE -----------------------------------------------------------------------


def write_fortran(landscape: Landscape, directory: str | Path) -> None:
    """Write `min.data`, `ts.data`, `points.min` and `points.ts` as PATHSAMPLE reads them.

    A line of `min.data` holds loss, LPPHE, stabiliser order and three moments of inertia (which have
    no meaning here and are 1); `ts.data` has the numbers of its two minima, from 1, before the moments.
    The points files are direct-access records of d float64 numbers, little-endian.

    Raises:
        LandscapeError: if there is such a file already, or the directory cannot be written.
    """
    folder = new_files(directory, _FORTRAN_FILES)
    network = landscape.network()
    minima, saddles = landscape.minima(), landscape.transition_states()
    (folder / "min.data").write_text("".join(f"{_fortran(m)} 1.0 1.0 1.0\n" for m in minima))
    lines = [
        f"{_fortran(t)} {a + 1} {b + 1} 1.0 1.0 1.0\n"
        for t, (a, b) in zip(saddles, network.edges, strict=True)
    ]
    (folder / "ts.data").write_text("".join(lines))
    for name, points in (("points.min", minima), ("points.ts", saddles)):
        data = b"".join(np.asarray(p.coordinates, dtype="<f8").tobytes() for p in points)
        (folder / name).write_bytes(data)


def _fortran(point: Minimum) -> str:
    return f"{point.loss:.17g} {point.lpphe:.17g} {point.stabiliser_order}"


def read_fortran(directory: str | Path, dimension: int) -> ForeignPoints:
    """Read what `write_fortran` writes; `ts.data` and `points.ts` may be missing.

    Raises:
        LandscapeError: if a file is missing, is no such table, or the points do not fit the table or
            have another dimension.
    """
    folder = Path(directory)
    minima = _fortran_table(folder / "min.data", columns=3)
    has_saddles = (folder / "ts.data").exists()
    saddles = _fortran_table(folder / "ts.data", columns=5) if has_saddles else np.zeros((0, 5))
    edges = saddles[:, 3:5].astype(np.int64) - 1
    if len(edges) and (edges.min() < 0 or edges.max() >= len(minima)):
        raise LandscapeError(
            f"{folder / 'ts.data'}: a transition state joins minimum {edges.max() + 1}, but min.data "
            f"has {len(minima)}. The files do not belong together."
        )
    return ForeignPoints(
        _fortran_points(folder / "points.min", len(minima), dimension),
        minima[:, 0],
        _fortran_points(folder / "points.ts", len(saddles), dimension),
        saddles[:, 0],
        edges,
    )


def _fortran_table(path: Path, columns: int) -> Float[np.ndarray, "rows columns"]:
    try:
        # Fortran may write 1.0D-05 for 1.0e-05.
        text = path.read_text().replace("D", "E").replace("d", "e")
        rows = [
            [float(word) for word in line.split()] for line in text.splitlines() if line.strip()
        ]
        table = np.array([row[:columns] for row in rows], dtype=np.float64)
        return table.reshape(len(rows), columns)
    except OSError as error:
        raise LandscapeError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise LandscapeError(
            f"{path} is not such a table: every line needs {columns} or more numbers ({error})."
        ) from error


def _fortran_points(path: Path, n: int, dimension: int) -> Float[np.ndarray, "n d"]:
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


# ---- Parquet and NumPy -----------------------------------------------------------------------------


def write_bundle(landscape: Landscape, directory: str | Path) -> None:
    """Write tables as Parquet, coordinates and spectra as NumPy arrays, the problem as JSON.

    Raises:
        LandscapeError: if there is such a file already, or the directory cannot be written.
    """
    folder = new_files(directory, _BUNDLE_FILES)
    network = landscape.network()
    minima, saddles = landscape.minima(), landscape.transition_states()
    first = _table(minima, network.minimum_ids)
    first["hits"] = network.hits
    first["log_degeneracy"] = network.log_degeneracy
    second = _table(saddles, network.transition_state_ids)
    second["log_degeneracy"] = network.barrier_log_degeneracy
    second["minimum_a"] = network.minimum_ids[network.edges[:, 0]]
    second["minimum_b"] = network.minimum_ids[network.edges[:, 1]]
    first.to_parquet(folder / "minima.parquet")
    second.to_parquet(folder / "transition_states.parquet")
    for name, points in (("minima.npz", minima), ("transition_states.npz", saddles)):
        np.savez_compressed(
            folder / name,
            coordinates=_stacked([p.coordinates for p in points], landscape.dimension),
            spectra=_stacked([p.spectrum for p in points], _n_told(points, network.n_modes)),
        )
    about = {
        "name": landscape.problem_name,
        "fingerprint": landscape.fingerprint,
        "dimension": landscape.dimension,
        "symmetry_order": str(landscape.symmetry_order),
    }
    (folder / "problem.json").write_text(json.dumps(about, indent=2))


def _table(points: list, ids: Int[np.ndarray, " points"]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ids,
            "loss": np.array([p.loss for p in points], dtype=np.float64),
            "lpphe": np.array([p.lpphe for p in points], dtype=np.float64),
            "rms_gradient": np.array([p.rms_gradient for p in points], dtype=np.float64),
            "tolerance": np.array([p.tolerance for p in points], dtype=np.float64),
            # Text, because the order of a large group overflows every integer column.
            "stabiliser_order": [str(p.stabiliser_order) for p in points],
        }
    )


def _n_told(points: list, n_modes: int) -> int:
    """How many eigenvalues each point has: all, or the lowest."""
    return len(points[0].spectrum) if points else n_modes


def _stacked(rows: list, width: int) -> Float[np.ndarray, "rows width"]:
    return np.array(rows, dtype=np.float64).reshape(len(rows), width)


def read_bundle(directory: str | Path, dimension: int) -> ForeignPoints:
    """Read what `write_bundle` writes.

    Raises:
        LandscapeError: if a file is missing or damaged, or the points have another dimension.
    """
    folder = Path(directory)
    try:
        minima = pd.read_parquet(folder / "minima.parquet")
        saddles = pd.read_parquet(folder / "transition_states.parquet")
        points, passes = (
            np.load(folder / name, allow_pickle=False)["coordinates"]
            for name in ("minima.npz", "transition_states.npz")
        )
        place = {int(i): at for at, i in enumerate(minima["id"])}
        ends = saddles[["minimum_a", "minimum_b"]].to_numpy()
        edges = np.array([[place[int(a)], place[int(b)]] for a, b in ends], np.int64)
    except (OSError, ValueError, KeyError) as error:
        raise LandscapeError(f"{folder} is not a bundle or is damaged: {error}") from error
    if points.shape != (len(minima), dimension) or passes.shape != (len(saddles), dimension):
        raise LandscapeError(
            f"{folder} holds points of shape {points.shape} and {passes.shape}; this problem has "
            f"dimension {dimension}. Check that it is the right one."
        )
    return ForeignPoints(
        points,
        minima["loss"].to_numpy(),
        passes,
        saddles["loss"].to_numpy(),
        edges.reshape(-1, 2),
    )


def new_files(directory: str | Path, names: tuple[str, ...]) -> Path:
    """The directory, made if there is none, in which none of these files may exist.

    Raises:
        LandscapeError: if one of them does, or the directory cannot be made.
    """
    folder = Path(directory)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LandscapeError(f"{folder} cannot be made: {error.strerror}.") from error
    present = [name for name in names if (folder / name).exists()]
    if present:
        raise LandscapeError(f"{folder} has {present[0]} already; choose an empty directory.")
    return folder
