"""Which task is next: rounds are planned while others are under way, so that no worker waits for another.

A round is planned from the landscape as it was when all rounds before it were merged but the last quarter of
them, and at least one. So what it holds depends neither on how many workers there are nor on which of them is
done first; a plan is never older than a quarter of its stage; and the longer a stage is, the more workers it
can feed. After a kill the rounds that were under way are planned again, from the same past landscapes.
"""

import dataclasses
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...landscape.records import Planned
from .history import History, Round
from .planner import PairOfIds
from .rounds import Epoch, RoundSource, UnderWay
from .tasks import Task

_SHARE_UNDER_WAY = 4
"""One in so many rounds of a stage may be under way, and at least one more than the one at work."""


def n_rounds_awaited(number: int, first: int) -> int:
    """How many rounds of a run have to be merged before one is planned.

    Args:
        number: of the round in its run, counted from 0.
        first: number of the first round of its stage.
    """
    return max(first, number - max(1, (number - first) // _SHARE_UNDER_WAY))


@dataclass
class _PlannedRound:
    """A round under way.

    Attributes:
        planned: what is recorded with its tasks, but for the saturated laws.
        tasks: those that were not recorded when it was planned.
        pairs: that its searches try, those that are recorded included.
        n_left: tasks to be merged.
    """

    planned: Planned
    tasks: Sequence[Task]
    pairs: Sequence[PairOfIds]
    n_left: int


class Schedule(Iterator[Task | None]):
    """The tasks of one stage in their order; None where the next cannot be planned before others are merged.

    Args:
        source: plans the rounds.
        history: the run so far; whoever merges a task adds it there, and then calls `merged`.
        is_resumed: whether all of the history comes from a file: rounds may have been under way then.

    Attributes:
        is_over: whether nothing is left to do.
        n_handed_out: tasks so far.
    """

    def __init__(self, source: RoundSource, history: History, *, is_resumed: bool = False) -> None:
        self._source, self._history = source, history
        self._rounds: deque[_PlannedRound] = deque()
        self._waiting: deque[Task] = deque()
        self._n_merged = len(history.rounds)
        self._first = history.n_rounds_before(source.index) if is_resumed else self._n_merged
        self._saturated: tuple[str, ...] = ()
        self.is_over = False
        self.n_handed_out = 0
        if self._first < len(history.rounds):
            self._take_up_again()
        if self._n_merged == len(history.rounds):
            self._advance()

    def __next__(self) -> Task | None:
        if self._waiting:
            self.n_handed_out += 1
            return self._waiting.popleft()
        if self._rounds:
            return None
        raise StopIteration

    @property
    def planned(self) -> Planned:
        """How the task was planned whose batch is merged next."""
        return dataclasses.replace(self._rounds[0].planned, saturated=self._saturated)

    def merged(self, *, plans_on: bool = True) -> None:
        """Note that the next batch is merged; after a round others are planned, unless the run ends."""
        self._rounds[0].n_left -= 1
        if self._rounds[0].n_left == 0:
            self._rounds.popleft()
            self._n_merged += 1
            if plans_on:
                self._advance()

    # ---- planning -------------------------------------------------------------------------------

    def _advance(self) -> None:
        """Plan from the landscape as it is, at the end of a round."""
        self._saturated = self._source.saturated_laws()
        epoch = Epoch(self._n_merged, self._history, self._saturated)
        if self._rounds and self._source.is_at_end(epoch):
            self._rounds.clear()
            self._waiting.clear()
        else:
            self._plan(epoch)
        self.is_over = not self._rounds

    def _plan(self, epoch: Epoch) -> None:
        """Plan as many rounds as may be planned from an epoch."""
        while True:
            number = self._n_merged + len(self._rounds)
            if n_rounds_awaited(number, self._first) > epoch.n_rounds:
                return
            tasks = self._source.tasks(number, epoch, self._under_way(epoch))
            if not tasks:
                return
            planned = Planned(number, epoch.n_rounds, len(tasks), self._source.index)
            self._add(planned, tasks, [pair for task in tasks for pair in task.pairs])

    def _add(self, planned: Planned, tasks: Sequence[Task], pairs: Sequence[PairOfIds]) -> None:
        self._rounds.append(_PlannedRound(planned, tasks, pairs, len(tasks)))
        self._waiting.extend(tasks)

    def _under_way(self, epoch: Epoch) -> UnderWay:
        """What was planned before, and is not in the landscape of an epoch."""
        merged_since = self._history.rounds[epoch.n_rounds : self._n_merged]
        pairs = [pair for one in merged_since for pair in self._recorded_pairs(one)]
        pairs += [pair for one in self._rounds for pair in one.pairs]
        return UnderWay(pairs, [task for one in self._rounds for task in one.tasks])

    # ---- after a kill ---------------------------------------------------------------------------

    def _take_up_again(self) -> None:
        """Plan again what was under way: what remains of the last round, and those after it."""
        last, number = self._history.rounds[-1], len(self._history.rounds) - 1
        planned = last.planned
        if planned is None or planned.round != number or not self._first <= planned.epoch <= number:
            # Of an earlier version, or one of several writers: it stays as it is.
            return
        if not last.is_complete:
            tasks = self._remainder(last, self._past(planned.epoch))
            if not tasks:
                return
            self._n_merged, self._saturated = number, planned.saturated
            pairs = [*self._recorded_pairs(last), *(pair for task in tasks for pair in task.pairs)]
            self._add(planned, tasks, pairs)
        for n_rounds in range(planned.epoch, number + 1):
            self._plan(self._past(n_rounds))

    def _past(self, n_rounds: int) -> Epoch:
        """The epoch at which so many rounds, of which more are recorded, had been merged."""
        following = self._history.rounds[n_rounds]
        saturated = () if following.planned is None else following.planned.saturated
        history = self._history.first(following.first)
        return Epoch(n_rounds, history, saturated, before=following.tasks[0].id)

    def _remainder(self, last: Round, epoch: Epoch) -> Sequence[Task]:
        """The tasks of a recorded round that are not recorded; none if, after a change of settings, it would
        not be planned as it was."""
        if last.law is not None:
            return self._source.rest_of(last.law)
        under_way = UnderWay(
            [
                pair
                for one in self._history.rounds[epoch.n_rounds : -1]
                for pair in self._recorded_pairs(one)
            ]
        )
        plan = {
            (search.LAW, search.number): search
            for search in self._source.searches(epoch, under_way, block=last.block)
        }
        recorded = {(task.law, task.number): task for task in last.tasks}
        is_same = all(
            key in plan and plan[key].pairs == self._source.planner.pairs_of(task)
            for key, task in recorded.items()
        )
        return [search for key, search in plan.items() if key not in recorded] if is_same else []

    def _recorded_pairs(self, one: Round) -> list[PairOfIds]:
        planner = self._source.planner
        # Random starts try no pairs.
        return [] if one.is_random else [p for task in one.tasks for p in planner.pairs_of(task)]
