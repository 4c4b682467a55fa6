"""How often each minimum was hit, read once and then only where it has changed."""

from collections import Counter, defaultdict
from collections.abc import Collection

import numpy as np
import sqlalchemy as sa
from jaxtyping import Int

from ..coverage import Coverage, StartCoverages, coverage_of_frequencies
from . import schema
from .rows import RowError, in_parts, read_rows


class KnownHits:
    """Hits of all minima, of every law; what was read stays known, and is counted as it is read.

    The number of minima that starts of a law hit once, twice … is kept beside the hits: a coverage costs as
    much as there are such numbers, however many minima are known.
    """

    def __init__(self) -> None:
        # Rows that earlier versions wrote were changed last by task 0.
        self._last_change, self._last_task = -1, 0
        self._hits: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._total = np.zeros(1, dtype=np.int64)
        self._frequencies: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._flat = Counter[str]()
        # Of several laws a minimum counts once: which of them hit it is a set, as the bits of a number.
        self._bit_of_law: dict[str, int] = {}
        self._laws_of_minimum: defaultdict[int, int] = defaultdict(int)
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
        changed: defaultdict[tuple[str, bool], dict[int, int]] = defaultdict(dict)
        change = self._last_change
        for row in read_rows(connection, query.where(h.task_id > change), schema.hits):
            if row.hits < 0:
                raise RowError(schema.hits, row, f"{row.hits} hits cannot be")
            changed[row.law, row.is_independent][row.minimum_id] = row.hits
            change = max(change, row.task_id)
        flat = sa.select(schema.tasks).where(t.is_independent, t.id > self._last_task)
        for row in read_rows(connection, flat.order_by(t.id), schema.tasks):
            self._flat[row.law] += row.flat
            self._last_task = row.id
        self._last_change = change
        for (law, is_independent), hits in changed.items():
            self._count(law, is_independent, hits)

    def _make_room(self, highest_id: int) -> None:
        missing = highest_id + 1 - len(self._total)
        if missing > 0:
            self._total = np.pad(self._total, (0, max(missing, len(self._total) // 4)))

    def _count(self, law: str, is_independent: bool, hits: dict[int, int]) -> None:
        """Take note of how often some minima were hit by now."""
        of_law = self._hits[law]
        before = [of_law.get(minimum, 0) for minimum in hits]
        of_law.update(hits)
        minima, n_hits = np.array(list(hits)), np.array(list(hits.values()))
        self._make_room(int(minima.max()))
        self._total[minima] += n_hits - np.array(before)
        if not is_independent:
            return
        frequencies, bit = self._frequencies[law], self._bit(law)
        frequencies.update(hits.values())
        frequencies.subtract(n for n in before if n)
        for minimum, n in zip(hits, before, strict=True):
            if not n and hits[minimum]:
                laws = self._laws_of_minimum[minimum]
                self._laws_of_minimum[minimum] = laws | bit
                self._n_by_laws[laws] -= 1
                self._n_by_laws[laws | bit] += 1

    def _bit(self, law: str) -> int:
        return self._bit_of_law.setdefault(law, 1 << len(self._bit_of_law))

    def totals(self, minimum_ids: Int[np.ndarray, " minima"]) -> Int[np.ndarray, " minima"]:
        """Hits of each minimum, of all laws together [minima]."""
        self._make_room(int(minimum_ids.max(initial=0)))
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
