"""Putting rows of runs, tasks and hits right, as far as other rows say what they should hold."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .database import schema
from .database.row_layout import CHECKSUM
from .database.rows import RowError, read_rows, sealed

SEALED = (schema.runs, schema.tasks, schema.hits)
"""Tables beside those of points whose rows have checksums."""


@dataclass(frozen=True)
class MendedRow:
    """A row that did not hold what was written there.

    Attributes:
        table: its name.
        id: of the row; None for hits.
        fault: what was wrong, and `done` what was done about it.
    """

    table: str
    id: int | None
    fault: str
    done: str


def mend_rows(connection: sa.Connection) -> list[MendedRow]:
    """Put damaged rows right, inside a writing transaction.

    Of one damaged number of hits of a law of independent starts the tasks say what it was; other rows are
    kept as they can be read, and sealed anew, so that they do not stand in the way of the rest. What cannot
    be read at all is left, and is not among the rows that are returned.
    """
    tried = [_mended(connection, table, row, fault) for table, row, fault in _damaged(connection)]
    return [row for row in tried if row is not None]


def rows_are_sound(connection: sa.Connection) -> bool:
    """Whether all of these rows hold what was written there."""
    return all(_is_sound(connection, sa.select(table), table) for table in SEALED)


def add_row_checksums(connection: sa.Connection) -> int:
    """Seal the rows of earlier versions, which have no checksums, as they are; how many."""
    n_sealed = 0
    for table in SEALED:
        open_rows = sa.select(table).where(table.c[CHECKSUM].is_(None))
        for row in list(read_rows(connection, open_rows, table)):
            _seal(connection, table, _values(table, row))
            n_sealed += 1
    return n_sealed


def _damaged(connection: sa.Connection) -> list[tuple[sa.Table, Any, str]]:
    return [
        (table, row, fault)
        for table in SEALED
        if not _is_sound(connection, sa.select(table), table)
        for row in connection.execute(sa.select(table)).all()
        for fault in _faults(connection, table, row)
    ]


def _is_sound(connection: sa.Connection, query: sa.Select[Any], table: sa.Table) -> bool:
    return not list(_faults_of(connection, query, table))


def _faults(connection: sa.Connection, table: sa.Table, row: Any) -> Iterator[str]:
    yield from _faults_of(connection, sa.select(table).where(_this(table, row)), table)


def _faults_of(connection: sa.Connection, query: sa.Select[Any], table: sa.Table) -> Iterator[str]:
    try:
        for _ in read_rows(connection, query, table):
            pass
    except RowError as error:
        yield error.reason


def _mended(connection: sa.Connection, table: sa.Table, row: Any, fault: str) -> MendedRow | None:
    values, done = _values(table, row), "kept as it stands"
    if table is schema.hits and row.is_independent is True:
        recounted = _recounted(connection, row)
        if recounted is not None:
            values, done = values | {"hits": recounted}, f"{recounted} hits, counted by the tasks"
    try:
        # Other values than the columns promise cannot be sealed.
        with connection.begin_nested():
            _seal(connection, table, values)
            if not _is_sound(connection, sa.select(table).where(_this(table, row)), table):
                raise TypeError
    except (AttributeError, TypeError, ValueError, struct.error):
        return None
    return MendedRow(table.name, getattr(row, "id", None), fault, done)


def _recounted(connection: sa.Connection, row: Any) -> int | None:
    """How many arrivals at minima the tasks of a law count that no other row of hits has."""
    h, t = schema.hits.c, schema.tasks.c
    of_tasks = sa.select(sa.func.sum(t.minima)).where(t.law == row.law, t.is_independent)
    others = sa.select(sa.func.sum(h.hits)).where(h.law == row.law, h.minimum_id != row.minimum_id)
    n_all, n_others = (connection.execute(query).scalar() or 0 for query in (of_tasks, others))
    n = int(n_all) - int(n_others)
    return n if n > 0 else None


def _seal(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> None:
    this = sa.and_(*(column == values[column.key] for column in table.primary_key.columns))
    connection.execute(table.update().where(this).values(sealed(table, values)))


def _values(table: sa.Table, row: Any) -> dict[str, Any]:
    return {column.key: row._mapping[column] for column in table.c}


def _this(table: sa.Table, row: Any) -> sa.ColumnElement[bool]:
    return sa.and_(*(c == row._mapping[c] for c in table.primary_key.columns))
