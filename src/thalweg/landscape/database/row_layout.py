"""How the values of a row are put together for its checksum."""

import functools
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

CHECKSUM = "checksum"
"""Column of the checksum of all other columns of a row but the large ones, which are not always read."""

LARGE = {"spectrum": "spectrum_checksum", "basis": "basis_checksum"}
"""Columns that have checksums of their own, and where these are."""

_NOT_COVERED = (CHECKSUM, *LARGE, *LARGE.values())

_LENGTH = struct.Struct("<q")
_NO_VALUE = _LENGTH.pack(-1)
"""In the place of a length: the column holds nothing."""


@dataclass(frozen=True)
class RowLayout:
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
        """CRC-32 over the values of the columns of one row, in the order of `keys`."""
        # SQLite keeps 0.0 for −0.0.
        reals = [value + 0.0 for value in values[: self.n_reals]]
        numbers = self.numbers.pack(*reals, *values[self.n_reals : self.n_numbers])
        others = values[self.n_numbers :]
        return zlib.crc32(b"".join((numbers, *map(_with_length, others))))

    def checksums(self, columns: Sequence[Sequence[Any]]) -> list[int]:
        """The same of many rows, from the values of each column."""
        n = len(columns[0])
        reals = np.array(columns[: self.n_reals], "<f8").reshape(self.n_reals, n).T + 0.0
        whole = np.array(columns[self.n_reals : self.n_numbers], "<i8").reshape(-1, n).T
        numbers = np.hstack(
            [np.ascontiguousarray(part).view(np.uint8).reshape(n, -1) for part in (reals, whole)]
        )
        as_bytes = numbers.view(f"V{8 * self.n_numbers}").ravel().tolist()
        others = map(_all_with_length, columns[self.n_numbers :])
        return list(map(zlib.crc32, map(b"".join, zip(as_bytes, *others, strict=True))))


def _with_length(value: str | bytes | None) -> bytes:
    """The bytes of a value after their number."""
    if value is None:
        return _NO_VALUE
    data = value if isinstance(value, bytes) else value.encode("utf-8", errors="replace")
    return _LENGTH.pack(len(data)) + data


def _all_with_length(values: Sequence[str | bytes | None]) -> Iterator[bytes]:
    # Texts are the same again and again, coordinates never.
    if isinstance(values[0], bytes):
        return map(_with_length, values)
    distinct = {value: _with_length(value) for value in set(values)}
    return map(distinct.__getitem__, values)


@functools.cache
def layout_of(table: sa.Table) -> RowLayout:
    """The layout of the rows of a table."""
    covered = [column for column in table.c if column.key not in _NOT_COVERED]
    reals = [c.key for c in covered if c.type.python_type is float]
    integers = [c.key for c in covered if c.type.python_type in (int, bool)]
    others = [c.key for c in covered if c.key not in (*reals, *integers)]
    return RowLayout(
        (*reals, *integers, *others),
        len(reals),
        len(reals) + len(integers),
        struct.Struct(f"<{len(reals)}d{len(integers)}q"),
    )
