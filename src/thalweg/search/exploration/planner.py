"""Plans the next tasks: numbers, points and settings."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from ...landscape.landscape import Landscape
from ...landscape.network import Network
from ...landscape.records import cut_law
from ..quench import Quench
from ..walks.walk import has_full_hessian
from .plan import Methods
from .strategies import Pair, SearchState, SingleEndedFromEach, Strategy
from .tasks import Hops, RandomStarts, Task
from .transition_state_tasks import PairSearch, UphillSearch

_STARTS_PER_TASK = 64
_SEARCHES_PER_TASK = 32
_LARGE_TASK = 1
"""Starts or searches in one task of a problem so large that each takes seconds or minutes."""
_TASKS_PER_ROUND = 8

_T = TypeVar("_T")


class TaskPlanner:
    """Makes the tasks of one round from what the landscape holds.

    Attributes:
        stream: numbers of their own for a run that shares its seed with another one.
    """

    def __init__(self, landscape: Landscape, methods: Methods, seed: int) -> None:
        self._landscape, self._methods, self._seed = landscape, methods, seed
        self._problem = landscape.problem
        self.stream = 0

    def starts(self) -> list[Task]:
        """Random starts, or chains of basin-hopping in their place."""
        quench, hopping = self._methods.quench, self._methods.basin_hopping
        if hopping is not None:
            rule = (Quench() if quench is None else Quench.of(quench)).finish
            return self._numbered(
                hopping.law,
                [lambda n: Hops(self._seed, self.stream, n, hopping, rule)] * _TASKS_PER_ROUND,
            )
        n_starts = self._per_task(_STARTS_PER_TASK)
        return self._numbered(
            self._problem.start_law,
            [lambda n: RandomStarts(self._seed, self.stream, n, n_starts, quench)]
            * _TASKS_PER_ROUND,
        )

    def searches_everywhere(self) -> list[Task]:
        """Searches around the minima that were searched least, without end."""
        everywhere = SingleEndedFromEach(tries=np.iinfo(np.int64).max)
        return self.searches(everywhere, self.search_state())

    def searches(self, strategy: Strategy, state: SearchState) -> list[Task]:
        """The searches that a strategy proposes; none if it has nothing left to try."""
        proposals = strategy.propose(state, self._per_task(_SEARCHES_PER_TASK) * _TASKS_PER_ROUND)
        pairs = [_validated_pair(pair, state.network.n_minima) for pair in proposals]
        single_minima = [a for a, b in pairs if b is None]
        pairs_to_join = [(a, b) for a, b in pairs if b is not None]
        return [
            *self._single_ended(state.network, single_minima),
            *self._double_ended(state.network, pairs_to_join),
        ]

    def _single_ended(self, network: Network, minima: list[int]) -> list[Task]:
        method = self._methods.single_ended
        tries = self._landscape.attempts(method.label)

        def maker(chunk: list[int]) -> Callable[[int], Task]:
            ids = tuple(int(i) for i in network.minimum_ids[chunk])
            points = network.coordinates[chunk]
            tries_before = []
            for i in ids:
                tries_before.append(tries[(i, None)])
                tries[(i, None)] += 1
            return lambda n: UphillSearch(
                self._seed, self.stream, n, ids, points, tuple(tries_before), method
            )

        chunks = _chunks(minima, self._per_task(_SEARCHES_PER_TASK))
        return self._numbered(UphillSearch.LAW, [maker(chunk) for chunk in chunks])

    def _double_ended(self, network: Network, pairs: list[tuple[int, int]]) -> list[Task]:
        method = self._methods.double_ended

        def maker(chunk: list[tuple[int, int]]) -> Callable[[int], Task]:
            ids = tuple((int(a), int(b)) for a, b in network.minimum_ids[np.array(chunk)])
            points = network.coordinates[np.array(chunk)]
            return lambda n: PairSearch(self._seed, self.stream, n, ids, points, method)

        chunks = _chunks(pairs, self._per_task(_SEARCHES_PER_TASK))
        return self._numbered(PairSearch.LAW, [maker(chunk) for chunk in chunks])

    def _per_task(self, usual: int) -> int:
        return usual if has_full_hessian(self._problem) else _LARGE_TASK

    def _numbered(self, law: str, makers: Sequence[Callable[[int], Task]]) -> list[Task]:
        # The number of a task that was cut short is used up: its draws were seen.
        first = max(
            self._landscape.next_task(name, self._seed, self.stream) for name in (law, cut_law(law))
        )
        return [make(first + i) for i, make in enumerate(makers)]

    def search_state(self) -> SearchState:
        """The network so far, and what was tried with the present settings."""
        network = self._landscape.network()
        attempts = Counter[Pair]()
        for label in (self._methods.single_ended.label, self._methods.double_ended.label):
            for (a, b), n in self._landscape.attempts(label).items():
                pair = (_index(network, a), None if b is None else _index(network, b))
                attempts[pair] = n
        return SearchState(network, self._problem.symmetry, attempts)


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
