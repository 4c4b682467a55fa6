"""Landscapes as SQLite databases of pele, written (in its schema 2) and read (in all)."""

import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ..errors import LandscapeError
from ..landscape import Landscape
from .array_pickle import array_from_pickle
from .points import ForeignPoints, StoredPoints, Written, new_file

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

_ROW_OVERHEAD = 8
"""Bytes that a row takes at least, its numbers and the coordinates apart."""


def write_pele(landscape: Landscape, file: str | Path) -> Written:
    """Write a database that `pele.storage.Database` opens.

    `fvib` is the LPPHE and `pgorder` the order of the stabiliser. Coordinates are pickled arrays, as pele
    stores them.

    Raises:
        LandscapeError: if the file exists or cannot be written.
    """
    with new_file(file) as unfinished:
        stored = StoredPoints.of(landscape)
        network = stored.network
        minima = [
            (int(i), m.loss, _pickled(m.coordinates), m.lpphe, m.stabiliser_order, 0)
            for i, m in zip(network.minimum_ids, stored.minima, strict=True)
        ]
        ends = np.sort(network.minimum_ids[network.edges], axis=1)
        transition_states = [
            (int(i), t.loss, _pickled(t.coordinates), int(a), int(b), float(t.spectrum[0]), t.lpphe,
             t.stabiliser_order, 0)
            for i, t, (a, b) in zip(
                network.transition_state_ids, stored.transition_states, ends, strict=True)
        ]  # fmt: skip
        try:
            _write_rows(unfinished, minima, transition_states)
        # An SQLite integer holds stabiliser orders below 2^63.
        except (sqlite3.Error, OverflowError) as error:
            raise LandscapeError(f"{file} cannot be written: {error}.") from error
    return stored.counts


def _write_rows(
    file: Path, minima: list[tuple[Any, ...]], transition_states: list[tuple[Any, ...]]
) -> None:
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


def read_pele(file: str | Path, dimension: int) -> ForeignPoints:
    """Read the minima and transition states of a pele database that are not marked invalid.

    Nothing in the file is run or unpickled: of its pickles, arrays of numbers alone are read.

    Raises:
        LandscapeError: if the file is missing, is no such database, holds anything but plain arrays, or
            points of another dimension.
    """
    if not Path(file).is_file():
        raise LandscapeError(f"{file}: no such file.")
    minima, transition_states = _rows(file)
    valid_minima = [row for row in minima if not row["invalid"]]
    index = {row["_id"]: i for i, row in enumerate(valid_minima)}
    if len(index) < len(valid_minima):
        raise LandscapeError(f"{file} is damaged: two minima have the same id.")
    # A transition state of a minimum that was marked invalid has lost its end.
    edges = [
        (index.get(r["_minimum1_id"]), index.get(r["_minimum2_id"])) for r in transition_states
    ]
    joins_two = [
        not row["invalid"] and None not in edge
        for row, edge in zip(transition_states, edges, strict=True)
    ]
    valid_states = [row for row, is_so in zip(transition_states, joins_two, strict=True) if is_so]
    ends = [edge for edge, is_so in zip(edges, joins_two, strict=True) if is_so]
    n_left_out = len(minima) - len(valid_minima) + joins_two.count(False)
    note = f"{n_left_out} points are marked invalid in the file, or have lost an end: left out"
    return ForeignPoints(
        _points(valid_minima, dimension, file),
        np.array([row["energy"] for row in valid_minima], dtype=np.float64),
        _points(valid_states, dimension, file),
        np.array([row["energy"] for row in valid_states], dtype=np.float64),
        np.array(ends, np.int64).reshape(-1, 2),
        notes=(note,) if n_left_out else (),
    )


def _rows(file: str | Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    location = f"{Path(file).absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(location, uri=True)) as pele:
            pele.execute("PRAGMA trusted_schema = OFF")
            pele.execute("PRAGMA cell_size_check = ON")
            return (
                _table(pele, "tbl_minima", ("_id", "energy", "coords")),
                _table(
                    pele,
                    "tbl_transition_states",
                    ("_id", "energy", "coords", "_minimum1_id", "_minimum2_id"),
                ),
            )
    except (sqlite3.Error, ValueError, OverflowError) as error:
        raise LandscapeError(f"{file} is not a pele database, or is damaged: {error}.") from error


def _table(pele: sqlite3.Connection, table: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rows of a table, by id; `invalid`, which schema 1 does not have, is 0 unless it is set."""
    is_stored = pele.execute(
        "SELECT rootpage > 0 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
    ).fetchone()
    # This lists columns that are stored, not those that a file computes.
    columns = [row[1] for row in pele.execute(f"PRAGMA table_info({table})")]
    missing = [name for name in names if name not in columns]
    if is_stored != (1,) or missing:
        raise ValueError(
            f"it has no {'column ' + missing[0] + ' in' if missing else 'table'} {table}"
        )
    if "invalid" in columns:
        names = (*names, "invalid")
    values = pele.execute(f"SELECT {', '.join(names)} FROM {table}")
    rows = [{"invalid": 0} | dict(zip(names, row, strict=True)) for row in _bounded(pele, values)]
    for row in rows:
        for name in set(names) - {"coords", "invalid"}:
            if not isinstance(row[name], int if name.endswith("id") else int | float):
                raise ValueError(f"{table} has {row[name]!r:.40} for a number in {name}")
    return sorted(rows, key=lambda row: row["_id"])


def _bounded(pele: sqlite3.Connection, rows: sqlite3.Cursor) -> Iterator[tuple[Any, ...]]:
    """Rows, as long as they fit into the file: pages of a damaged one may be read again and again."""
    n_pages = pele.execute("PRAGMA page_count").fetchone()[0]
    n_bytes_left = n_pages * pele.execute("PRAGMA page_size").fetchone()[0]
    for row in rows:
        blobs = [value for value in row if isinstance(value, bytes | str)]
        n_bytes_left -= _ROW_OVERHEAD + sum(map(len, blobs))
        if n_bytes_left < 0:
            raise ValueError("a table has more rows than there is room for in the file")
        yield row


def _points(
    rows: list[dict[str, Any]], dimension: int, file: str | Path
) -> Float[np.ndarray, "n d"]:
    points = np.zeros((len(rows), dimension))
    for point, row in zip(points, rows, strict=True):
        if not isinstance(row["coords"], bytes):
            raise LandscapeError(f"{file} is damaged: the point {row['_id']} has no coordinates.")
        try:
            numbers = array_from_pickle(row["coords"])
        except ValueError as error:
            raise LandscapeError(
                f"{file} holds coordinates that cannot be read: {error} (point {row['_id']})."
            ) from error
        if len(numbers) != dimension:
            raise LandscapeError(
                f"{file} holds points of {len(numbers)} coordinates; this problem has dimension "
                f"{dimension}. Check that it is the right one."
            )
        point[:] = numbers
    return points


def _pickled(array: Float[np.ndarray, " d"]) -> bytes:
    """Pickle an array as NumPy 1 does, on which pele runs: NumPy 2 has moved the function's module."""
    data = pickle.dumps(np.ascontiguousarray(array, dtype=np.float64), protocol=2)
    return data.replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n")
