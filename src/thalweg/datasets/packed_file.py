"""The bytes of a file, unpacked by the ending of its name."""

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ..arrow import arrow
from .dataset import DatasetError

_MOST_BYTES = 1 << 30
"""Of a packed file once it is unpacked: a few kilobytes can hold more than the memory does."""

_PIECE = 1 << 20


def read_bytes(path: Path) -> bytes:
    """What a file holds; one that ends in .gz, .bz2, .xz, .zip or .zst is unpacked.

    Raises:
        DatasetError: if it is damaged, is an archive of several files, or unpacks to more than 1 GiB.
        OSError: if it cannot be read.
        ImportError: for a .zst file without pyarrow, the extra `parquet`.
    """
    opener = _OPENERS.get(path.suffix.lower())
    if opener is None:
        return path.read_bytes()
    if ".tar" in path.suffixes:
        raise DatasetError(f"{path} is an archive; unpack it, and name the table in it.")
    try:
        with opener(path) as file:
            content = _read_at_most(file, _MOST_BYTES + 1)
    except DatasetError:
        raise
    except _DAMAGES as error:
        reason = str(error).strip().splitlines()
        raise DatasetError(
            f"{path} cannot be unpacked, it is damaged or is not what its name says: "
            f"{reason[0] if reason else type(error).__name__}."
        ) from error
    if len(content) > _MOST_BYTES:
        raise DatasetError(f"{path} unpacks to more than 1 GiB; unpack it first if it is a table.")
    return content


def _read_at_most(file: Any, n_bytes: int) -> bytes:
    """Up to so many bytes, a piece at a time: asked for all at once, they take their memory at once."""
    pieces, n_left = [], n_bytes
    while n_left and (piece := file.read(min(_PIECE, n_left))):
        pieces.append(piece)
        n_left -= len(piece)
    return b"".join(pieces)


@contextmanager
def _only_member(path: Path) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        if len(names) != 1:
            raise DatasetError(
                f"{path} holds {len(names)} files; pack the table alone, or unpack it."
            )
        with archive.open(names[0]) as member:
            yield member


def _zstandard(path: Path) -> Any:
    # What Arrow says of damage is an OSError or a ValueError.
    return arrow(f"{path.name}, packed by Zstandard,").input_stream(str(path), compression="zstd")


_OPENERS: dict[str, Callable[[Path], Any]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
    ".zip": _only_member,
    ".zst": _zstandard,
}

_DAMAGES = (
    OSError,
    EOFError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    NotImplementedError,  # an unknown method in a zip file
    RuntimeError,  # a zip file that asks for a password
)
