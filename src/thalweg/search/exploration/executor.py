"""Where tasks run: in this process, or in one process for each core."""

import abc
import os
import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import Any

import jax
from loky import ProcessPoolExecutor
from loky.process_executor import TerminatedWorkerError

from ...landscape.records import Batch
from ...problems.problem import Problem
from .tasks import Task

_PATIENCE = 4.0
"""Seconds of work after which it pays to start processes: about what they take to be ready."""

_RETRIES = 3


class Executor(abc.ABC):
    """Runs tasks of one problem and hands their batches back in the order of the tasks.

    Tasks are idempotent: a task whose worker was lost is run again. Which worker runs a task makes no
    difference to its batch.
    """

    @abc.abstractmethod
    def run(self, tasks: Sequence[Task]) -> Iterator[Batch]:
        """The batch of each task, in order, as soon as it and all before it are done."""

    @abc.abstractmethod
    def close(self) -> None:
        """Give up what is under way."""


class InProcess(Executor):
    """One task after the other, here."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem

    def run(self, tasks: Sequence[Task]) -> Iterator[Batch]:
        for task in tasks:
            yield task.run(self._problem)

    def close(self) -> None:
        pass


class Processes(Executor):
    """A process for each core; each computes on one thread, which is what keeps them independent.

    The problem is sent to each process once.
    """

    def __init__(self, problem: Problem, workers: int) -> None:
        self._problem, self._workers = problem, workers
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            max_workers=self._workers,
            initializer=_prepare_worker,
            initargs=(self._problem,),
            env=_single_thread_settings(),
        )

    def run(self, tasks: Sequence[Task]) -> Iterator[Batch]:
        done = 0
        for attempt in range(_RETRIES):
            try:
                for batch in self._batches(tasks[done:]):
                    done += 1
                    yield batch
                return
            except TerminatedWorkerError:
                if attempt == _RETRIES - 1:
                    raise
                self._pool = self._new_pool()

    def _batches(self, tasks: Sequence[Task]) -> Iterator[Batch]:
        """Few tasks are under way at a time, so that a run that ends leaves little undone work."""
        waiting, ahead = deque(tasks), deque[Future]()
        while waiting or ahead:
            while waiting and len(ahead) <= self._workers:
                ahead.append(self._pool.submit(_run_task, waiting.popleft()))
            yield ahead.popleft().result()

    def close(self) -> None:
        self._pool.shutdown(wait=False, kill_workers=True)


class Adaptive(Executor):
    """Here at first, and in processes once the work proves long: a small landscape needs none."""

    def __init__(self, problem: Problem, workers: int) -> None:
        self._problem, self._workers = problem, workers
        self._here = InProcess(problem)
        self._processes: Processes | None = None
        self._spent = 0.0

    def run(self, tasks: Sequence[Task]) -> Iterator[Batch]:
        for done, task in enumerate(tasks):
            if self._spent > _PATIENCE:
                if self._processes is None:
                    self._processes = Processes(self._problem, self._workers)
                yield from self._processes.run(tasks[done:])
                return
            began = time.perf_counter()
            batch = next(self._here.run([task]))
            self._spent += time.perf_counter() - began
            yield batch

    def close(self) -> None:
        if self._processes is not None:
            self._processes.close()


def executor_for(problem: Problem, workers: int | None = None) -> Executor:
    """The executor for `workers` processes; as many as there are free cores if None.

    With an accelerator everything runs in this process.

    Raises:
        ValueError: if `workers` is less than one.
    """
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}.")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    workers = workers or cores or 1
    # An accelerator is fed by one process with many lanes.
    is_alone = workers == 1 or jax.default_backend() != "cpu"
    return InProcess(problem) if is_alone else Adaptive(problem, workers)


def _single_thread_settings() -> dict[str, str]:
    flags = os.environ.get("XLA_FLAGS", "")
    return {
        "XLA_FLAGS": f"{flags} --xla_cpu_multi_thread_eigen=false".strip(),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "NPROC": "1",
        "JAX_PLATFORMS": "cpu",
    }


_worker_problem: Any = None


def _prepare_worker(problem: Problem) -> None:
    global _worker_problem
    # Ctrl-C goes to the whole group of processes, but only the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker_problem = problem


def _run_task(task: Task) -> Batch:
    return task.run(_worker_problem)
