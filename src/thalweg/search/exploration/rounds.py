"""What the rounds of a stage of a run consist of: random starts, searches around minima, or a strategy's."""

import abc
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .history import History
from .planner import Knowledge, PairOfIds, Search, TaskPlanner
from .strategies import SingleEndedFromEach, Strategy
from .tasks import Task

EVERYWHERE = SingleEndedFromEach(tries=np.iinfo(np.int64).max)
"""Searches around the minima that were searched least, without end."""

_ROUNDS_OF_STARTS_FIRST = 1
_RETRY_EVERY = 8
"""Rounds after which the source of minima that was less fruitful is tried again."""


@dataclass(frozen=True, eq=False)
class Epoch:
    """The landscape as it was when so many rounds of a run were merged.

    Attributes:
        n_rounds: of the run.
        history: the run up to then.
        saturated: laws of random starts with nothing more to give.
        before: id of the task that was merged next; None for the landscape as it is.
    """

    n_rounds: int
    history: History
    saturated: tuple[str, ...] = ()
    before: int | None = None


@dataclass(frozen=True, eq=False)
class UnderWay:
    """What was planned and is not in the landscape of an epoch.

    Attributes:
        pairs: that are searched between.
        tasks: whose numbers are taken.
    """

    pairs: Sequence[PairOfIds] = ()
    tasks: Sequence[Task] = ()


class RoundSource(abc.ABC):
    """Plans the rounds of one stage; what it plans depends on its settings and on the arguments alone.

    Args:
        planner: makes the tasks.
        strategy: which searches it plans.
        index: of the strategy, None while minima are looked for.
    """

    def __init__(self, planner: TaskPlanner, strategy: Strategy, index: int | None) -> None:
        self.planner, self.index = planner, index
        self._strategy = strategy
        self._known: tuple[Epoch, Knowledge] | None = None

    @abc.abstractmethod
    def tasks(self, number: int, epoch: Epoch, under_way: UnderWay) -> Sequence[Task]:
        """The tasks of a round; none if what is under way has to be awaited, or nothing is left to do."""

    @abc.abstractmethod
    def is_at_end(self, epoch: Epoch) -> bool:
        """Whether nothing would be left to do if nothing were under way."""

    @abc.abstractmethod
    def saturated_laws(self) -> tuple[str, ...]:
        """Laws of random starts with nothing more to give now, as far as plans depend on it."""

    def rest_of(self, law: str) -> Sequence[Task]:
        """What remains of a round of this law that draws at random and was broken off."""
        return self.planner.starts(law)

    def searches(
        self, epoch: Epoch, under_way: UnderWay, *, block: int | None = None
    ) -> list[Search]:
        """Searches that the strategy proposes, with numbers of a block, the next free one if None."""
        return self.planner.searches(
            self._strategy, self.knowledge(epoch), under_way.pairs, under_way.tasks, block=block
        )

    def knowledge(self, epoch: Epoch) -> Knowledge:
        """What was known at an epoch; the latest is kept, for several rounds may be planned from one."""
        if self._known is None or self._known[0] is not epoch:
            self._known = (epoch, self.planner.knowledge(epoch.before))
        return self._known[1]

    @property
    def n_joined(self) -> int | None:
        """Minima joined to the lowest one, as they were last looked at; None while minima are looked for."""
        return None


class MinimaRounds(RoundSource):
    """Random starts, and searches around known minima if there is a choice.

    The source that gave more new minima a step in its last round goes on; the other is tried again from time
    to time.

    Args:
        planner: makes the tasks.
        has_searches: whether there is that choice.
    """

    def __init__(self, planner: TaskPlanner, *, has_searches: bool) -> None:
        super().__init__(planner, EVERYWHERE, None)
        self._has_searches = has_searches

    def tasks(self, number: int, epoch: Epoch, under_way: UnderWay) -> Sequence[Task]:
        if self._is_turn_of_random(number, epoch.history):
            law = self.planner.law_of_starts(epoch.saturated, under_way.tasks)
            return self.planner.starts(law, under_way.tasks)
        return self.searches(epoch, under_way)

    def is_at_end(self, epoch: Epoch) -> bool:
        return False

    def saturated_laws(self) -> tuple[str, ...]:
        return self.planner.saturated_laws()

    def _is_turn_of_random(self, number: int, history: History) -> bool:
        if not self._has_searches or history.n_minima == 0:
            return True
        if number < _ROUNDS_OF_STARTS_FIRST * len(self.planner.random_laws):
            return True
        random, searches = history.new_per_step(True), history.new_per_step(False)
        return random <= searches if number % _RETRY_EVERY == 0 else random >= searches


class StrategyRounds(RoundSource):
    """The searches that one strategy proposes, until it has nothing left."""

    def tasks(self, number: int, epoch: Epoch, under_way: UnderWay) -> Sequence[Task]:
        return self.searches(epoch, under_way)

    def is_at_end(self, epoch: Epoch) -> bool:
        return not self.planner.proposes(self._strategy, self.knowledge(epoch))

    def saturated_laws(self) -> tuple[str, ...]:
        return ()

    @property
    def n_joined(self) -> int | None:
        return None if self._known is None else int(self._known[1].network.is_joined.sum())
