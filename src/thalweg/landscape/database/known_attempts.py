"""Which pairs were searched between, read once and then only where rows were added."""

from collections import Counter

import numpy as np
import sqlalchemy as sa
from jaxtyping import Int

from ..growing_array import GrowingArray
from . import schema
from .rows import read_rows

Pair = tuple[int, int | None]


class KnownAttempts:
    """The attempts of one method, by pairs of ids and by pairs of indices of a network.

    Attributes:
        by_ids: how often each pair was tried.
        by_indices: the same, by indices of the network that `number` was shown.
        per_minimum: how many searches each minimum took part in [minima].
        around_minimum: how many of them were around it alone [minima].
    """

    def __init__(self, method: str) -> None:
        self._method, self._last = method, 0
        self._pairs: list[Pair] = []
        self._tasks = GrowingArray(dtype=np.int64)
        self.by_ids = Counter[Pair]()
        self._number_anew()

    def _number_anew(self) -> None:
        self._n_numbered = 0
        self.by_indices = Counter[Pair]()
        self.per_minimum, self.around_minimum = np.zeros(0, np.int64), np.zeros(0, np.int64)

    def catch_up(self, connection: sa.Connection) -> None:
        """Read the attempts that were added since."""
        a = schema.attempts.c
        query = sa.select(a.id, a.minimum_a, a.minimum_b, a.task_id).where(
            a.method == self._method, a.id > self._last
        )
        rows = list(read_rows(connection, query.order_by(a.id), schema.attempts))
        pairs = [(row.minimum_a, row.minimum_b) for row in rows]
        self.by_ids.update(pairs)
        self._pairs += pairs
        self._tasks.extend([row.task_id for row in rows])
        self._last = rows[-1].id if rows else self._last

    def number(self, minimum_ids: Int[np.ndarray, " minima"], before: int | None) -> None:
        """Bring what is known by index to a network with minima of these ids.

        Args:
            minimum_ids: ascending [minima].
            before: id of a task: without the attempts of that and of later ones; all if None.
        """
        tasks = self._tasks.view
        n = len(tasks) if before is None else int(np.count_nonzero(tasks < before))
        if n < self._n_numbered or len(minimum_ids) < len(self.per_minimum):
            # Asked for an earlier time than before, as when a run is gone on with.
            self._number_anew()
        missing = len(minimum_ids) - len(self.per_minimum)
        self.per_minimum = np.pad(self.per_minimum, (0, missing))
        self.around_minimum = np.pad(self.around_minimum, (0, missing))
        self._add(minimum_ids, self._pairs[self._n_numbered : n])
        self._n_numbered = n

    def _add(self, minimum_ids: Int[np.ndarray, " minima"], pairs: list[Pair]) -> None:
        ids = np.array([(a, a if b is None else b) for a, b in pairs], np.int64)
        first, second = np.searchsorted(minimum_ids, ids.reshape(-1, 2)).T
        is_around = np.array([b is None for _, b in pairs], dtype=bool)
        np.add.at(self.per_minimum, first, 1)
        np.add.at(self.per_minimum, second[~is_around], 1)
        np.add.at(self.around_minimum, first[is_around], 1)
        ends = zip(first.tolist(), second.tolist(), is_around.tolist(), strict=True)
        self.by_indices.update((a, None if around else b) for a, b, around in ends)
