"""The arrays of the network, read once and then only where rows were added."""

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import sqlalchemy as sa
from jaxtyping import Float, Int

from ..growing_array import GrowingArray
from ..network import Network
from . import schema
from .known_hits import KnownHits
from .rows import AT_ONCE, RowError, columns_of, in_parts, read_rows
from .serialisation import coordinates_of, stabiliser_order_of


class KnownNetwork:
    """Minima and transition states as far as they have been read, spectra left out.

    Ids ascend in the order in which points were stored: what is new stands above the highest id read.
    """

    def __init__(self, dimension: int, log_symmetry_order: float) -> None:
        self._dimension, self._log_symmetry_order = dimension, log_symmetry_order
        self._n_modes = dimension
        self._minima, self._passes = _Points(), _Points()
        self._coordinates = GrowingArray((dimension,))
        self._edges = GrowingArray((2,), np.int64)

    @property
    def minimum_ids(self) -> Int[np.ndarray, " minima"]:
        """Ids of the minima, ascending [minima]; not to be written to."""
        return self._minima.ids.view

    def catch_up(self, connection: sa.Connection) -> None:
        """Read the points that were added since.

        Raises:
            RowError: for a row that is damaged, or joins minima that are not there; it is not added then.
        """
        for minima in self._minima.new_rows(connection, schema.minima):
            coordinates = _coordinates(minima, self._dimension)
            if not len(self._minima.ids):
                self._n_modes = minima[0].n_modes
            self._minima.extend(minima, schema.minima)
            self._coordinates.extend(coordinates)
        for passes in self._passes.new_rows(connection, schema.transition_states):
            edges = _ends(passes, self.minimum_ids)
            self._passes.extend(passes, schema.transition_states)
            self._edges.extend(edges)

    def network(self, hits: KnownHits, before: int | None = None) -> Network:
        """What is known, as arrays that do not change any more.

        Args:
            hits: of the minima.
            before: id of a task: what was known when that was recorded, but for the hits; all if None.
        """
        # Ids ascend in the order in which points were stored, and an edge joins minima stored before it.
        m, t = self._minima.n_before(before), self._passes.n_before(before)
        minima, passes = self._minima, self._passes
        return Network(
            losses=minima.losses.copy(m),
            coordinates=self._coordinates.view[:m],
            lpphe=minima.lpphe.copy(m),
            log_degeneracy=self._log_symmetry_order - minima.log_orders.view[:m],
            hits=hits.totals(minima.ids.view[:m]),
            edges=self._edges.copy(t),
            barrier_losses=passes.losses.copy(t),
            barrier_lpphe=passes.lpphe.copy(t),
            barrier_log_degeneracy=self._log_symmetry_order - passes.log_orders.view[:t],
            n_modes=self._n_modes,
            minimum_ids=minima.ids.copy(m),
            transition_state_ids=passes.ids.copy(t),
        )


class _Points:
    """What minima and transition states have in common."""

    def __init__(self) -> None:
        self.ids, self._tasks = GrowingArray(dtype=np.int64), GrowingArray(dtype=np.int64)
        self.losses, self.lpphe, self.log_orders = GrowingArray(), GrowingArray(), GrowingArray()

    def n_before(self, task: int | None) -> int:
        """How many there were when the task of this id was recorded; all if None."""
        if task is None:
            return len(self.ids)
        is_later = self._tasks.view >= task
        return int(np.argmax(is_later)) if is_later.any() else len(is_later)

    def new_rows(self, connection: sa.Connection, table: sa.Table) -> Iterator[list[Any]]:
        """The rows above those that are known, so many at a time."""
        columns = [column for column in table.c if "spectrum" not in column.key]
        last = int(self.ids.view[-1]) if len(self.ids) else 0
        query = sa.select(*columns).where(table.c.id > last).order_by(table.c.id)
        if not last:
            query = in_parts(query)
        rows = read_rows(connection, query, table)
        while some := list(itertools.islice(rows, AT_ONCE)):
            yield some

    def extend(self, rows: list[Any], table: sa.Table) -> None:
        """Add rows that were read."""
        columns = columns_of(rows)
        log_orders = np.zeros(len(rows))
        # Nearly all points have no symmetry of their own.
        for k, order in enumerate(columns["stabiliser_order"]):
            if order != "1":
                log_orders[k] = math.log(stabiliser_order_of(rows[k], table))
        self.ids.extend(np.array(columns["id"]))
        self._tasks.extend(np.array(columns["task_id"]))
        self.losses.extend(np.array(columns["loss"]))
        self.lpphe.extend(np.array(columns["lpphe"]))
        self.log_orders.extend(log_orders)


def _ends(
    rows: list[Any], ids: Int[np.ndarray, " minima"]
) -> Int[np.ndarray, "transition_states 2"]:
    """The ends of transition states as indices of minima."""
    columns = columns_of(rows)
    ends = np.array([columns["minimum_a"], columns["minimum_b"]], np.int64).T
    edges = np.searchsorted(ids, ends)
    is_unknown = (np.append(ids, -1)[edges] != ends).any(axis=1)
    if is_unknown.any():
        row = rows[int(np.argmax(is_unknown))]
        a, b = row.minimum_a, row.minimum_b
        raise RowError(
            schema.transition_states, row, f"it joins {a} and {b}, one of which is not there"
        )
    return edges


def _coordinates(rows: list[Any], dimension: int) -> Float[np.ndarray, "minima d"]:
    """The coordinates of all minima at once: one by one they would take most of the time."""
    stored = columns_of(rows)["coordinates"]
    if any(len(one) != 8 * dimension for one in stored):
        return np.array([coordinates_of(row, schema.minima, dimension) for row in rows])
    data = np.frombuffer(b"".join(stored), dtype="<f8")
    coordinates: Float[np.ndarray, "minima d"] = data.reshape(len(rows), dimension)
    for k in np.flatnonzero(~np.isfinite(coordinates).all(axis=1)):
        coordinates_of(rows[k], schema.minima, dimension)
    return coordinates
