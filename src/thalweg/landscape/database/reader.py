"""Reading the problem, stationary points and the network inside an open transaction."""

import math
from typing import Any, TypeVar

import numpy as np
import sqlalchemy as sa
from jaxtyping import Float, Int

from ..network import Network
from ..records import Minimum
from ..tolerances import Tolerances
from . import schema
from .rows import RowError, read_rows
from .serialisation import (
    StoredProblem,
    coordinates_of,
    point_of,
    problem_of,
    stabiliser_order_of,
    table_of,
    tolerances_of,
)

Point = TypeVar("Point", bound=Minimum)


def read_problem(connection: sa.Connection) -> StoredProblem:
    """What identifies the problem.

    Raises:
        RowError: if its row is damaged, or there is not exactly one.
    """
    rows = list(read_rows(connection, sa.select(schema.problem), schema.problem))
    if len(rows) != 1:
        raise RowError(schema.problem, None, f"it has {len(rows)} rows, and should have one")
    return problem_of(rows[0])


def read_tolerances(connection: sa.Connection) -> Tolerances:
    """The tolerances by which the landscape was made.

    Raises:
        RowError: if their row is damaged, or there is not exactly one.
    """
    table = schema.tolerances
    rows = list(read_rows(connection, sa.select(table), table))
    if len(rows) != 1:
        raise RowError(table, None, f"it has {len(rows)} rows, and should have one")
    return tolerances_of(rows[0])


def read_points(connection: sa.Connection, kind: type[Point], dimension: int) -> list[Point]:
    """All minima or transition states, in the order of their ids."""
    table = table_of(kind)
    rows = read_rows(connection, sa.select(table).order_by(table.c.id), table)
    return [point_of(row, kind, dimension) for row in rows]


def read_minimum(connection: sa.Connection, index: int, dimension: int) -> Minimum | None:
    """The minimum at `index` in the order of ids, counted from 0; None if there is none."""
    query = sa.select(schema.minima).order_by(schema.minima.c.id).offset(index).limit(1)
    rows = list(read_rows(connection, query, schema.minima)) if index >= 0 else []
    return point_of(rows[0], Minimum, dimension) if rows else None


def read_network(connection: sa.Connection, dimension: int, log_symmetry_order: float) -> Network:
    """All minima and transition states as arrays, spectra left out."""
    minima = _rows_without_spectra(connection, schema.minima)
    edges = _rows_without_spectra(connection, schema.transition_states)
    hits = _hits(connection)
    ids = np.array([row.id for row in minima], dtype=np.int64)
    return Network(
        losses=_column(minima, "loss"),
        coordinates=_coordinates(minima, dimension),
        lpphe=_column(minima, "lpphe"),
        log_degeneracy=log_symmetry_order - _log_orders(minima, schema.minima),
        hits=np.array([hits.get(i, 0) for i in ids.tolist()], dtype=np.int64),
        edges=_ends(edges, ids),
        barrier_losses=_column(edges, "loss"),
        barrier_lpphe=_column(edges, "lpphe"),
        barrier_log_degeneracy=log_symmetry_order - _log_orders(edges, schema.transition_states),
        n_modes=minima[0].n_modes if minima else dimension,
        minimum_ids=ids,
        transition_state_ids=np.array([row.id for row in edges], dtype=np.int64),
    )


def _rows_without_spectra(connection: sa.Connection, table: sa.Table) -> list[Any]:
    columns = [column for column in table.c if "spectrum" not in column.key]
    return list(read_rows(connection, sa.select(*columns).order_by(table.c.id), table))


def _hits(connection: sa.Connection) -> dict[int, int]:
    """Hits of each minimum, of all laws together."""
    h, totals = schema.hits.c, dict[int, int]()
    for row in read_rows(connection, sa.select(h.minimum_id, h.hits), schema.hits):
        totals[row.minimum_id] = totals.get(row.minimum_id, 0) + row.hits
    return totals


def _ends(
    rows: list[Any], ids: Int[np.ndarray, " minima"]
) -> Int[np.ndarray, "transition_states 2"]:
    """The ends of transition states as indices of minima."""
    ends = np.array([(row.minimum_a, row.minimum_b) for row in rows], np.int64).reshape(-1, 2)
    edges = np.searchsorted(ids, ends)
    is_unknown = ~np.isin(ends, ids).all(axis=1)
    if is_unknown.any():
        row = rows[int(np.argmax(is_unknown))]
        a, b = row.minimum_a, row.minimum_b
        raise RowError(
            schema.transition_states, row, f"it joins {a} and {b}, one of which is not there"
        )
    return edges


def _coordinates(rows: list[Any], dimension: int) -> Float[np.ndarray, "minima d"]:
    """The coordinates of all minima at once: one by one they would take most of the time."""
    if any(len(row.coordinates) != 8 * dimension for row in rows):
        return np.array([coordinates_of(row, schema.minima, dimension) for row in rows])
    data = np.frombuffer(b"".join(row.coordinates for row in rows), dtype="<f8")
    coordinates: Float[np.ndarray, "minima d"] = data.reshape(len(rows), dimension)
    for k in np.flatnonzero(~np.isfinite(coordinates).all(axis=1)):
        coordinates_of(rows[k], schema.minima, dimension)
    return coordinates


def _column(rows: list[Any], name: str) -> Float[np.ndarray, " rows"]:
    return np.array([getattr(row, name) for row in rows], dtype=np.float64)


def _log_orders(rows: list[Any], table: sa.Table) -> Float[np.ndarray, " rows"]:
    orders = (stabiliser_order_of(row, table) for row in rows)
    return np.array([math.log(order) for order in orders], dtype=np.float64)
