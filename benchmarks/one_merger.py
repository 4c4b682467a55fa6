"""How many cores one merging process feeds: a model, no measurement.

Workers take the next task as soon as they are free; one process plans the tasks and merges what they give,
in the order of their numbers. What a task, its merging and the planning of a round take is measured by
`scale.py`, on one core; the messages of a scheduler and all that is marked so below are assumed.

Run: python benchmarks/one_merger.py [--quick] [--keep]
"""

import dataclasses
import heapq
import random
from dataclasses import dataclass

from records import arguments, report

CORES = (10, 100, 1000, 10_000)
TASKS_PER_ROUND = 8
AHEAD = 2
"""Tasks a core that may be planned and not merged."""
SPREAD = 0.15
"""Standard deviation of the time of a task, as a share of it; assumed."""
MESSAGES = 0.007
"""Seconds of the merging process for the messages of one task to and from a scheduler; measured with Dask."""


@dataclass(frozen=True)
class Case:
    """What a task and its merging take, in processor seconds.

    Attributes:
        name: of the row.
        task: of a worker.
        merge: of the merging process, for each task.
        plan: of the merging process, for each round.
        messages: of the merging process, for each task.
        mergers: processes that each merge a part of the losses.
    """

    name: str
    task: float
    merge: float
    plan: float
    messages: float = MESSAGES
    mergers: int = 1

    @property
    def busy(self) -> float:
        """Seconds of one merging process for each task."""
        return (self.merge + self.messages + self.plan / TASKS_PER_ROUND) / self.mergers


_BEFORE = Case("before, 100,000 minima", task=0.77, merge=0.011, plan=13.6)
_NOW = Case("now, 100,000 minima", task=0.77, merge=0.012, plan=0.66)
CASES = (
    _BEFORE,
    _NOW,
    dataclasses.replace(_NOW, name="… tasks of 60 s (a large network; assumed)", task=60.0),
    dataclasses.replace(_NOW, name="… planned by another process (assumed)", plan=0.0),
    dataclasses.replace(
        _NOW, name="… and 16 mergers, split by loss (assumed)", plan=0.0, mergers=16
    ),
)
"""Tasks of 32 searches, the merging of one and the planning of eight: measured by `scale.py`, but for what is
marked."""


def working_share(case: Case, cores: int) -> float:
    """The share of the cores that works, when tasks are merged in order."""
    chance, n = random.Random(0), max(2000, 8 * cores)
    free, merged, merger = [0.0] * cores, list[float](), 0.0
    for i in range(n):
        begin = heapq.heappop(free)
        if i >= AHEAD * cores:
            begin = max(begin, merged[i - AHEAD * cores])
        end = begin + max(0.05 * case.task, chance.gauss(case.task, SPREAD * case.task))
        heapq.heappush(free, end)
        merger = max(merger, end) + case.busy
        merged.append(merger)
    return n * case.task / (merged[-1] * cores)


def row(case: Case, cores: tuple[int, ...]) -> dict:
    """One line of the table: shares in per cent."""
    shares = {f"{n:,} cores, %": 100 * working_share(case, n) for n in cores}
    return {
        "case": case.name,
        "s a task": case.task,
        "ms to merge": 1e3 * case.busy,
        **shares,
        "cores at most": round(case.task / case.busy),
    }


if __name__ == "__main__":
    options = arguments(__doc__)
    rows = [row(case, CORES[:2] if options.quick else CORES) for case in CASES]
    report("one_merger", rows, key=("case",), options=options)
