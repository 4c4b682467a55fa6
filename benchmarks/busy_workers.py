"""What share of the time workers are at work: rounds with a barrier, and rounds planned ahead.

    python benchmarks/busy_workers.py [--tasks 80] [--seconds 0.64] [WORKERS …] [--quick] [--keep]

The clock is a simulated one, so that the order of work is measured and not the machine: tasks take as long as
64 quenches of a small network (0.64 s, 15 % standard deviation), merging one takes 10 ms, as measured. The
order of work is that of explorations: their schedule, with one more task submitted than there are workers.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterator

import numpy as np
from records import arguments, report

from thalweg.landscape.records import RecordedTask
from thalweg.problems import double_well
from thalweg.search.exploration.history import NUMBERS_PER_ROUND, History
from thalweg.search.exploration.schedule import Schedule
from thalweg.search.exploration.tasks import RandomStarts, Task

DEVIATION, MERGE = 0.15, 0.010
LAW = double_well().start_law


def duration(number: int) -> float:
    """Of a task, in units of the mean."""
    return float(max(0.1, 1 + DEVIATION * np.random.default_rng(number).normal()))


def tasks_of_round(number: int) -> list[Task]:
    first = number * NUMBERS_PER_ROUND
    return [RandomStarts(0, 0, first + i, 64, None, LAW) for i in range(NUMBERS_PER_ROUND)]


class Rounds:
    """A source of rounds without an end."""

    index = None

    def tasks(self, number, epoch, under_way):
        return tasks_of_round(number)

    def is_at_end(self, epoch):
        return False

    def saturated_laws(self):
        return ()


class Barrier(Iterator[Task | None]):
    """The next round once all of the one before is merged."""

    def __init__(self) -> None:
        self._number, self._n_left, self._waiting = 0, 0, deque[Task]()

    def __next__(self) -> Task | None:
        if self._n_left == 0:
            self._waiting.extend(tasks_of_round(self._number))
            self._number, self._n_left = self._number + 1, len(self._waiting)
        return self._waiting.popleft() if self._waiting else None

    def merged(self, task: Task) -> None:
        self._n_left -= 1


class Ahead(Iterator[Task | None]):
    """The schedule of explorations."""

    def __init__(self) -> None:
        self._history = History((LAW,), 0)
        self._schedule = Schedule(Rounds(), self._history)  # type: ignore[arg-type]

    def __next__(self) -> Task | None:
        return next(self._schedule)

    def merged(self, task: Task) -> None:
        planned = self._schedule.planned
        self._history.add(RecordedTask(0, LAW, task.number, 1, 64, 0, 64, planned))
        self._schedule.merged()


def busy_share(plan: Barrier | Ahead, n_workers: int, n_tasks: int, seconds: float) -> float:
    """Seconds at work over seconds of all workers, up to the merge of so many tasks."""
    now, n_merged, worked = 0.0, 0, 0.0
    free_at = [0.0] * n_workers
    under_way: deque[tuple[Task, float]] = deque()
    while n_merged < n_tasks:
        while sum(end > now for _, end in under_way) <= n_workers:
            task = next(plan)
            if task is None:
                break
            end = max(now, heapq.heappop(free_at)) + seconds * duration(task.number)
            heapq.heappush(free_at, end)
            under_way.append((task, end))
        task, end = under_way[0]
        if end > now:
            # Whoever is done first makes room for another.
            now = min(end for _, end in under_way if end > now)
            continue
        under_way.popleft()
        now, n_merged = now + MERGE, n_merged + 1
        worked += seconds * duration(task.number)
        plan.merged(task)
    return worked / (n_workers * now)


def row(workers: int, tasks: int, seconds: float) -> dict:
    """Both orders of work for so many workers."""
    makes: dict[str, Callable[[], Barrier | Ahead]] = {
        "with a barrier": Barrier,
        "planned ahead": Ahead,
    }
    n_tasks = tasks * workers
    shares = {name: busy_share(make(), workers, n_tasks, seconds) for name, make in makes.items()}
    return {"workers": workers, "tasks": n_tasks, "s a task": seconds, **shares}


if __name__ == "__main__":
    options = arguments(
        __doc__,
        ("workers", {"nargs": "*", "type": int}),
        ("--tasks", {"type": int, "default": 80, "help": "a worker"}),
        ("--seconds", {"type": float, "default": 0.64, "help": "of a task, on average"}),
    )
    numbers = options.workers or ([2, 10] if options.quick else [2, 10, 100])
    rows = [row(n, options.tasks, options.seconds) for n in numbers]
    report("busy_workers", rows, key=("workers", "tasks", "s a task"), options=options)
