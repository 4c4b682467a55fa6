"""The executor where none is passed: in this process, and in others once the work proves long."""

import os
import time
from collections.abc import Iterator, Sequence

from ...landscape.records import Batch
from ...problems.problem import Problem
from ..steps.device import Device
from .executor import Executor
from .in_thread import InProcess, InThread
from .processes import Processes, validated_workers
from .tasks import Task

_PATIENCE = 4.0
"""Seconds of work after which it pays to start processes: about what they take to be ready."""


class Adaptive(Executor):
    """Runs tasks in this process first, and in worker processes once the work proves long."""

    def __init__(self, workers: int) -> None:
        self._in_process, self._processes = InProcess(), Processes(workers)
        self._seconds = 0.0

    def run(self, problem: Problem, tasks: Sequence[Task]) -> Iterator[Batch]:
        return self.run_as_planned(problem, iter(tasks))

    def run_as_planned(self, problem: Problem, plan: Iterator[Task | None]) -> Iterator[Batch]:
        while self._seconds <= _PATIENCE:
            task = next(plan, None)
            if task is None:
                return
            began = time.perf_counter()
            batches = list(self._in_process.run(problem, [task]))
            self._seconds += time.perf_counter() - began
            if not batches:
                return
            yield from batches
        yield from self._processes.run_as_planned(problem, plan)

    def close(self) -> None:
        self._in_process.close()
        self._processes.close()


def free_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def executor_for(workers: int | None = None, device: Device | None = None) -> Executor:
    """The executor for `workers` processes; as many as there are free cores if None.

    With an accelerator, as which the present device counts if `device` is None, everything runs in this
    process: it is fed by one with many lanes.

    Raises:
        ValueError: if `workers` is less than one.
    """
    workers = validated_workers(free_cores() if workers is None else workers)
    if (Device.present() if device is None else device).is_accelerator:
        return InThread()
    return InProcess() if workers == 1 else Adaptive(workers)
