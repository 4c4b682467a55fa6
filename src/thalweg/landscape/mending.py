"""Looking at the rows of a landscape one by one, damaged ones too, and putting them right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from jaxtyping import Float

from .database import schema
from .database.certificates import TABLES, remove_damaged_proofs, remove_proofs
from .database.pass_bounds import remove_damaged_pass_bounds, remove_pass_bounds
from .database.rows import RowError, change_rows, checksums, read_rows, sealed
from .database.serialisation import coordinates_of, point_of, point_row, problem_row, table_of
from .landscape import Landscape
from .mending_rows import MendedRow, add_row_checksums, mend_rows, rows_are_sound
from .records import Minimum, Saddle, TransitionState

_ROWS_AT_ONCE = 500

_OTHER_TABLES = (
    *(schema.runs, schema.tasks, schema.hits, schema.arrivals),
    *(schema.attempts, schema.annotations, schema.certificates, schema.pass_bounds, schema.changes),
)


@dataclass(frozen=True, eq=False)
class StoredRow:
    """A row of minima or transition states, as far as it can be read.

    Attributes:
        id: of the point.
        point: what it says; None if it cannot be read.
        coordinates: its coordinates [d]; None if they cannot be read.
        ends: ids of the two minima of a transition state; empty for a minimum.
        task: id of the task that gave the point.
        fault: why the row cannot be relied on; None if it can.
        has_checksum: whether it bears one.
    """

    id: int
    point: Minimum | None
    coordinates: Float[np.ndarray, " d"] | None
    ends: tuple[int, ...]
    task: int
    fault: str | None
    has_checksum: bool


class Mending:
    """Rows of a landscape that is open, and changes of them; each change is a transaction.

    Before the first change the file as it was is copied beside it.

    Attributes:
        backup: that copy; None until something is changed, and of what is no file.
    """

    def __init__(self, landscape: Landscape) -> None:
        self._landscape, self._database = landscape, landscape._database
        self.backup: Path | None = None

    def structural_faults(self) -> list[str]:
        """What SQLite itself finds: damaged pages, and rows that refer to none."""
        with self._database.reading() as connection:
            if connection.dialect.name != "sqlite":
                return []
            messages = connection.exec_driver_sql("PRAGMA integrity_check").scalars()
            faults = [str(fault) for fault in messages if fault != "ok"]
            for table, row, target, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
                faults.append(
                    f"row {row} of table {table} refers to a row of {target} that is not there"
                )
        return faults

    def faults_of_other_tables(self) -> list[str]:
        """Rows beside the points that cannot be read, or contradict each other."""
        faults = []
        for table in _OTHER_TABLES:
            with self._database.reading() as connection:
                try:
                    for _ in read_rows(connection, sa.select(table), table):
                        pass
                except RowError as error:
                    faults.append(str(error))
        return faults or [*self._wrong_counts()]

    def _wrong_counts(self) -> Iterator[str]:
        """Sums that two tables hold, each in its own way."""
        h, t = schema.hits.c, schema.tasks.c
        with self._database.reading() as connection:
            for law, hits in connection.execute(
                sa.select(h.law, sa.func.sum(h.hits)).where(h.is_independent).group_by(h.law)
            ).all():
                minima = connection.execute(
                    sa.select(sa.func.sum(t.minima)).where(t.law == law, t.is_independent)
                ).scalar()
                # Less is no fault: the hits of a minimum that was taken out went with it.
                if (minima or 0) < hits:
                    yield f"table hits counts {hits} arrivals of law '{law}', table tasks {minima}"

    def rows(self, kind: type[Minimum]) -> list[StoredRow]:
        """All minima or transition states, in the order of their ids."""
        table = table_of(kind)
        every = sa.select(table).order_by(table.c.id)
        with self._database.reading() as connection:
            try:
                return [self._row(kind, raw, None) for raw in read_rows(connection, every, table)]
            except RowError:
                raw_rows = connection.execute(every).all()
                return [self._row(kind, raw, _fault(connection, table, raw)) for raw in raw_rows]

    def _row(self, kind: type[Minimum], raw: Any, fault: str | None) -> StoredRow:
        dimension = self._landscape.dimension
        point, coordinates = None, None
        try:
            coordinates = coordinates_of(raw, table_of(kind), dimension)
            point = point_of(raw, kind, dimension)
        except RowError as error:
            fault = fault or error.reason
        except TypeError as error:
            fault = fault or str(error)
        return StoredRow(
            id=raw.id,
            point=point,
            coordinates=coordinates,
            ends=(raw.minimum_a, raw.minimum_b) if issubclass(kind, TransitionState) else (),
            task=raw.task_id,
            fault=fault,
            has_checksum=raw.checksum is not None,
        )

    # ---- changes --------------------------------------------------------------------------------

    def add_checksums(self, kind: type[Minimum], rows: Sequence[StoredRow]) -> int:
        """Give rows of earlier versions their checksums, and leave all that they say; how many."""
        table = table_of(kind)
        ids = [row.id for row in rows if not row.has_checksum]
        for first in range(0, len(ids), _ROWS_AT_ONCE):
            some = table.c.id.in_(ids[first : first + _ROWS_AT_ONCE])
            with self._landscape._writing() as connection:
                for row in list(read_rows(connection, sa.select(table).where(some), table)):
                    sums = checksums(table, dict(row._mapping))
                    connection.execute(table.update().where(table.c.id == row.id).values(sums))
        return len(ids)

    def mend_rows(self) -> list[MendedRow]:
        """Put damaged rows of runs, tasks and hits right; which, and how."""
        with self._database.reading() as connection:
            if rows_are_sound(connection):
                return []
        self._keep_backup()
        with self._landscape._writing() as connection:
            self._note_change(connection, schema.hits, 0)
            return mend_rows(connection)

    def add_row_checksums(self) -> int:
        """Give rows of runs, tasks and hits of earlier versions their checksums; how many."""
        with self._landscape._writing() as connection:
            return add_row_checksums(connection)

    def mend_problem(self) -> str | None:
        """Write the row of the problem anew if it is damaged, or give it its checksum; what was wrong."""
        table = schema.problem
        values, fault = problem_row(self._landscape.problem), None
        with self._database.reading() as connection:
            try:
                (row,) = read_rows(connection, sa.select(table), table)
                if row.checksum is not None:
                    return None
                values = dict(row._mapping)
            except (RowError, ValueError) as error:
                fault = str(error)
        if fault is not None:
            self._keep_backup()
        with self._landscape._writing() as connection:
            connection.execute(table.delete())
            connection.execute(table.insert(), {**values, **checksums(table, values)})
        return fault

    def replace(
        self, kind: type[Minimum], row: StoredRow, point: Minimum, ends: tuple[int, ...]
    ) -> None:
        """Write a point anew, under its id."""
        self._keep_backup()
        with self._landscape._writing() as connection:
            self._write(connection, table_of(kind), row, point, ends)
            self._note_change(connection, table_of(kind), row.id)
            remove_proofs(connection, _kind(table_of(kind)), [row.id])
            if issubclass(kind, TransitionState):
                remove_pass_bounds(connection, [row.id])

    def remove_damaged_proofs(self) -> list[str]:
        """Take out proofs whose rows cannot be relied on, which can be made again; what was wrong."""
        with self._landscape._writing() as connection:
            return remove_damaged_proofs(connection) + remove_damaged_pass_bounds(connection)

    def remove(self, kind: type[Minimum], row: StoredRow) -> int:
        """Take a point out with all that refers to it; how many transition states went with a minimum."""
        self._keep_backup()
        with self._landscape._writing() as connection:
            self._note_change(connection, table_of(kind), row.id)
            if issubclass(kind, Saddle):
                remove_proofs(connection, _kind(schema.saddles), [row.id])
                self._remove_arrivals(connection, schema.saddles, [row.id])
                connection.execute(schema.saddles.delete().where(schema.saddles.c.id == row.id))
                return 0
            if issubclass(kind, TransitionState):
                self._remove_transition_states(connection, schema.transition_states.c.id == row.id)
                return 0
            t, a = schema.transition_states.c, schema.attempts.c
            n_attached = self._remove_transition_states(
                connection, (t.minimum_a == row.id) | (t.minimum_b == row.id)
            )
            for table, condition in (
                (schema.hits, schema.hits.c.minimum_id == row.id),
                (schema.annotations, schema.annotations.c.minimum_id == row.id),
                (schema.attempts, (a.minimum_a == row.id) | (a.minimum_b == row.id)),
                (schema.minima, schema.minima.c.id == row.id),
            ):
                connection.execute(table.delete().where(condition))
            remove_proofs(connection, _kind(schema.minima), [row.id])
            self._count(connection, "new_minima", row.task, -1)
            return n_attached

    def add_minimum(self, point: Minimum, law: str, task: int) -> int:
        """Add a minimum that no row has, as one that `task` gave; its id.

        Other rows are not read: they may be damaged still.
        """
        self._keep_backup()
        with self._landscape._writing() as connection:
            table = schema.minima
            last = connection.execute(sa.select(sa.func.max(table.c.id))).scalar()
            new_id = int(last or 0) + 1
            values = point_row(point, {"id": new_id, "task_id": task})
            connection.execute(table.insert(), values)
            hit = {"law": law, "minimum_id": new_id, "is_independent": False, "hits": 1}
            connection.execute(schema.hits.insert(), sealed(schema.hits, {**hit, "task_id": task}))
            # The task is one of long ago, and who looks for the hits of later ones would miss this.
            self._note_change(connection, table, new_id)
            self._count(connection, "new_minima", task, 1)
        return new_id

    @staticmethod
    def _note_change(connection: sa.Connection, table: sa.Table, row_id: int) -> None:
        """Let all who have read the landscape read it again, in this process and in others."""
        connection.execute(schema.changes.insert(), {"relation": table.name, "row_id": row_id})

    @staticmethod
    def _write(
        connection: sa.Connection,
        table: sa.Table,
        row: StoredRow,
        point: Minimum,
        ends: tuple[int, ...],
    ) -> None:
        columns: dict[str, Any] = {"id": row.id, "task_id": row.task}
        columns |= dict(zip(("minimum_a", "minimum_b"), ends, strict=False))
        values = point_row(point, columns)
        connection.execute(table.update().where(table.c.id == row.id).values(values))

    def _remove_transition_states(
        self, connection: sa.Connection, condition: sa.ColumnElement[bool]
    ) -> int:
        t = schema.transition_states.c
        rows = connection.execute(sa.select(t.id, t.task_id).where(condition)).all()
        ids, tasks = [row.id for row in rows], [row.task_id for row in rows]
        remove_proofs(connection, _kind(schema.transition_states), ids)
        remove_pass_bounds(connection, ids)
        self._remove_arrivals(connection, schema.transition_states, ids)
        connection.execute(schema.transition_states.delete().where(condition))
        for task in tasks:
            self._count(connection, "new_transition_states", task, -1)
        return len(tasks)

    @staticmethod
    def _remove_arrivals(connection: sa.Connection, table: sa.Table, ids: Sequence[int]) -> None:
        a = schema.arrivals.c
        is_one = (a.kind == table.name) & a.point_id.in_(ids)
        connection.execute(schema.arrivals.delete().where(is_one))

    @staticmethod
    def _count(connection: sa.Connection, name: str, task: int, change: int) -> None:
        """Keep the table of tasks true: it says how many points each task brought."""
        tasks = schema.tasks
        which = tasks.c.id == task
        change_rows(connection, tasks, which, lambda row: {name: row[name] + change})

    def _keep_backup(self) -> None:
        file = self._database.file
        if self.backup is None and file is not None:
            names = (f"{file.stem}.before-check{n or ''}{file.suffix}" for n in range(10_000))
            self.backup = next(p for n in names if not (p := file.with_name(n)).exists())
            self._landscape.copy_to(self.backup)


def _kind(table: sa.Table) -> str:
    """What a point of a table is called where proofs are kept."""
    return next(kind for kind, one in TABLES.items() if one is table)


def _fault(connection: sa.Connection, table: sa.Table, raw: Any) -> str | None:
    """Why a row cannot be relied on; None if it can."""
    try:
        for _ in read_rows(connection, sa.select(table).where(table.c.id == raw.id), table):
            pass
    except RowError as error:
        return error.reason
    return None
