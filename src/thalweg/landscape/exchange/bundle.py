"""Landscapes as Parquet, NumPy and JSON files, written and read."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from ..errors import LandscapeError
from ..integer_text import integer_to_text
from ..landscape import Landscape
from ..records import Minimum
from .points import ForeignPoints, new_files

_FILES = (
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
    folder = new_files(directory, _FILES)
    network = landscape.network()
    minima, transition_states = landscape.minima(), landscape.transition_states()
    minimum_table = _table(minima, network.minimum_ids)
    minimum_table["hits"] = network.hits
    minimum_table["log_degeneracy"] = network.log_degeneracy
    transition_state_table = _table(transition_states, network.transition_state_ids)
    transition_state_table["log_degeneracy"] = network.barrier_log_degeneracy
    transition_state_table["minimum_a"] = network.minimum_ids[network.edges[:, 0]]
    transition_state_table["minimum_b"] = network.minimum_ids[network.edges[:, 1]]
    minimum_table.to_parquet(folder / "minima.parquet")
    transition_state_table.to_parquet(folder / "transition_states.parquet")
    for name, points in (("minima.npz", minima), ("transition_states.npz", transition_states)):
        np.savez_compressed(
            folder / name,
            coordinates=_coordinates(points, landscape.dimension),
            spectra=_spectra(points, network.n_modes),
        )
    about = {
        "name": landscape.problem_name,
        "fingerprint": landscape.fingerprint,
        "dimension": landscape.dimension,
        "symmetry_order": integer_to_text(landscape.symmetry_order),
    }
    (folder / "problem.json").write_text(json.dumps(about, indent=2))


def _table(points: Sequence[Minimum], ids: Int[np.ndarray, " points"]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ids,
            "loss": np.array([p.loss for p in points], dtype=np.float64),
            "lpphe": np.array([p.lpphe for p in points], dtype=np.float64),
            "rms_gradient": np.array([p.rms_gradient for p in points], dtype=np.float64),
            "tolerance": np.array([p.tolerance for p in points], dtype=np.float64),
            # Text, because the order of a large group overflows every integer column.
            "stabiliser_order": [integer_to_text(p.stabiliser_order) for p in points],
        }
    )


def _coordinates(points: Sequence[Minimum], dimension: int) -> Float[np.ndarray, "points d"]:
    return np.array([p.coordinates for p in points], dtype=np.float64).reshape(-1, dimension)


def _spectra(points: Sequence[Minimum], n_modes: int) -> Float[np.ndarray, "points modes"]:
    """Eigenvalues, one row a point; NaN after the lowest where a spectrum has not all of them."""
    width = max((len(p.spectrum) for p in points), default=n_modes)
    spectra = np.full((len(points), width), np.nan)
    for row, point in zip(spectra, points, strict=True):
        row[: len(point.spectrum)] = point.spectrum
    return spectra


def read_bundle(directory: str | Path, dimension: int) -> ForeignPoints:
    """Read what `write_bundle` writes.

    Raises:
        LandscapeError: if a file is missing or damaged, or the points have another dimension.
    """
    folder = Path(directory)
    try:
        minima = pd.read_parquet(folder / "minima.parquet")
        transition_states = pd.read_parquet(folder / "transition_states.parquet")
        points, barrier_points = (
            np.load(folder / name, allow_pickle=False)["coordinates"]
            for name in ("minima.npz", "transition_states.npz")
        )
        index = {int(minimum_id): i for i, minimum_id in enumerate(minima["id"])}
        ends = transition_states[["minimum_a", "minimum_b"]].to_numpy()
        edges = np.array([[index[int(a)], index[int(b)]] for a, b in ends], np.int64)
    except (OSError, ValueError, KeyError) as error:
        raise LandscapeError(f"{folder} is not a bundle or is damaged: {error}") from error
    if points.shape != (len(minima), dimension) or barrier_points.shape != (
        len(transition_states),
        dimension,
    ):
        raise LandscapeError(
            f"{folder} holds points of shape {points.shape} and {barrier_points.shape}; this problem has "
            f"dimension {dimension}. Check that it is the right one."
        )
    return ForeignPoints(
        points,
        minima["loss"].to_numpy(),
        barrier_points,
        transition_states["loss"].to_numpy(),
        edges.reshape(-1, 2),
    )
