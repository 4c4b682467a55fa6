"""How often each minimum was hit, read once and then only where it has changed."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from jaxtyping import Int

from ..coverage import Coverage, StartCoverages, coverage_of_frequencies
from . import schema
from .rows import AT_ONCE, RowError, columns_of, in_parts, read_rows


class KnownHits:
    """Hits of all minima, of every law; what was read stays known, and is counted as it is read.

    The number of minima that starts of a law hit once, twice … is kept beside the hits: a coverage costs as
    much as there are such numbers, however many minima are known.
    """

    def __init__(self) -> None:
        # Rows that earlier versions wrote were changed last by task 0.
        self._last_change, self._last_task = -1, 0
        # By id of the minimum, with room for later ones.
        self._total = _no_hits()
        self._hits: defaultdict[str, Int[np.ndarray, " ids"]] = defaultdict(_no_hits)
        self._frequencies: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._flat = Counter[str]()
        # Of several laws a minimum counts once: which of them hit it is a set, as the bits of a number.
        self._bit_of_law: dict[str, int] = {}
        self._laws_of_minimum = np.zeros(1, dtype=object)
        self._n_by_laws = Counter[int]()

    def catch_up(self, connection: sa.Connection) -> None:
        """Read the rows that were added or changed since.

        Raises:
            RowError: for a negative number of hits, or a row that is damaged; nothing is known of it then.
        """
        h, t = schema.hits.c, schema.tasks.c
        query = sa.select(schema.hits)
        if self._last_change < 0:
            query = in_parts(query)
        changed: list[dict[str, tuple[Any, ...]]] = []
        change = self._last_change
        rows = read_rows(connection, query.where(h.task_id > change), schema.hits)
        while some := list(itertools.islice(rows, AT_ONCE)):
            columns = columns_of(some)
            if (fewest := min(columns["hits"])) < 0:
                row = some[columns["hits"].index(fewest)]
                raise RowError(schema.hits, row, f"{fewest} hits cannot be")
            changed.append(columns)
            change = max(change, *columns["task_id"])
        flat = sa.select(schema.tasks).where(t.is_independent, t.id > self._last_task)
        for row in read_rows(connection, flat.order_by(t.id), schema.tasks):
            self._flat[row.law] += row.flat
            self._last_task = row.id
        self._last_change = change
        for columns in changed:
            self._count_all(columns)

    def _count_all(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Take note of some rows, law by law."""
        laws = list(zip(columns["law"], columns["is_independent"], strict=True))
        minima, hits = np.array(columns["minimum_id"]), np.array(columns["hits"])
        for law, is_independent in dict.fromkeys(laws):
            of_law = np.array([one == (law, is_independent) for one in laws])
            self._count(law, is_independent, minima[of_law], hits[of_law])

    def _count(
        self,
        law: str,
        is_independent: bool,
        minima: Int[np.ndarray, " some"],
        hits: Int[np.ndarray, " some"],
    ) -> None:
        """Take note of how often some minima were hit by now."""
        highest = int(minima.max())
        self._total = _with_room(self._total, highest)
        of_law = self._hits[law] = _with_room(self._hits[law], highest)
        before = of_law[minima]
        of_law[minima] = hits
        self._total[minima] += hits - before
        if not is_independent:
            return
        self._frequencies[law].update(hits.tolist())
        self._frequencies[law].subtract(before[before > 0].tolist())
        new = minima[(before == 0) & (hits > 0)]
        self._laws_of_minimum = _with_room(self._laws_of_minimum, highest)
        laws = self._laws_of_minimum[new]
        self._laws_of_minimum[new] = laws | self._bit(law)
        self._n_by_laws.subtract(laws.tolist())
        self._n_by_laws.update(self._laws_of_minimum[new].tolist())

    def _bit(self, law: str) -> int:
        return self._bit_of_law.setdefault(law, 1 << len(self._bit_of_law))

    def totals(self, minimum_ids: Int[np.ndarray, " minima"]) -> Int[np.ndarray, " minima"]:
        """Hits of each minimum, of all laws together [minima]."""
        self._total = _with_room(self._total, int(minimum_ids.max(initial=0)))
        return np.asarray(self._total[minimum_ids])

    def coverage(self, law: str) -> Coverage:
        """Coverage of the independent starts of a law."""
        frequencies = self._frequencies.get(law, Counter[int]())
        return coverage_of_frequencies(frequencies, law, self._flat[law])

    def coverages(self) -> tuple[Coverage, ...]:
        """Coverage of the independent starts of each law, the one most drawn from first."""
        laws = sorted(self._frequencies.keys() | self._flat.keys())
        return tuple(sorted(map(self.coverage, laws), key=lambda one: -one.draws))

    def start_coverages(self, laws: Collection[str]) -> StartCoverages:
        """Coverage of each of these laws, and how many minima any of them hit."""
        wanted = sum(self._bit_of_law.get(law, 0) for law in set(laws))
        distinct = sum(n for hit_by, n in self._n_by_laws.items() if hit_by & wanted)
        return StartCoverages(tuple(map(self.coverage, laws)), distinct)


def _no_hits() -> Int[np.ndarray, " ids"]:
    return np.zeros(1, dtype=np.int64)


def _with_room(of_minima: np.ndarray, highest_id: int) -> np.ndarray:
    """The same with zeros at its end, so that this id is in it; some more, for those that come next."""
    missing = highest_id + 1 - len(of_minima)
    return of_minima if missing <= 0 else np.pad(of_minima, (0, max(missing, len(of_minima) // 4)))
