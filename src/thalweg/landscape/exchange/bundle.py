"""Landscapes as Parquet, NumPy and JSON files, written and read."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Int

from ...archive import (
    ArchiveError,
    read_arrays,
    require_unpacked_size,
    unpacked_parquet_size,
)
from ...arrow import arrow
from ..errors import LandscapeError
from ..integer_text import integer_to_text
from ..landscape import Landscape
from ..records import Minimum
from .points import ForeignPoints, StoredPoints, Written, new_files

if TYPE_CHECKING:
    import pandas as pd

_FILES = (
    "problem.json",
    "minima.parquet",
    "transition_states.parquet",
    "minima.npz",
    "transition_states.npz",
)


_NEEDS_ARROW = "a bundle, which has Parquet files,"


def write_bundle(landscape: Landscape, directory: str | Path) -> Written:
    """Write tables as Parquet, coordinates and spectra as NumPy arrays, the problem as JSON.

    Raises:
        LandscapeError: if there is such a file already, or the directory cannot be written.
        ImportError: without pyarrow, the extra `parquet`; nothing is written then.
    """
    arrow(_NEEDS_ARROW)
    with new_files(directory, _FILES) as folder:
        stored = StoredPoints.of(landscape)
        network, minima = stored.network, stored.minima
        transition_states = stored.transition_states
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
    return stored.counts


def _table(points: Sequence[Minimum], ids: Int[np.ndarray, " points"]) -> "pd.DataFrame":
    # Not at the top: every command imports all formats, and only this one needs pandas.
    import pandas as pd

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
    minima = _read_points(folder / "minima.npz", dimension)
    transition_states = _read_points(folder / "transition_states.npz", dimension)
    minimum_table = _read_table(folder / "minima.parquet", ("id", "loss"), len(minima))
    edge_table = _read_table(
        folder / "transition_states.parquet",
        ("loss", "minimum_a", "minimum_b"),
        len(transition_states),
    )
    return ForeignPoints(
        minima,
        minimum_table["loss"],
        transition_states,
        edge_table["loss"],
        _edges(folder, minimum_table["id"], edge_table),
    )


def _read_points(path: Path, dimension: int) -> Float[np.ndarray, "points d"]:
    try:
        points = read_arrays(path, ["coordinates"])["coordinates"]
    except ArchiveError as error:
        raise LandscapeError(str(error)) from error
    if points.dtype.kind not in "fiu" or points.ndim != 2 or points.shape[1] != dimension:
        raise LandscapeError(
            f"{path} holds points of shape {points.shape}; this problem has dimension {dimension}. Check "
            "that it is the right one."
        )
    return points.astype(np.float64)


def _read_table(
    path: Path, names: tuple[str, ...], n_rows: int
) -> dict[str, Float[np.ndarray, " rows"]]:
    """Columns of numbers, which must have as many rows as there are points."""
    pa = arrow(_NEEDS_ARROW)
    try:
        with pa.parquet.ParquetFile(path) as file:
            for name in names:
                kind = file.schema_arrow.field(name).type
                if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
                    raise ValueError(f"the column {name!r} holds no numbers")
            _require_bounded(path, file.metadata, n_rows)
            columns: dict[str, list[Float[np.ndarray, " some"]]] = {name: [] for name in names}
            n_read = 0
            for batch in file.iter_batches(columns=list(names)):
                n_read += len(batch)
                if n_read > n_rows:
                    break
                for name in names:
                    values = batch.column(name).to_numpy(zero_copy_only=False)
                    columns[name].append(values.astype(np.float64))
    # Arrow's errors are ValueErrors, OSErrors, KeyErrors and others under one base.
    except (OSError, ValueError, KeyError, OverflowError, pa.ArrowException) as error:
        raise LandscapeError(f"{path} is no table of a bundle, or is damaged: {error}.") from error
    if n_read != n_rows:
        raise LandscapeError(f"{path} has not as many rows as there are points ({n_rows}).")
    return {name: np.concatenate([np.zeros(0), *parts]) for name, parts in columns.items()}


def _require_bounded(path: Path, metadata: Any, n_rows: int) -> None:
    """Refuse a table that states more than the points warrant, before it is unpacked."""
    if metadata.num_rows != n_rows:
        raise ValueError(f"it has {metadata.num_rows} rows for {n_rows} points")
    require_unpacked_size(path, path.stat().st_size, unpacked_parquet_size(metadata))


def _edges(
    folder: Path,
    ids: Float[np.ndarray, " minima"],
    table: dict[str, Float[np.ndarray, " transition_states"]],
) -> Int[np.ndarray, "transition_states 2"]:
    index = {minimum_id: i for i, minimum_id in enumerate(ids.tolist())}
    if len(index) < len(ids):
        raise LandscapeError(f"{folder / 'minima.parquet'}: two minima have the same id.")
    ends = np.stack([table["minimum_a"], table["minimum_b"]], axis=1)
    try:
        edges = [(index[a], index[b]) for a, b in ends.tolist()]
    except KeyError as error:
        raise LandscapeError(
            f"{folder / 'transition_states.parquet'}: a transition state joins minimum {error}, which "
            "minima.parquet does not have. The files do not belong together."
        ) from error
    return np.array(edges, np.int64).reshape(-1, 2)
