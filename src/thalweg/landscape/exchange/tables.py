"""Tables of numbers in plain text."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from ..errors import LandscapeError

_LARGEST_NUMBER = 2.0**53
"""Beyond this float64 does not tell whole numbers from their neighbours."""


def read_table(
    path: Path, n_columns: int, *, more_columns: bool = False, read: Sequence[int] | None = None
) -> Float[np.ndarray, "rows columns"]:
    """Numbers as Fortran or C writes them, a row for each line; empty lines are skipped.

    Args:
        path: of the file.
        n_columns: that a line has.
        more_columns: whether it may have more.
        read: columns that are read; the first `n_columns` if None.

    Raises:
        LandscapeError: if the file cannot be read, or a line has another number of columns or something
            else than numbers in those that are read.
    """
    columns = range(n_columns) if read is None else read
    try:
        lines = path.read_bytes().decode("ascii").splitlines()
    except OSError as error:
        raise LandscapeError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise LandscapeError(f"{path} is not a table of numbers: {error}.") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words:
            continue
        if len(words) < n_columns or (len(words) > n_columns and not more_columns):
            raise LandscapeError(
                f"{path}, line {number}, has {len(words)} columns; {n_columns} "
                f"{'or more ' if more_columns else ''}were expected. Check that the problem is the right one."
            )
        rows.append([_number(words[column], path, number) for column in columns])
    return np.array(rows, dtype=np.float64).reshape(-1, len(columns))


def whole_numbers(
    values: Float[np.ndarray, "..."], path: Path, name: str
) -> Int[np.ndarray, "..."]:
    """Values that count or number something.

    Raises:
        LandscapeError: if one of them is no whole number.
    """
    is_whole = (np.abs(values) < _LARGEST_NUMBER) & (values == np.rint(values))
    if not is_whole.all():
        raise LandscapeError(
            f"{path}: {name} must be whole numbers, got {values[~is_whole][0]:g}. The file is damaged, or "
            "has other columns."
        )
    return values.astype(np.int64)


def _number(word: str, path: Path, line: int) -> float:
    try:
        # Python takes 1_000 for a number, which no other program writes.
        if "_" not in word:
            # Fortran may write 1.0D-05 for 1.0e-05.
            return float(word.replace("D", "E").replace("d", "e"))
    except ValueError:
        pass
    raise LandscapeError(f"{path} is not a table of numbers: line {line} has {word[:40]!r}.")
