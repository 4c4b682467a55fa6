"""Rows as they were written: of the right types, with their checksums, or refused by name."""

import itertools
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from .row_layout import CHECKSUM, LARGE, layout_of

AT_ONCE = 512
"""Rows that are in memory at a time, beside what is made of them, and compared with their checksums together:
so few that most are let go before Python looks through all objects for those that refer to each other, which
would take a third of the time."""

_FEW = 8
"""Rows for which it takes as long to put their columns together as to look at them one by one."""


class RowError(Exception):
    """A row does not hold what was written there."""

    def __init__(self, table: sa.Table, row: Any, reason: str) -> None:
        self.table, self.id, self.reason = table.name, getattr(row, "id", None), reason
        which = "a row" if self.id is None else f"row {self.id}"
        super().__init__(f"{which} of table {table.name}: {reason}")


def read_rows(connection: sa.Connection, query: sa.Select[Any], table: sa.Table) -> Iterator[Any]:
    """The rows of a query on one table.

    Values are of the types that the columns promise; rows that have checksums agree with them, as far as
    all that a checksum covers is read.

    Raises:
        RowError: for the first row of which this is not so.
    """
    result = connection.execute(query)
    check = _Check(table, list(result.keys()))
    try:
        while rows := list(itertools.islice(result, AT_ONCE)):
            if len(rows) < _FEW or not check.are_sound(rows):
                for row in rows:
                    check.require(row)
                    yield row
            else:
                yield from rows
    except (TypeError, ValueError, LookupError, struct.error) as error:
        # SQLAlchemy converts values as it reads them.
        raise RowError(table, None, f"{error}") from error


class _Check:
    """Whether rows of a table with some of its columns are as they were written.

    Args:
        table: of the rows.
        names: of the columns that are read, in their order.
    """

    def __init__(self, table: sa.Table, names: list[str]) -> None:
        column_of = {column.name: column for column in table.c}
        self._table, self._names = table, names
        self._types = [_types(column_of[name]) for name in names]
        self._layout = layout_of(table)
        place = {column_of[name].key: k for k, name in enumerate(names)}
        has_row = {CHECKSUM, *self._layout.keys} <= place.keys()
        self._covered = [place[key] for key in self._layout.keys] if has_row else None
        self._sum = place.get(CHECKSUM, 0)
        self._large = [
            (place[n], place[own]) for n, own in LARGE.items() if {n, own} <= place.keys()
        ]

    def are_sound(self, rows: Sequence[Any]) -> bool:
        """Whether all of some rows are, asked column by column: many times as fast as one by one."""
        columns = list(zip(*rows, strict=True))
        for column, allowed in zip(columns, self._types, strict=True):
            if not set(map(type, column)) <= set(allowed):
                return False
        pairs = [(columns[own], list(map(zlib.crc32, columns[k]))) for k, own in self._large]
        if self._covered is not None:
            sums = self._layout.checksums([columns[k] for k in self._covered])
            pairs.append((columns[self._sum], sums))
        # Rows that earlier versions wrote have none.
        return all(
            a is None or a == b
            for stored, computed in pairs
            for a, b in zip(stored, computed, strict=True)
        )

    def require(self, row: Any) -> None:
        """Raise if a row is not."""
        for name, allowed, value in zip(self._names, self._types, row, strict=True):
            if not isinstance(value, allowed):
                raise RowError(self._table, row, f"{name} holds {value!r:.40}, which cannot be")
        if self._covered is not None:
            computed = self._layout.checksum([row[k] for k in self._covered])
            self._require_sum(row, row[self._sum], computed)
        for k, own in self._large:
            self._require_sum(row, row[own], zlib.crc32(row[k]))

    def _require_sum(self, row: Any, stored: int | None, computed: int) -> None:
        if stored is not None and stored != computed:
            raise RowError(self._table, row, "its checksum is another; a byte of it was changed")


def columns_of(rows: Sequence[Any]) -> dict[str, tuple[Any, ...]]:
    """The values of rows, one or more, column by column: quicker than to ask each row for each of them."""
    return dict(zip(rows[0]._fields, zip(*rows, strict=True), strict=True))


def in_parts(query: sa.Select[Any]) -> sa.Select[Any]:
    """The same query, of which a server hands over some thousand rows at a time in place of all at once.

    For what may be most of a landscape: of a few rows that takes longer.
    """
    return query.execution_options(yield_per=AT_ONCE)


@contextmanager
def decoding(table: sa.Table, row: Any) -> Iterator[None]:
    """Make errors in what a row holds into a `RowError` that names it."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise RowError(table, row, f"{error}") from error


def checksums(table: sa.Table, values: Mapping[str, Any]) -> dict[str, int]:
    """The checksums of a new row, by column."""
    own = {LARGE[name]: zlib.crc32(values[name]) for name in LARGE if name in table.c}
    return {CHECKSUM: row_checksum(table, values), **own}


def sealed(table: sa.Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """A row by the keys of its columns, with its checksums."""
    return {**values, **checksums(table, values)}


def change_rows(
    connection: sa.Connection,
    table: sa.Table,
    which: sa.ColumnElement[bool],
    changes: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    """Change rows that are sound, and seal them anew.

    Args:
        connection: of a writing transaction.
        table: whose rows are changed.
        which: of them.
        changes: of a row by the keys of its columns, those that get other values; none leave it alone.

    Raises:
        RowError: if one is damaged.
    """
    for row in list(read_rows(connection, sa.select(table).where(which), table)):
        values = {column.key: row._mapping[column] for column in table.c}
        if changed := changes(values):
            this = sa.and_(*(column == values[column.key] for column in table.primary_key.columns))
            connection.execute(table.update().where(this).values(sealed(table, values | changed)))


def row_checksum(table: sa.Table, values: Mapping[str, Any]) -> int:
    """The checksum of a row without its large columns."""
    layout = layout_of(table)
    return layout.checksum([values[key] for key in layout.keys])


def _types(column: sa.Column[Any]) -> tuple[type, ...]:
    """The types that values of a column have."""
    python_type = column.type.python_type
    numbers = (float, int) if python_type is float else (python_type,)
    return (*numbers, type(None)) if column.nullable else numbers
