"""Tasks in a thread of this process: nobody waits for one that does not stop in time, as in a compilation."""

import dataclasses
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import jax

from ...compiled_programs import TASK_THREADS
from ...landscape.records import Batch
from ...problems.problem import Problem
from .executor import Executor, planned_so_far
from .tasks import Task
from .under_way import TasksUnderWay


class InThread(Executor):
    """One task after the other, in a thread beside the one that records: for an accelerator.

    While the device computes, this process merges what came before; neither waits for the other. On a CPU
    both would compete for one core.

    A task that is to stop and does not within `under_way.GRACE` seconds is given up: the thread goes on until
    the compilation or the step in it is done, and what that gives is dropped.
    """

    _room = 2
    """Tasks begun and not done: one computes, and one is ready to follow it."""

    _pool: ThreadPoolExecutor | None = None

    def run(self, problem: Problem, tasks: Sequence[Task]) -> Iterator[Batch]:
        return self.run_as_planned(problem, iter(tasks))

    def run_as_planned(self, problem: Problem, plan: Iterator[Task | None]) -> Iterator[Batch]:
        return self._run_in_thread(problem, plan)

    def _run_in_thread(self, problem: Problem, plan: Iterator[Task | None]) -> Iterator[Batch]:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix=TASK_THREADS)
        pool, is_given_up, begun = self._pool, threading.Event(), list[Future[Batch]]()
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

        def submit(task: Task) -> Future[Batch]:
            future = pool.submit(run, task)
            begun[:] = [*(one for one in begun if not one.done()), future]
            return future

        try:
            yield from TasksUnderWay(plan, submit, lambda: self._room).batches()
        finally:
            # Whatever computes still is not wanted any more. A thread cannot be killed, so the next task
            # gets another one.
            is_given_up.set()
            if not all(future.done() for future in begun):
                self._pool = None
                pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True)
            self._pool = None


class InProcess(InThread):
    """One task after the other, in this process; the next one begins once the last one's batch is taken."""

    _room = 1

    def run(self, problem: Problem, tasks: Sequence[Task]) -> Iterator[Batch]:
        return self._run_in_thread(problem, iter(tasks))

    def run_as_planned(self, problem: Problem, plan: Iterator[Task | None]) -> Iterator[Batch]:
        for task in planned_so_far(plan):
            yield from self.run(problem, [task])
