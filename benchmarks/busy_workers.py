"""What share of the time workers are at work: rounds with a barrier, and rounds planned ahead.

    python benchmarks/busy_workers.py [--tasks 1600] [WORKERS …]

Tasks sleep as long as 64 quenches of a small network take (0.64 s, 15 % standard deviation), merging one
takes 10 ms: what is measured is the order of work, not the machine. Everything else is what explorations use.
"""

import argparse
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

import thalweg as tw
from thalweg.landscape.records import Batch, RecordedTask
from thalweg.search import Futures, Task
from thalweg.search.exploration.history import NUMBERS_PER_ROUND, History
from thalweg.search.exploration.schedule import Schedule

TASK, DEVIATION, MERGE = 0.64, 0.15, 0.010


@dataclass(frozen=True, eq=False)
class Sleep(Task):
    """Sleeps as long as its number says."""

    def law(self, problem):
        return "sleep"

    def _search(self, space, key):
        time.sleep(seconds(self.number))
        return Batch("sleep")


def seconds(number: int) -> float:
    return float(TASK * max(0.1, 1 + DEVIATION * np.random.default_rng(number).normal()))


class Rounds:
    """A source of rounds of sleeping tasks, without an end."""

    index = None

    def tasks(self, number, epoch, under_way):
        first = number * NUMBERS_PER_ROUND
        return [Sleep(0, 0, first + i) for i in range(NUMBERS_PER_ROUND)]

    def is_at_end(self, epoch):
        return False

    def saturated_laws(self):
        return ()


def with_barrier(executor: Futures, problem, n_tasks: int) -> Iterator[Batch]:
    for first in range(0, n_tasks, NUMBERS_PER_ROUND):
        yield from executor.run(problem, [Sleep(0, 0, first + i) for i in range(NUMBERS_PER_ROUND)])


def planned_ahead(executor: Futures, problem, n_tasks: int) -> Iterator[Batch]:
    history = History(("sleep",), 0)
    schedule = Schedule(Rounds(), history)
    for n, batch in enumerate(executor.run_as_planned(problem, schedule), start=1):
        yield batch
        if n == n_tasks:
            return
        history.add(RecordedTask(0, "sleep", batch.task, 1, 64, 0, 64, schedule.planned))
        schedule.merged()


def busy_share(run, n_workers: int, n_tasks: int) -> float:
    """Seconds at work over seconds of all workers."""
    with ThreadPoolExecutor(n_workers) as pool:
        problem = tw.problems.double_well()
        executor = Futures(pool, workers=n_workers)
        list(executor.run(problem, [Sleep(0, 0, 0)]))
        began = time.perf_counter()
        for _ in run(executor, problem, n_tasks):
            time.sleep(MERGE)
        return sum(map(seconds, range(n_tasks))) / (n_workers * (time.perf_counter() - began))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("workers", nargs="*", type=int, default=[2, 10, 100])
    parser.add_argument("--tasks", type=int, default=1600, help="in all, at most 80 a worker")
    options = parser.parse_args()
    print("workers   tasks   with a barrier   planned ahead")
    for n in options.workers:
        n_tasks = min(options.tasks, 80 * n) // NUMBERS_PER_ROUND * NUMBERS_PER_ROUND
        shares = [busy_share(run, n, n_tasks) for run in (with_barrier, planned_ahead)]
        print(f"{n:7d}   {n_tasks:5d}   {shares[0]:14.0%}   {shares[1]:13.0%}", flush=True)


if __name__ == "__main__":
    main()
