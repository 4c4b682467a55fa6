"""The explorer's binary format: named arrays behind a header in JSON.

    bytes 0 … 7     THALWEGV
    bytes 8 … 11    version, unsigned, little-endian
    bytes 12 … 15   length of the header in bytes, likewise
    header          JSON in UTF-8, padded with spaces so that the arrays begin at a multiple of 8
    arrays          little-endian, one after the other, each at a multiple of 8

The header is an object with `notes`, whatever belongs to the arrays, and `arrays`: for each its `name`,
`dtype` (f8, f4, i4 or u1), `shape` and `offset` from the first byte of the arrays. NaN and infinities are
stored as they are. docs/explorer.md says what each array holds.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

MAGIC = b"THALWEGV"
VERSION = 1
_ALIGNMENT = 8
_DTYPES = ("f8", "f4", "i4", "u1")


def pack(arrays: Mapping[str, np.ndarray], notes: Mapping[str, Any]) -> bytes:
    """Arrays by name, and what belongs to them, as one piece of bytes.

    Args:
        arrays: of 64- or 32-bit floats, or of whole numbers that fit 32 bits; booleans become bytes.
        notes: what JSON can hold.

    Raises:
        ValueError: for an array of another kind, or numbers that do not fit.
    """
    descriptions, pieces, offset = [], [], 0
    for name, array in arrays.items():
        values = _storable(name, array)
        data = values.tobytes()
        descriptions.append(
            {
                "name": name,
                "dtype": values.dtype.str[1:],
                "shape": list(values.shape),
                "offset": offset,
            }
        )
        padding = -len(data) % _ALIGNMENT
        pieces += [data, bytes(padding)]
        offset += len(data) + padding
    header = json.dumps({"notes": notes, "arrays": descriptions}, allow_nan=False).encode()
    header += b" " * (-(len(MAGIC) + 8 + len(header)) % _ALIGNMENT)
    numbers = np.array([VERSION, len(header)], dtype="<u4").tobytes()
    return b"".join([MAGIC, numbers, header, *pieces])


@dataclass(frozen=True, eq=False)
class ExplorerData:
    """Arrays by name, and what belongs to them; docs/explorer.md says what each holds.

    Attributes:
        arrays: as `pack` takes them.
        notes: title, counts, unit, columns, levels, colours.
    """

    arrays: Mapping[str, np.ndarray]
    notes: Mapping[str, Any]

    def to_bytes(self) -> bytes:
        """As one piece, which the front end reads."""
        return pack(self.arrays, self.notes)


def unpack(data: bytes) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays and the notes in what `pack` gave.

    Raises:
        ValueError: if it is something else, of a newer version, or cut short.
    """
    if data[:8] != MAGIC:
        raise ValueError("these bytes do not begin as the explorer's data do.")
    version, length = (int(n) for n in np.frombuffer(data[8:16], dtype="<u4"))
    if version > VERSION:
        raise ValueError(
            f"a newer thalweg wrote this, version {version}; this one reads {VERSION}."
        )
    header, start = json.loads(data[16 : 16 + length]), 16 + length
    arrays = {}
    for one in header["arrays"]:
        dtype, size = np.dtype("<" + one["dtype"]), int(np.prod(one["shape"]))
        values = np.frombuffer(data, dtype=dtype, count=size, offset=start + one["offset"])
        arrays[one["name"]] = values.reshape(one["shape"])
    return arrays, header["notes"]


def _storable(name: str, array: np.ndarray) -> np.ndarray:
    kind = array.dtype.kind
    if kind in "iu" and array.dtype.str[1:] not in _DTYPES:
        if array.size and (array.min() < -(2**31) or array.max() >= 2**31):
            raise ValueError(f"{name} holds whole numbers that do not fit 32 bits.")
        array = array.astype("<i4")
    if kind == "b":
        array = array.astype("u1")
    if array.dtype.str[1:] not in _DTYPES:
        raise ValueError(f"{name} must hold numbers, got an array of {array.dtype}.")
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
