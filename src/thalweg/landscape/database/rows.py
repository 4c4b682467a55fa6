"""Rows as they were written: of the right types, with their checksums, or refused by name."""

import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

CHECKSUM, SPECTRUM_CHECKSUM = "checksum", "spectrum_checksum"
"""Columns of checksums: of all other columns of a row but the spectrum, and of the spectrum."""

_NOT_COVERED = (CHECKSUM, SPECTRUM_CHECKSUM, "spectrum")


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
    has_row = {c.key for c in table.c if c.key not in _NOT_COVERED} <= set(names)
    try:
        for row in result:
            for name, allowed, value in zip(names, types, row, strict=True):
                if not isinstance(value, allowed):
                    raise RowError(table, row, f"{name} holds {value!r:.40}, which cannot be")
            if has_row and CHECKSUM in names:
                _require_sum(table, row, row.checksum, row_checksum(table, dict(row._mapping)))
            if "spectrum" in names and SPECTRUM_CHECKSUM in names:
                _require_sum(table, row, row.spectrum_checksum, zlib.crc32(row.spectrum))
            yield row
    except (TypeError, ValueError, LookupError) as error:
        # SQLAlchemy converts values as it reads them.
        raise RowError(table, None, f"{error}") from error


@contextmanager
def decoding(table: sa.Table, row: Any) -> Iterator[None]:
    """Make errors in what a row holds into a `RowError` that names it."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise RowError(table, row, f"{error}") from error


def checksums(table: sa.Table, values: Mapping[str, Any]) -> dict[str, int]:
    """The checksums of a new row, by column."""
    sums = {CHECKSUM: row_checksum(table, values)}
    if "spectrum" in table.c:
        sums[SPECTRUM_CHECKSUM] = zlib.crc32(values["spectrum"])
    return sums


def row_checksum(table: sa.Table, values: Mapping[str, Any]) -> int:
    """CRC-32 over the values of a row, in the order of the columns, each with its length."""
    data = b"".join(
        _framed(values[column.key]) for column in table.c if column.key not in _NOT_COVERED
    )
    return zlib.crc32(data)


def _framed(value: Any) -> bytes:
    match value:
        case bytes():
            data = value
        case str():
            data = value.encode("utf-8", errors="replace")
        case bool() | int():
            data = b"%d" % value
        case float():
            # SQLite keeps 0.0 for −0.0.
            data = struct.pack("<d", value + 0.0)
        case _:
            data = repr(value).encode()
    return struct.pack("<q", len(data)) + data


def _types(column: sa.Column[Any]) -> tuple[type, ...]:
    """The types that values of a column have."""
    python_type = column.type.python_type
    numbers = (float, int) if python_type is float else (python_type,)
    return (*numbers, type(None)) if column.nullable else numbers


def _require_sum(table: sa.Table, row: Any, stored_sum: int | None, computed_sum: int) -> None:
    # Rows that earlier versions wrote have none.
    if stored_sum is not None and stored_sum != computed_sum:
        raise RowError(table, row, "its checksum is another; a byte of it was changed")
