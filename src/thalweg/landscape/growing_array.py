"""An array that more rows are added to, without copying those it has each time."""

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

_SPARE = 4
"""When there is no room left, room is made for one row more in so many: a row is then copied a few times."""


class GrowingArray:
    """Rows of one shape and type, to which more are added.

    Args:
        shape: of one row.
        dtype: of the numbers.
    """

    def __init__(self, shape: tuple[int, ...] = (), dtype: DTypeLike = np.float64) -> None:
        self._rows, self._n = np.zeros((0, *shape), dtype), 0

    def __len__(self) -> int:
        return self._n

    def extend(self, rows: ArrayLike) -> None:
        """Add rows at the end; arrays that were handed out before do not change."""
        new = np.asarray(rows, dtype=self._rows.dtype).reshape(-1, *self._rows.shape[1:])
        n = self._n + len(new)
        if n > len(self._rows):
            # The first rows, mostly all of a file, need no room beside them.
            spare = n // _SPARE if self._n else 0
            room = np.empty((n + spare, *self._rows.shape[1:]), self._rows.dtype)
            room[: self._n] = self.view
            self._rows = room
        self._rows[self._n : n] = new
        self._n = n

    @property
    def view(self) -> np.ndarray:
        """All rows, without a copy; not to be written to."""
        view = self._rows[: self._n]
        view.flags.writeable = False
        return view

    def copy(self, n: int) -> np.ndarray:
        """The first `n` rows, as an array of the caller's own."""
        return self.view[:n].copy()
