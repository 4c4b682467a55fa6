"""Tables of numbers in plain text."""

from pathlib import Path

import numpy as np
from jaxtyping import Float

from ..errors import LandscapeError


def read_table(
    path: Path, n_columns: int, *, more_columns: bool = False
) -> Float[np.ndarray, "rows columns"]:
    """The first `n_columns` numbers of each line, as Fortran or C writes them; empty lines are skipped.

    Raises:
        LandscapeError: if the file cannot be read, a line is not numbers, has too few of them or, unless
            `more_columns`, too many.
    """
    try:
        # Fortran may write 1.0D-05 for 1.0e-05.
        text = path.read_text().replace("D", "E").replace("d", "e")
        rows = [[float(word) for word in line.split()] for line in text.splitlines()]
    except OSError as error:
        raise LandscapeError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise LandscapeError(f"{path} is not a table of numbers: {error}.") from error
    rows = [row for row in rows if row]
    for row in rows:
        if len(row) < n_columns or (len(row) > n_columns and not more_columns):
            raise LandscapeError(
                f"{path} has {len(row)} columns; {n_columns} {'or more ' if more_columns else ''}were "
                "expected. Check that the problem is the right one."
            )
    return np.array([row[:n_columns] for row in rows], dtype=np.float64).reshape(-1, n_columns)
