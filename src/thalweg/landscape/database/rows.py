"""Rows as they were written: of the right types, with their checksums, or refused by name."""

import functools
import operator
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

CHECKSUM = "checksum"
"""Column of the checksum of all other columns of a row but the large ones, which are not always read."""

_LARGE = {"spectrum": "spectrum_checksum", "basis": "basis_checksum"}
"""Columns that have checksums of their own, and where these are."""

_NOT_COVERED = (CHECKSUM, *_LARGE, *_LARGE.values())


AT_ONCE = 4096
"""Rows that are in memory at a time, beside what is made of them."""

_LENGTH = struct.Struct("<q")
_NO_VALUE = _LENGTH.pack(-1)
"""In the place of a length: the column holds nothing."""


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
    names = list(result.keys())
    column_of = {column.name: column for column in table.c}
    types = [_types(column_of[name]) for name in names]
    layout = _layout(table)
    keys = [column_of[name].key for name in names]
    has_row = {CHECKSUM, *layout.keys} <= set(keys)
    # Asked of hundreds of thousands of rows, one by one.
    covered = _getter([keys.index(key) for key in layout.keys]) if has_row else None
    sum_place = keys.index(CHECKSUM) if has_row else 0
    large = [(name, own) for name, own in _LARGE.items() if {name, own} <= set(names)]
    # Nearly all rows of a table are of the same types, which are compared with the columns' once.
    sound: set[tuple[type, ...]] = set()
    try:
        for row in result:
            kinds = tuple(map(type, row))
            if kinds not in sound:
                for name, allowed, value in zip(names, types, row, strict=True):
                    if not isinstance(value, allowed):
                        raise RowError(table, row, f"{name} holds {value!r:.40}, which cannot be")
                sound.add(kinds)
            if covered is not None:
                _require_sum(table, row, row[sum_place], layout.checksum(covered(row)))
            for name, own in large:
                _require_sum(table, row, getattr(row, own), zlib.crc32(getattr(row, name)))
            yield row
    except (TypeError, ValueError, LookupError, struct.error) as error:
        # SQLAlchemy converts values as it reads them.
        raise RowError(table, None, f"{error}") from error


def _getter(places: list[int]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the values at some places of a row."""
    if len(places) == 1:
        return lambda row: (row[places[0]],)
    return operator.itemgetter(*places)


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
    own = {_LARGE[name]: zlib.crc32(values[name]) for name in _LARGE if name in table.c}
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
    layout = _layout(table)
    return layout.checksum([values[key] for key in layout.keys])


@dataclass(frozen=True)
class _Layout:
    """How the values of a row are put together for its checksum.

    Attributes:
        keys: of the columns, real numbers first, then integers, then text and bytes.
        n_reals, n_numbers: how many are real numbers, and numbers of either kind.
        numbers: packs real numbers and integers.
    """

    keys: tuple[str, ...]
    n_reals: int
    n_numbers: int
    numbers: struct.Struct

    def checksum(self, values: Sequence[Any]) -> int:
        """CRC-32 over the values of the columns, in the order of `keys`."""
        # SQLite keeps 0.0 for −0.0.
        reals = [value + 0.0 for value in values[: self.n_reals]]
        parts = [self.numbers.pack(*reals, *values[self.n_reals : self.n_numbers])]
        for value in values[self.n_numbers :]:
            if value is None:
                parts.append(_NO_VALUE)
                continue
            data = value if isinstance(value, bytes) else value.encode("utf-8", errors="replace")
            parts += (_LENGTH.pack(len(data)), data)
        return zlib.crc32(b"".join(parts))


@functools.cache
def _layout(table: sa.Table) -> _Layout:
    covered = [column for column in table.c if column.key not in _NOT_COVERED]
    reals = [c.key for c in covered if c.type.python_type is float]
    integers = [c.key for c in covered if c.type.python_type in (int, bool)]
    others = [c.key for c in covered if c.key not in (*reals, *integers)]
    return _Layout(
        (*reals, *integers, *others),
        len(reals),
        len(reals) + len(integers),
        struct.Struct(f"<{len(reals)}d{len(integers)}q"),
    )


def _types(column: sa.Column[Any]) -> tuple[type, ...]:
    """The types that values of a column have."""
    python_type = column.type.python_type
    numbers = (float, int) if python_type is float else (python_type,)
    return (*numbers, type(None)) if column.nullable else numbers


def _require_sum(table: sa.Table, row: Any, stored_sum: int | None, computed_sum: int) -> None:
    # Rows that earlier versions wrote have none.
    if stored_sum is not None and stored_sum != computed_sum:
        raise RowError(table, row, "its checksum is another; a byte of it was changed")
