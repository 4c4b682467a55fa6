"""Parquet, NumPy and JSON files."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from ..errors import LandscapeError
from ..landscape import Landscape
from .points import ForeignPoints, new_files

_BUNDLE_FILES = (
    "problem.json",
    "minima.parquet",
    "transition_states.parquet",
    "minima.npz",
    "transition_states.npz",
)


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
