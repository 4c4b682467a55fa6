"""NumPy's `.npz` archives, read without pickle and never unpacked to far more than they hold."""

import io
import math
import os
import re
import sys
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from jaxtyping import UInt8

_ALWAYS_UNPACKED = 2**28
"""Bytes that anything may unpack to: what any machine has room for."""
_LARGEST_RATIO = 100
"""How many times its own size a larger file may unpack to. Float64 numbers that are not all the same pack to
a half at best, and to a hundredth where nearly all are zero; Deflate alone goes on to a thousandth."""
_CHUNK = 2**20
_LENGTH_BYTES = {b"\x93NUMPY\x01": 2, b"\x93NUMPY\x02": 4}
"""Bytes that hold the length of the header, by version of the format."""

_HEADER = re.compile(
    r"\{\s*'descr':\s*'(?P<order>[<>|=]?)(?P<kind>b|[iuf]|U)(?P<size>\d{1,9})',\s*"
    r"'fortran_order':\s*(?P<fortran>True|False),\s*'shape':\s*\((?P<shape>[\d,\s]{0,200})\),?\s*\}\s*"
)
_SIZES = {"b": (1,), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "f": (2, 4, 8), "U": range(1, 2**20)}
_MOST_DIMENSIONS = 32
_DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    zipfile.BadZipFile,
    zlib.error,
)


class ArchiveError(ValueError):
    """An archive that is damaged, holds something else than numbers, or unpacks to far too much."""


def require_unpacked_size(
    name: object, packed: int, unpacked: int, always: int = _ALWAYS_UNPACKED
) -> None:
    """Refuse what unpacks to far more than it holds, before it is unpacked.

    Args:
        name: of the file, for the message.
        packed: its size in bytes.
        unpacked: the size in bytes that it states.
        always: bytes that anything may unpack to.

    Raises:
        ArchiveError: if so.
    """
    if unpacked > max(always, _LARGEST_RATIO * packed):
        raise ArchiveError(
            f"{name} has {packed} bytes and would unpack to {unpacked / 2**30:.1f} GiB: it is damaged, or "
            "made to exhaust the memory. If neither, write it again without compression."
        )


def unpacked_parquet_size(metadata: Any) -> int:
    """The bytes that a Parquet file states to fill once it is read, from its `pyarrow.parquet.FileMetaData`.

    Pages unpack to their own size, and columns of repeated values to eight bytes for each row.
    """
    # Not by column: Arrow ends the process where the description of one is damaged.
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    n_values = metadata.num_rows * metadata.num_columns
    return int(max(8 * n_values, sum(group.total_byte_size for group in groups)))


def read_arrays(
    file: str | Path | io.BufferedIOBase, names: Iterable[str] | None = None
) -> dict[str, np.ndarray]:
    """Arrays of numbers, Booleans and text in a file that `numpy.savez` or `savez_compressed` wrote.

    Nothing in the file is run, and no more memory is asked for than the bytes in it fill.

    Args:
        file: path, or an open binary file.
        names: of the arrays to read; all of them if None.

    Raises:
        ArchiveError: if it is no such file, is damaged, or lacks one of `names`.
    """
    label = file if isinstance(file, str | Path) else "the archive"
    try:
        with zipfile.ZipFile(file) as archive:
            present = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            wanted = list(present) if names is None else list(names)
            missing = [name for name in wanted if name not in present]
            if missing:
                raise ArchiveError(f"{label} holds no array {missing[0]!r}; it is something else.")
            members = [present[name] for name in wanted]
            require_unpacked_size(label, _size(file), sum(info.file_size for info in members))
            return {name: _read(archive, info) for name, info in zip(wanted, members, strict=True)}
    except ArchiveError:
        raise
    except _DAMAGE as error:
        raise ArchiveError(f"{label} is no archive of arrays, or is damaged: {error}.") from error


def _size(file: str | Path | io.BufferedIOBase) -> int:
    if isinstance(file, str | Path):
        return os.path.getsize(file)
    return file.seek(0, os.SEEK_END)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> np.ndarray:
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{info.filename} is compressed in a way that NumPy does not use")
    with archive.open(info) as opened:
        stream = cast(zipfile.ZipExtFile, opened)
        start = stream.read(8)
        width = _LENGTH_BYTES.get(start[:7])
        if width is None:
            raise ValueError(f"{info.filename} is no array of NumPy")
        length = stream.read(width)
        header = stream.read(min(int.from_bytes(length, "little"), info.file_size))
        layout = _Layout.of(header.decode("latin-1"))
        n_bytes = info.file_size - len(start) - len(length) - len(header)
        if not layout.fits(n_bytes):
            raise ValueError(f"{info.filename} has another size than its header states")
        return layout.array(_bytes_of(stream, n_bytes))


def _bytes_of(stream: zipfile.ZipExtFile, n_bytes: int) -> UInt8[np.ndarray, " n_bytes"]:
    data = np.empty(n_bytes, dtype=np.uint8)
    for first in range(0, n_bytes, _CHUNK):
        # Bounded reads: without a length the whole member is unpacked, whatever size it states.
        chunk = stream.read(min(_CHUNK, n_bytes - first))
        if len(chunk) < min(_CHUNK, n_bytes - first):
            raise ValueError("an array ends too early")
        data[first : first + len(chunk)] = np.frombuffer(chunk, dtype=np.uint8)
    return data


@dataclass(frozen=True)
class _Layout:
    """What the header of an array states."""

    order: str
    kind: str
    size: int
    shape: tuple[int, ...]
    is_fortran: bool

    @classmethod
    def of(cls, header: str) -> "_Layout":
        match = _HEADER.fullmatch(header)
        if match is None:
            raise ValueError("an array is not one of numbers, or its header is damaged")
        shape = tuple(int(word) for word in match["shape"].split(",") if word.strip())
        layout = cls(
            match["order"], match["kind"], int(match["size"]), shape, match["fortran"] == "True"
        )
        if layout.size not in _SIZES[layout.kind] or len(shape) > _MOST_DIMENSIONS:
            raise ValueError(f"arrays of {layout.kind}{layout.size} are not read")
        return layout

    def fits(self, n_bytes: int) -> bool:
        """Whether an array of that many bytes can be this one."""
        item = self.size * (4 if self.kind == "U" else 1)
        return math.prod(self.shape) * item == n_bytes

    def array(self, data: UInt8[np.ndarray, " n_bytes"]) -> np.ndarray:
        if self.kind == "U" and (data.view(f"{self.order}u4") > sys.maxunicode).any():
            raise ValueError("a text holds characters that there are not")
        if self.kind == "b":
            # Any byte may stand there; a Boolean must be 0 or 1.
            data = (data != 0).view(np.uint8)
        values = data.view(f"{self.order}{self.kind}{self.size}")
        return values.reshape(self.shape, order="F" if self.is_fortran else "C")
