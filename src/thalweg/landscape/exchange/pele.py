"""Landscapes as SQLite databases of pele (its schema 2), written and read."""

import io
import pickle
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ..errors import LandscapeError
from ..landscape import Landscape
from .points import ForeignPoints

_SCHEMA_VERSION = 2
_TABLES = """
CREATE TABLE tbl_minima (
    _id INTEGER NOT NULL PRIMARY KEY, energy FLOAT, coords BLOB, fvib FLOAT, pgorder INTEGER,
    invalid INTEGER, user_data BLOB);
CREATE TABLE tbl_transition_states (
    _id INTEGER NOT NULL PRIMARY KEY, energy FLOAT, coords BLOB,
    _minimum1_id INTEGER REFERENCES tbl_minima (_id), _minimum2_id INTEGER REFERENCES tbl_minima (_id),
    eigenval FLOAT, eigenvec BLOB, fvib FLOAT, pgorder INTEGER, invalid INTEGER, user_data BLOB);
CREATE TABLE tbl_system_property (
    _id INTEGER NOT NULL PRIMARY KEY, property_name VARCHAR, int_value INTEGER, float_value FLOAT,
    string_value VARCHAR, pickle_value BLOB);
"""

_ARRAY_PARTS = {
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.numeric", "_frombuffer"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("_codecs", "encode"),
}


def write_pele(landscape: Landscape, file: str | Path) -> None:
    """Write a database that `pele.storage.Database` opens.

    `fvib` is the LPPHE and `pgorder` the order of the stabiliser. Coordinates are pickled arrays, as pele
    stores them.

    Raises:
        LandscapeError: if the file exists or cannot be written.
    """
    if Path(file).exists():
        raise LandscapeError(f"{file} exists already; choose another name.")
    network = landscape.network()
    minima = [
        (int(i), m.loss, _pickled(m.coordinates), m.lpphe, m.stabiliser_order, 0)
        for i, m in zip(network.minimum_ids, landscape.minima(), strict=True)
    ]
    ends = np.sort(network.minimum_ids[network.edges], axis=1)
    transition_states = [
        (int(i), t.loss, _pickled(t.coordinates), int(a), int(b), float(t.spectrum[0]), t.lpphe,
         t.stabiliser_order, 0)
        for i, t, (a, b) in zip(
            network.transition_state_ids, landscape.transition_states(), ends, strict=True)
    ]  # fmt: skip
    try:
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.executescript(_TABLES)
            connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
            connection.executemany(
                "INSERT INTO tbl_minima (_id, energy, coords, fvib, pgorder, invalid) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                minima,
            )
            connection.executemany(
                "INSERT INTO tbl_transition_states (_id, energy, coords, _minimum1_id, _minimum2_id, "
                "eigenval, fvib, pgorder, invalid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                transition_states,
            )
    # An SQLite integer holds stabiliser orders below 2^63.
    except (sqlite3.Error, OverflowError) as error:
        raise LandscapeError(f"{file} cannot be written: {error}.") from error


def read_pele(file: str | Path, dimension: int) -> ForeignPoints:
    """Read the minima and transition states of a pele database; those marked invalid are left out.

    Raises:
        LandscapeError: if the file is missing, is no such database, holds pickles of anything but plain
            arrays, or points of another dimension.
    """
    if not Path(file).is_file():
        raise LandscapeError(f"{file}: no such file.")
    try:
        with closing(
            sqlite3.connect(f"{Path(file).absolute().as_uri()}?mode=ro", uri=True)
        ) as pele:
            valid = "WHERE invalid IS NULL OR invalid = 0 ORDER BY _id"
            minima = pele.execute(f"SELECT _id, energy, coords FROM tbl_minima {valid}").fetchall()
            transition_states = pele.execute(
                "SELECT energy, coords, _minimum1_id, _minimum2_id FROM tbl_transition_states "
                + valid
            ).fetchall()
    except sqlite3.Error as error:
        raise LandscapeError(f"{file} is not a pele database, or is damaged: {error}.") from error
    index = {pele_id: i for i, (pele_id, _, _) in enumerate(minima)}
    # A transition state of a minimum that was marked invalid has lost its end.
    transition_states = [row for row in transition_states if row[2] in index and row[3] in index]
    return ForeignPoints(
        _points([row[2] for row in minima], dimension, file),
        np.array([row[1] for row in minima], dtype=np.float64),
        _points([row[1] for row in transition_states], dimension, file),
        np.array([row[0] for row in transition_states], dtype=np.float64),
        np.array([(index[a], index[b]) for _, _, a, b in transition_states], np.int64).reshape(
            -1, 2
        ),
    )


def _points(blobs: list[bytes], dimension: int, file: str | Path) -> Float[np.ndarray, "n d"]:
    points = [_unpickled(blob, file) for blob in blobs]
    if any(point.shape != (dimension,) for point in points):
        wrong = next(point.shape for point in points if point.shape != (dimension,))
        raise LandscapeError(
            f"{file} holds points of shape {wrong}; this problem has dimension {dimension}. Check that it "
            "is the right one."
        )
    return np.array(points, dtype=np.float64).reshape(len(points), dimension)


def _pickled(array: Float[np.ndarray, " d"]) -> bytes:
    """Pickle an array as NumPy 1 does, on which pele runs: NumPy 2 has moved the function's module."""
    data = pickle.dumps(np.ascontiguousarray(array, dtype=np.float64), protocol=2)
    return data.replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n")


def _unpickled(blob: bytes, file: str | Path) -> Float[np.ndarray, "..."]:
    try:
        array = _ArrayUnpickler(io.BytesIO(blob), encoding="latin1").load()
        return np.asarray(array, dtype=np.float64).ravel()
    except Exception as error:
        # A damaged pickle may raise nearly anything.
        raise LandscapeError(f"{file} holds coordinates that cannot be read: {error}.") from error


class _ArrayUnpickler(pickle.Unpickler):
    """Reads pickled arrays and nothing else: a pickle may otherwise run any code."""

    def find_class(self, module: str, name: str) -> Any:
        # The name of the module in NumPy 1, on which pele runs.
        module = module.replace("numpy.core.", "numpy._core.")
        if (module, name) not in _ARRAY_PARTS:
            raise pickle.UnpicklingError(f"{module}.{name} is not part of an array")
        return super().find_class(module, name)
