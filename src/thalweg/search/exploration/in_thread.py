"""Tasks in a thread of this process: the next one computes while the last one's batch is recorded."""

import dataclasses
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jax

from ...landscape.records import Batch
from ...problems.problem import Problem
from .executor import Executor
from .tasks import Task
from .under_way import TasksUnderWay


class InThread(Executor):
    """One task after the other, in a thread beside the one that records: for an accelerator.

    While the device computes, this process merges what came before; neither waits for the other. On a CPU
    both would compete for one core.
    """

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None

    def run(self, problem: Problem, tasks: Sequence[Task]) -> Iterator[Batch]:
        return self.run_as_planned(problem, iter(tasks))

    def run_as_planned(self, problem: Problem, plan: Iterator[Task | None]) -> Iterator[Batch]:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="thalweg tasks")
        pool, is_given_up = self._pool, threading.Event()
        config: Any = jax.config
        # A thread does not know the device that was chosen in another one by `with jax.default_device`.
        chosen = config.jax_default_device

        def run(task: Task) -> Batch:
            should_stop = task.should_stop
            task = dataclasses.replace(
                task, should_stop=lambda: is_given_up.is_set() or should_stop()
            )
            with jax.default_device(chosen):
                return task.run(problem)

        # One computes, and one is ready to follow it.
        under_way = TasksUnderWay(plan, lambda task: pool.submit(run, task), lambda: 2)
        try:
            yield from under_way.batches()
        finally:
            # Whatever computes still is not wanted any more; a thread cannot be killed.
            is_given_up.set()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
