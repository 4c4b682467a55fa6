"""Plans the next tasks: numbers, points and settings."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from ...landscape.landscape import Landscape
from ...landscape.network import Network
from ...landscape.records import RecordedTask, cut_law
from ..quench import Quench
from ..walks.walk import has_full_hessian
from .history import NUMBERS_PER_ROUND
from .plan import Methods
from .strategies import Pair, SearchState, SingleEndedFromEach, Strategy
from .tasks import Hops, RandomStarts, Task
from .transition_state_tasks import PairSearch, UphillSearch

_STARTS_PER_TASK = 64
_SEARCHES_PER_TASK = 32
_LARGE_TASK = 1
"""Starts or searches in one task of a problem so large that each takes seconds or minutes."""

EVERYWHERE = SingleEndedFromEach(tries=np.iinfo(np.int64).max)
"""Searches around the minima that were searched least, without end."""

_T = TypeVar("_T")

Search = UphillSearch | PairSearch


@dataclass(frozen=True)
class Remainder:
    """What remains of a round that was broken off.

    Attributes:
        strategy: index of the strategy that planned it.
        tasks: those that are not recorded.
    """

    strategy: int
    tasks: tuple[Search, ...]


class TaskPlanner:
    """Makes the tasks of one round from what the landscape holds.

    Attributes:
        stream: numbers of their own for a run that shares its seed with another one.
    """

    def __init__(self, landscape: Landscape, methods: Methods, seed: int) -> None:
        self._landscape, self._methods, self._seed = landscape, methods, seed
        self._problem = landscape.problem
        self.stream = 0

    @property
    def random_laws(self) -> tuple[str, ...]:
        """Laws of the random starts, or of the chains of basin-hopping in their place."""
        hopping = self._methods.basin_hopping
        return tuple(self._problem.start_laws) if hopping is None else (hopping.law,)

    def starts(self) -> list[Task]:
        """Random starts, or chains of basin-hopping in their place: what remains of their round."""
        quench, hopping = self._methods.quench, self._methods.basin_hopping
        law = self._law_of_round()
        first = self._next_number(law)
        numbers = range(first, first + NUMBERS_PER_ROUND - first % NUMBERS_PER_ROUND)
        if hopping is not None:
            rule = (Quench() if quench is None else Quench.of(quench)).finish
            return [Hops(self._seed, self.stream, n, hopping, rule) for n in numbers]
        n_starts = self._per_task(_STARTS_PER_TASK)
        return [
            RandomStarts(self._seed, self.stream, n, n_starts, quench, start_law=law)
            for n in numbers
        ]

    def _law_of_round(self) -> str:
        """The law of the round that is broken off, or of those with more to give the one least drawn from."""
        numbers = {law: self._next_number(law) for law in self.random_laws}
        broken_off = [law for law, number in numbers.items() if number % NUMBERS_PER_ROUND]
        if broken_off:
            return broken_off[0]
        coverages = self._landscape.start_coverages(self.random_laws).by_law
        has_more = [one.law for one in coverages if not one.is_saturated]
        return min(has_more or self.random_laws, key=lambda law: numbers[law])

    def searches_everywhere(self) -> list[Search]:
        """Searches around the minima that were searched least, without end."""
        return self.searches(EVERYWHERE, self.search_state())

    def remainder(self, tasks: Sequence[RecordedTask], strategies: Sequence[Strategy]) -> Remainder:
        """What remains of a round of searches of which some tasks are recorded.

        It is planned again from the landscape as it was when the round began. Nothing remains if no strategy
        would plan what is recorded, as after a change of settings.
        """
        before, block = tasks[0].id, tasks[0].number // NUMBERS_PER_ROUND
        recorded_pairs = {
            (task.law, task.number): tuple(self._landscape.attempts_of(task.id)) for task in tasks
        }
        for k, strategy in enumerate(strategies):
            plan = {
                (search.LAW, search.number): search
                for search in self.searches(
                    strategy, self.search_state(before), block=block, before=before
                )
            }
            if all(
                key in plan and plan[key].pairs == pairs for key, pairs in recorded_pairs.items()
            ):
                rest = (search for key, search in plan.items() if key not in recorded_pairs)
                return Remainder(k, tuple(rest))
        return Remainder(0, ())

    def searches(
        self,
        strategy: Strategy,
        state: SearchState,
        *,
        block: int | None = None,
        before: int | None = None,
    ) -> list[Search]:
        """The searches that a strategy proposes; none if it has nothing left to try.

        Args:
            strategy: which is asked.
            state: what it is shown.
            block: of numbers for the round; the next one that is free if None.
            before: id of a recorded task: as they were planned when that was recorded.
        """
        n = self._per_task(_SEARCHES_PER_TASK) * NUMBERS_PER_ROUND
        proposals = strategy.propose(state, n)[:n]
        pairs = [_validated_pair(pair, state.network.n_minima) for pair in proposals]
        single_minima = [a for a, b in pairs if b is None]
        pairs_to_join = [(a, b) for a, b in pairs if b is not None]
        first = NUMBERS_PER_ROUND * (self._next_block() if block is None else block)
        return [
            *self._single_ended(state.network, single_minima, first, before),
            *self._double_ended(state.network, pairs_to_join, first),
        ]

    def _single_ended(
        self, network: Network, minima: list[int], first: int, before: int | None
    ) -> Iterator[UphillSearch]:
        method = self._methods.single_ended
        tries = self._attempts(method.label, before)
        chunks = _chunks(minima, self._per_task(_SEARCHES_PER_TASK))
        for number, chunk in enumerate(chunks, start=first):
            ids = tuple(int(i) for i in network.minimum_ids[chunk])
            tries_before = []
            for i in ids:
                tries_before.append(tries[(i, None)])
                tries[(i, None)] += 1
            yield UphillSearch(
                self._seed,
                self.stream,
                number,
                ids,
                network.coordinates[chunk],
                tuple(tries_before),
                method,
            )

    def _double_ended(
        self, network: Network, pairs: list[tuple[int, int]], first: int
    ) -> Iterator[PairSearch]:
        method = self._methods.double_ended
        chunks = _chunks(pairs, self._per_task(_SEARCHES_PER_TASK))
        for number, chunk in enumerate(chunks, start=first):
            ids = tuple((int(a), int(b)) for a, b in network.minimum_ids[np.array(chunk)])
            points = network.coordinates[np.array(chunk)]
            yield PairSearch(self._seed, self.stream, number, ids, points, method)

    def _per_task(self, usual: int) -> int:
        return usual if has_full_hessian(self._problem) else _LARGE_TASK

    def _next_block(self) -> int:
        """The first block of numbers of which no search has used one."""
        number = max(self._next_number(law) for law in (UphillSearch.LAW, PairSearch.LAW))
        return -(-number // NUMBERS_PER_ROUND)

    def _next_number(self, law: str) -> int:
        # The number of a task that was cut short is used up: its draws were seen.
        return max(
            self._landscape.next_task(name, self._seed, self.stream) for name in (law, cut_law(law))
        )

    def search_state(self, before: int | None = None) -> SearchState:
        """The network and what was tried with the present settings; so far, or before a recorded task."""
        landscape = self._landscape
        network = landscape.network() if before is None else landscape.network_before(before)
        attempts = Counter[Pair]()
        for label in (self._methods.single_ended.label, self._methods.double_ended.label):
            for (a, b), n in self._attempts(label, before).items():
                pair = (_index(network, a), None if b is None else _index(network, b))
                attempts[pair] = n
        return SearchState(network, self._problem.symmetry, attempts)

    def _attempts(self, label: str, before: int | None) -> Counter[tuple[int, int | None]]:
        if before is None:
            return self._landscape.attempts(label)
        return self._landscape.attempts_before(label, before)


def _validated_pair(pair: Pair, n_minima: int) -> Pair:
    """The pair with the smaller index first, as attempts are recorded."""
    a, b = pair
    ends = [a] if b is None else sorted((a, b))
    if len(set(ends)) < len(ends) or not all(0 <= end < n_minima for end in ends):
        raise ValueError(
            f"a strategy proposed {pair}; expected two different minima, or one and None, "
            f"of {n_minima} counted from 0."
        )
    return (a, None) if b is None else (ends[0], ends[1])


def _index(network: Network, minimum_id: int) -> int:
    return int(np.searchsorted(network.minimum_ids, minimum_id))


def _chunks(items: Sequence[_T], size: int) -> Iterator[list[_T]]:
    for first in range(0, len(items), size):
        yield list(items[first : first + size])
