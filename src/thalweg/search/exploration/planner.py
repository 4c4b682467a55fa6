"""Plans the next tasks: numbers, points and settings."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from jaxtyping import Int

from ...landscape.landscape import Landscape
from ...landscape.network import Network
from ...landscape.records import RecordedTask, cut_law
from ...landscape.survey import Survey
from ...problems.symmetry import Symmetry
from ..quench import Quench
from .history import NUMBERS_PER_ROUND
from .plan import Methods
from .search_state import Pair, SearchState
from .stationary_tasks import StationarySearch
from .strategies import Strategy
from .task_sizes import TaskSizes, batch_sizes
from .tasks import Hops, RandomStarts, Task
from .transition_state_tasks import PairSearch, UphillSearch

_WALKS_PER_TASK = 32
"""Random starts of walks towards stationary points in one task; as many begin between what they gave."""

_T = TypeVar("_T")

Search = UphillSearch | PairSearch

PairOfIds = tuple[int, int | None]
"""Ids of the two minima of a search; the second is None for a search around the first."""


@dataclass(frozen=True, eq=False)
class Knowledge:
    """What searches are planned from.

    Attributes:
        survey: the network, and what was tried with the present settings.
        symmetry: of the problem.
    """

    survey: Survey
    symmetry: Symmetry

    @property
    def network(self) -> Network:
        """Minima and transition states."""
        return self.survey.network

    def state(self, under_way: Sequence[PairOfIds] = ()) -> SearchState:
        """What a strategy is shown, with the searches that are under way."""
        ids = self.network.minimum_ids
        pairs = Counter(_indices(ids, pair) for pair in under_way)
        return SearchState.of(self.survey, self.symmetry, pairs)

    def searches_around(self, under_way: Sequence[PairOfIds]) -> Int[np.ndarray, " minima"]:
        """How many searches around each minimum there were, with those that are under way [minima]."""
        n_around = self.survey.n_around.copy()
        alone = [a for a, b in under_way if b is None]
        np.add.at(n_around, np.searchsorted(self.network.minimum_ids, alone), 1)
        return n_around


class TaskPlanner:
    """Makes the tasks of one round from what the landscape holds and from what is under way.

    Attributes:
        stream: numbers of their own for a run that shares its seed with another one.
    """

    def __init__(
        self, landscape: Landscape, methods: Methods, seed: int, sizes: TaskSizes | None = None
    ) -> None:
        self._landscape, self._methods, self._seed = landscape, methods, seed
        self._problem = landscape.problem
        if sizes is None:
            lanes = batch_sizes(methods, self._problem, {}).lanes
            sizes = TaskSizes.of(methods, self._problem, {}, lanes)
        self._sizes = sizes
        self.stream = 0

    @property
    def random_laws(self) -> tuple[str, ...]:
        """Laws of the random starts, or of the chains of basin-hopping in their place."""
        hopping = self._methods.basin_hopping
        return tuple(self._problem.start_laws) if hopping is None else (hopping.law,)

    # ---- random starts --------------------------------------------------------------------------

    def starts(self, law: str, under_way: Iterable[Task] = ()) -> list[Task]:
        """Random starts of a law, or chains of basin-hopping: up to the end of their block of numbers."""
        quench, hopping = self._methods.quench, self._methods.basin_hopping
        first = self._next_number(law, under_way)
        numbers = range(first, first + NUMBERS_PER_ROUND - first % NUMBERS_PER_ROUND)
        if hopping is not None:
            rule = (Quench() if quench is None else Quench.of(quench)).finish
            return [Hops(self._seed, self.stream, n, hopping, rule) for n in numbers]
        return [
            RandomStarts(self._seed, self.stream, n, self._sizes.starts, quench, start_law=law)
            for n in numbers
        ]

    def law_of_starts(self, saturated: Iterable[str], under_way: Sequence[Task] = ()) -> str:
        """Of the laws with more to give the one least drawn from; that of a round broken off before any.

        Args:
            saturated: laws with nothing more to give.
            under_way: tasks whose numbers are taken.
        """
        numbers = {law: self._next_number(law, under_way) for law in self.random_laws}
        broken_off = [law for law, number in numbers.items() if number % NUMBERS_PER_ROUND]
        if broken_off:
            return broken_off[0]
        has_more = [law for law in self.random_laws if law not in set(saturated)]
        return min(has_more or self.random_laws, key=lambda law: numbers[law])

    def saturated_laws(self) -> tuple[str, ...]:
        """Laws of random starts with nothing more to give; not asked where there is no choice."""
        if len(self.random_laws) == 1:
            return ()
        coverages = self._landscape.start_coverages(self.random_laws).by_law
        return tuple(one.law for one in coverages if one.is_saturated)

    # ---- searches -------------------------------------------------------------------------------

    def knowledge(self, before: int | None = None) -> Knowledge:
        """What is known so far, or was before the task of this id was recorded."""
        labels = self._methods.single_ended.label, self._methods.double_ended.label
        return Knowledge(self._landscape.survey(labels, before), self._problem.symmetry)

    def proposes(self, strategy: Strategy, knowledge: Knowledge) -> bool:
        """Whether a strategy would search on, if nothing were under way."""
        return bool(strategy.propose(knowledge.state(), 1))

    def searches(
        self,
        strategy: Strategy,
        knowledge: Knowledge,
        under_way: Sequence[PairOfIds] = (),
        tasks_under_way: Sequence[Task] = (),
        *,
        block: int | None = None,
    ) -> list[Search]:
        """The searches that a strategy proposes; none if it has nothing left to try, or waits.

        Args:
            strategy: which is asked.
            knowledge: what they are planned from.
            under_way: pairs that were planned and are not in it.
            tasks_under_way: tasks whose numbers are taken.
            block: of numbers for the round; the next one that is free if None.
        """
        n = self._sizes.searches * NUMBERS_PER_ROUND
        network = knowledge.network
        proposals = strategy.propose(knowledge.state(under_way), n)[:n]
        pairs = [_validated_pair(pair, network.n_minima) for pair in proposals]
        single_minima = [a for a, b in pairs if b is None]
        pairs_to_join = [(a, b) for a, b in pairs if b is not None]
        first = NUMBERS_PER_ROUND * (self._next_block(tasks_under_way) if block is None else block)
        tries = knowledge.searches_around(under_way)
        return [
            *self._single_ended(network, single_minima, first, tries),
            *self._double_ended(network, pairs_to_join, first),
        ]

    def pairs_of(self, task: RecordedTask) -> tuple[PairOfIds, ...]:
        """The pairs of ids that a recorded task tried, in order."""
        return tuple(self._landscape.attempts_of(task.id))

    def _single_ended(
        self, network: Network, minima: list[int], first: int, tries: Int[np.ndarray, " minima"]
    ) -> Iterator[UphillSearch]:
        method = self._methods.single_ended
        for number, chunk in enumerate(_chunks(minima, self._sizes.searches), start=first):
            ids = tuple(int(i) for i in network.minimum_ids[chunk])
            tries_before = []
            for i in chunk:
                tries_before.append(int(tries[i]))
                tries[i] += 1
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
        for number, chunk in enumerate(_chunks(pairs, self._sizes.searches), start=first):
            ids = tuple((int(a), int(b)) for a, b in network.minimum_ids[np.array(chunk)])
            points = network.coordinates[np.array(chunk)]
            yield PairSearch(self._seed, self.stream, number, ids, points, method)

    # ---- walks ----------------------------------------------------------------------------------

    def walks(
        self, indices: tuple[int, ...], under_way: Iterable[Task] = ()
    ) -> list[StationarySearch]:
        """Walks towards points of some indices, of any if there is none: up to the end of their block."""
        first = self._next_number(StationarySearch.law_of(indices), under_way)
        numbers = range(first, first + NUMBERS_PER_ROUND - first % NUMBERS_PER_ROUND)
        return [
            StationarySearch(self._seed, self.stream, n, _WALKS_PER_TASK, indices) for n in numbers
        ]

    def tries_around_each(self) -> int:
        """How often there was a search around the minimum that was searched least; 0 without minima."""
        return int(min(self.knowledge().searches_around(()), default=0))

    # ---- numbers --------------------------------------------------------------------------------

    def _next_block(self, under_way: Iterable[Task]) -> int:
        """The first block of numbers of which no search has used one."""
        tasks = list(under_way)
        number = max(self._next_number(law, tasks) for law in (UphillSearch.LAW, PairSearch.LAW))
        return -(-number // NUMBERS_PER_ROUND)

    def _next_number(self, law: str, under_way: Iterable[Task]) -> int:
        # The number of a task that was cut short is used up: its draws were seen.
        recorded = (
            self._landscape.next_task(name, self._seed, self.stream) for name in (law, cut_law(law))
        )
        taken = (task.number + 1 for task in under_way if task.law(self._problem) == law)
        return max(*recorded, *taken)


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


def _indices(ids: np.ndarray, pair: PairOfIds) -> Pair:
    a, b = pair
    return int(np.searchsorted(ids, a)), None if b is None else int(np.searchsorted(ids, b))


def _chunks(items: Sequence[_T], size: int) -> Iterator[list[_T]]:
    for first in range(0, len(items), size):
        yield list(items[first : first + size])
