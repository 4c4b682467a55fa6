"""What a run has done so far: all that decides what it does next, from the table of tasks alone.

A run that was killed goes on as if it had not been, since nothing that counts is kept anywhere else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from ...landscape.records import Planned, RecordedTask
from .stationary_tasks import StationarySearch
from .transition_state_tasks import PairSearch, UphillSearch

NUMBERS_PER_ROUND = 8
"""Tasks of one law in a round, at most: number // 8 tells the rounds apart."""


@dataclass
class Round:
    """Tasks that were planned together.

    Attributes:
        law: of the random starts that they draw, or of chains and walks from them; None for searches from
            known minima.
        block: number // NUMBERS_PER_ROUND of all of them.
        first: how many tasks of the run came before.
        tasks: those that are recorded.
    """

    law: str | None
    block: int
    first: int
    tasks: list[RecordedTask] = field(default_factory=list)

    @property
    def is_random(self) -> bool:
        """Whether they draw random starts, or chains from them."""
        return self.law is not None

    @property
    def planned(self) -> Planned | None:
        """How they were planned; None in files of earlier versions."""
        return self.tasks[0].planned

    @property
    def strategy(self) -> int | None:
        """Index of the strategy that proposed them; None while minima were looked for."""
        return None if self.planned is None else self.planned.strategy

    @property
    def is_complete(self) -> bool:
        """Whether all of them are recorded."""
        if self.is_random:
            # Numbers in between are missing if a task was cut short: its draws were seen.
            return self.tasks[-1].number % NUMBERS_PER_ROUND == NUMBERS_PER_ROUND - 1
        return self.planned is None or len(self.tasks) >= self.planned.tasks

    @property
    def new_per_step(self) -> float:
        """New minima per step of the search."""
        n_steps = sum(task.steps for task in self.tasks)
        return sum(task.new_minima for task in self.tasks) / max(n_steps, 1)


class History:
    """The tasks of a run in order, and the rounds that they make.

    Args:
        random_laws: laws of the random starts, or of the chains in their place.
        n_minima: known before the first task.
        tasks: recorded so far, those of other laws included.

    Attributes:
        rounds: in order; the last one may be unfinished.
        n_minima: after the last task.
        n_quenches: in all.
        n_flat: of random draws, at rest where a curvature cannot be told from zero.
        n_idle_quenches: since the last new minimum.
    """

    def __init__(
        self, random_laws: tuple[str, ...], n_minima: int, tasks: Iterable[RecordedTask] = ()
    ) -> None:
        self._random_laws, self._n_minima_at_first = random_laws, n_minima
        self._tasks: list[RecordedTask] = []
        self.rounds: list[Round] = []
        self.n_minima, self.n_idle_quenches = n_minima, 0
        self.n_quenches = self.n_flat = 0
        for task in tasks:
            self.add(task)

    def __len__(self) -> int:
        return len(self._tasks)

    def add(self, task: RecordedTask) -> None:
        """Add a task that was recorded; one of another law, as what was cut short, does not count."""
        is_random = task.law in self._random_laws
        is_walk = StationarySearch.is_law(task.law)
        if not (is_random or is_walk or task.law in (UphillSearch.LAW, PairSearch.LAW)):
            return
        block = task.number // NUMBERS_PER_ROUND
        last = self.rounds[-1] if self.rounds else None
        # A round of starts has one law, one of searches both.
        law = task.law if is_random or is_walk else None
        if last is None or (last.law, last.block) != (law, block):
            last = Round(law, block, len(self))
            self.rounds.append(last)
        last.tasks.append(task)
        self._tasks.append(task)
        self.n_quenches += task.quenches
        self.n_flat += task.flat if is_random else 0
        self.n_minima, self.n_idle_quenches = _after(task, self.n_minima, self.n_idle_quenches)

    @property
    def is_within_round(self) -> bool:
        """Whether the last round is not at its end."""
        return bool(self.rounds) and not self.rounds[-1].is_complete

    def new_per_step(self, is_random: bool) -> float:
        """Of the last round of one kind; infinite if there was none, so that it is tried."""
        yields = [one.new_per_step for one in self.rounds if one.is_random == is_random]
        return yields[-1] if yields else np.inf

    def n_tasks_until(self, is_enough: Callable[[int, int], bool]) -> int | None:
        """Number of tasks after which `is_enough(n_minima, n_idle_quenches)` first held; None if never."""
        n_minima, n_idle = self._n_minima_at_first, 0
        for n, task in enumerate(self._tasks):
            if is_enough(n_minima, n_idle):
                return n
            n_minima, n_idle = _after(task, n_minima, n_idle)
        return len(self) if is_enough(n_minima, n_idle) else None

    def n_tasks_up_to_random(self) -> int:
        """Number of tasks up to the last one that drew at random."""
        laws = [task.law for task in self._tasks]
        return max((n + 1 for n, law in enumerate(laws) if law in self._random_laws), default=0)

    def first(self, n_tasks: int) -> "History":
        """The history as it was after the first so many tasks."""
        return History(self._random_laws, self._n_minima_at_first, self._tasks[:n_tasks])

    def n_rounds_before(self, strategy: int | None) -> int:
        """Number of rounds before those of this strategy at its end, if there are any."""
        n = len(self.rounds)
        while n and self.rounds[n - 1].strategy == strategy:
            n -= 1
        return n


def _after(task: RecordedTask, n_minima: int, n_idle: int) -> tuple[int, int]:
    n_idle = 0 if task.new_minima else n_idle + task.quenches
    return n_minima + task.new_minima, n_idle
