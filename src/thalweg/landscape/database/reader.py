"""Reading stationary points and the network inside an open transaction."""

import math
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import sqlalchemy as sa
from jaxtyping import Float

from ..integer_text import integer_from_text
from ..network import Network
from ..records import Minimum
from . import schema
from .serialisation import point_of

Point = TypeVar("Point", bound=Minimum)


def read_points(connection: sa.Connection, table: sa.Table, kind: type[Point]) -> list[Point]:
    """All points of `table`, in the order of their ids."""
    return [point_of(row, kind) for row in connection.execute(sa.select(table).order_by("id"))]


def read_minimum(connection: sa.Connection, index: int) -> Minimum | None:
    """The minimum at `index` in the order of ids, counted from 0; None if there is none."""
    query = sa.select(schema.minima).order_by(schema.minima.c.id).offset(index).limit(1)
    row = connection.execute(query).first() if index >= 0 else None
    return None if row is None else point_of(row, Minimum)


def read_network(connection: sa.Connection, dimension: int, log_symmetry_order: float) -> Network:
    """All minima and transition states as arrays, spectra left out."""
    m, t, h = schema.minima.c, schema.transition_states.c, schema.hits.c
    columns = ("id", "loss", "lpphe", "stabiliser_order")
    minima = connection.execute(
        sa.select(*(m[c] for c in columns), m.coordinates).order_by(m.id)
    ).all()
    edges = connection.execute(
        sa.select(*(t[c] for c in columns), t.minimum_a, t.minimum_b).order_by(t.id)
    ).all()
    n_modes = connection.execute(sa.select(m.n_modes).limit(1)).scalar()
    totals = sa.select(h.minimum_id, sa.func.sum(h.hits)).group_by(h.minimum_id)
    hits = {i: n for i, n in connection.execute(totals)}
    ids = np.array([row.id for row in minima], dtype=np.int64)
    ends = np.array([(row.minimum_a, row.minimum_b) for row in edges], np.int64).reshape(-1, 2)
    coordinates = np.frombuffer(b"".join(row.coordinates for row in minima), dtype="<f8")
    return Network(
        losses=_column(minima, "loss"),
        coordinates=coordinates.reshape(len(minima), dimension),
        lpphe=_column(minima, "lpphe"),
        log_degeneracy=log_symmetry_order - _log_orders(minima),
        hits=np.array([hits.get(i, 0) for i in ids.tolist()], dtype=np.int64),
        edges=np.searchsorted(ids, ends),
        barrier_losses=_column(edges, "loss"),
        barrier_lpphe=_column(edges, "lpphe"),
        barrier_log_degeneracy=log_symmetry_order - _log_orders(edges),
        n_modes=dimension if n_modes is None else n_modes,
        minimum_ids=ids,
        transition_state_ids=np.array([row.id for row in edges], dtype=np.int64),
    )


def _column(rows: Sequence[Any], name: str) -> Float[np.ndarray, " rows"]:
    return np.array([getattr(row, name) for row in rows], dtype=np.float64)


def _log_orders(rows: Sequence[Any]) -> Float[np.ndarray, " rows"]:
    return np.array(
        [math.log(integer_from_text(row.stabiliser_order)) for row in rows], dtype=np.float64
    )
