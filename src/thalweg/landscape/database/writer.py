"""Writing one batch inside an open transaction."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from ..errors import NotAMinimum
from ..identity import PointIndex
from ..records import Batch, Minimum, Recorded, Saddle
from . import schema
from .known_points import KnownPoints
from .rows import checksums, read_rows, row_checksum, sealed
from .serialisation import point_row


class _StoredPoint(NamedTuple):
    id: int
    is_new: bool


class Writer:
    """Writes one batch inside an open transaction."""

    def __init__(
        self, known: KnownPoints, connection: sa.Connection, batch: Batch, run: int
    ) -> None:
        self._known = known
        self._connection, self._batch, self._run = connection, batch, run
        self._new_minima: list[dict[str, Any]] = []
        self._new_transition_states: list[dict[str, Any]] = []
        self._new_saddles: list[dict[str, Any]] = []
        self._hits: Counter[int] = Counter()
        self._arrivals: Counter[tuple[str, int]] = Counter()

    def write(self) -> Recorded:
        """Insert the task, its new points, their hits and the attempts."""
        self._task_id = self._insert_task()
        minima = [self._minimum(point) for point in self._batch.minima]
        transition_state_ids = tuple(self._pathways())
        for saddle in self._batch.saddles:
            self._saddle(saddle)
        self._insert(schema.minima, self._new_minima)
        self._insert(schema.transition_states, self._new_transition_states)
        self._insert(schema.saddles, self._new_saddles)
        self._add_hits()
        self._add_arrivals()
        self._insert(schema.attempts, self._attempts())
        n_new = {
            "new_minima": len(self._new_minima),
            "new_transition_states": len(self._new_transition_states),
        }
        table, values = schema.tasks, {**self._task_row(), **n_new, "id": self._task_id}
        this = table.c.id == self._task_id
        self._connection.execute(
            table.update().where(this).values({**n_new, **checksums(table, values)})
        )
        return Recorded(
            tuple(minimum.id for minimum in minima),
            tuple(minimum.is_new for minimum in minima),
            transition_state_ids,
            len(self._new_minima),
            len(self._new_transition_states),
            len(self._new_saddles),
        )

    def _insert_task(self) -> int:
        # What it brought is known once the points are told apart.
        row = {**self._task_row(), "new_minima": 0, "new_transition_states": 0}
        result = self._connection.execute(schema.tasks.insert(), row)
        return int(result.inserted_primary_key[0])  # type: ignore[index]

    def _task_row(self) -> dict[str, Any]:
        batch = self._batch
        return {
            "run_id": self._run,
            "law": batch.law,
            "is_independent": batch.is_independent,
            "seed": batch.seed,
            "stream": batch.stream,
            "task": batch.task,
            "seconds": batch.seconds,
            "plan": None if batch.planned is None else batch.planned.to_text(),
            **vars(batch.counts),
        }

    def _minimum(self, point: Minimum) -> _StoredPoint:
        minimum = self._stored(self._known.minima, "minima", point, self._new_minima, {})
        self._hits[minimum.id] += 1
        return minimum

    def _pathways(self) -> Iterator[int]:
        for pathway in self._batch.pathways:
            a, b = sorted(self._minimum(end).id for end in pathway.ends)
            ends = {"minimum_a": a, "minimum_b": b}
            transition_state = self._stored(
                self._known.transition_states,
                "transition_states",
                pathway.transition_state,
                self._new_transition_states,
                ends,
            )
            self._arrivals["transition_states", transition_state.id] += pathway.arrivals
            yield transition_state.id

    def _saddle(self, point: Saddle) -> None:
        # One of index one may be a transition state by now, with minima on both sides.
        known_id = self._known.transition_states.find(point) if point.index == 1 else None
        if known_id is not None:
            self._arrivals["transition_states", known_id] += 1
            return
        saddle = self._stored(self._known.saddles, "saddles", point, self._new_saddles, {})
        self._arrivals["saddles", saddle.id] += 1

    def _stored(
        self,
        index: PointIndex,
        table: str,
        point: Minimum,
        new: list[dict[str, Any]],
        columns: dict[str, Any],
    ) -> _StoredPoint:
        """The id of a point; an unknown one is added to the `new` rows with its other `columns`."""
        known_id = index.find(point)
        if known_id is not None:
            return _StoredPoint(known_id, False)
        self._known.last[table] += 1
        point_id = self._known.last[table]
        index.add(point_id, point)
        new.append(point_row(point, {"id": point_id, "task_id": self._task_id, **columns}))
        return _StoredPoint(point_id, True)

    def _attempts(self) -> list[dict[str, Any]]:
        return [
            {
                "minimum_a": attempt.a,
                "minimum_b": attempt.b,
                "method": attempt.method,
                "transition_states": attempt.n_transition_states,
                "task_id": self._task_id,
            }
            for attempt in self._batch.attempts
        ]

    def _add_hits(self) -> None:
        table, law = schema.hits, self._batch.law
        of_law = table.c.law == law
        present = sa.select(table).where(of_law, table.c.minimum_id.in_(list(self._hits)))
        updates = []
        for row in read_rows(self._connection, present, table):
            n = row.hits + self._hits.pop(row.minimum_id)
            values = {**row._mapping, "hits": n, "task_id": self._task_id}
            seal = row_checksum(table, values)
            updates.append({"id_of_hit": row.minimum_id, "n_hits": n, "seal": seal})
        if updates:
            self._connection.execute(
                table.update()
                .where(of_law, table.c.minimum_id == sa.bindparam("id_of_hit"))
                .values(
                    hits=sa.bindparam("n_hits"),
                    task_id=self._task_id,
                    checksum=sa.bindparam("seal"),
                ),
                updates,
            )
        rows = [
            {
                "law": law,
                "minimum_id": i,
                "hits": n,
                "is_independent": self._batch.is_independent,
                "task_id": self._task_id,
            }
            for i, n in self._hits.items()
        ]
        self._insert(table, [sealed(table, row) for row in rows])

    def _add_arrivals(self) -> None:
        table, law = schema.arrivals, self._batch.law
        for (kind, point_id), n in self._arrivals.items():
            row = {"law": law, "kind": kind, "point_id": point_id}
            is_it = sa.and_(*(table.c[name] == value for name, value in row.items()))
            n_more = {"searches": table.c.searches + n}
            if not self._connection.execute(table.update().where(is_it).values(n_more)).rowcount:
                self._connection.execute(table.insert(), {**row, "searches": n})

    def _insert(self, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(table.insert(), rows)


def is_recorded(connection: sa.Connection, batch: Batch) -> bool:
    """Whether this batch was written before; the answer holds until the transaction ends."""
    return connection.execute(sa.select(schema.tasks.c.id).where(_is_of(batch))).first() is not None


def recall(known: KnownPoints, connection: sa.Connection, batch: Batch) -> Recorded:
    """What was said, or should have been, when a batch was written that is recorded now."""
    t, m, s = schema.tasks.c, schema.minima.c, schema.saddles.c
    (task,) = connection.execute(
        sa.select(t.id, t.new_minima, t.new_transition_states).where(_is_of(batch))
    )
    new_ids = set(connection.execute(sa.select(m.id).where(m.task_id == task.id)).scalars())
    new_saddles = sa.select(sa.func.count(s.id)).where(s.task_id == task.id)
    minima = [_known_id(known.minima, point) for point in batch.minima]
    return Recorded(
        tuple(minima),
        tuple(i in new_ids and i not in minima[:k] for k, i in enumerate(minima)),
        tuple(_known_id(known.transition_states, p.transition_state) for p in batch.pathways),
        task.new_minima,
        task.new_transition_states,
        int(connection.execute(new_saddles).scalar_one()),
    )


def _known_id(index: PointIndex, point: Minimum) -> int:
    point_id = index.find(point)
    assert point_id is not None, "a recorded point is known"
    return point_id


def _is_of(batch: Batch) -> sa.ColumnElement[bool]:
    """The condition for the task of a batch."""
    t = schema.tasks.c
    return sa.and_(
        t.law == batch.law,
        t.seed == batch.seed,
        t.stream == batch.stream,
        t.task == batch.task,
    )


def check_points(batch: Batch) -> None:
    """Refuse points that have not converged or have another index than they claim.

    Raises:
        NotAMinimum: if there is one.
    """
    ends = (end for pathway in batch.pathways for end in pathway.ends)
    transition_states = (pathway.transition_state for pathway in batch.pathways)
    for points, least, most in (
        ((*batch.minima, *ends), 0, 0),
        (transition_states, 1, 1),
        (batch.saddles, 1, None),
    ):
        for point in points:
            is_of_index = least <= point.index and (most is None or point.index <= most)
            if not point.rms_gradient <= point.tolerance or not is_of_index:
                expected = f"{least} or more" if most is None else least
                raise NotAMinimum(
                    f"RMS gradient {point.rms_gradient:.1e} (at most {point.tolerance:g} allowed) and "
                    f"{point.index} negative eigenvalues ({expected} expected). Quench the point first."
                )
