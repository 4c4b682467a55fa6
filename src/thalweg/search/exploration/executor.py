"""Where tasks run: in this process, or in one process for each core."""

import abc
import os
import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future

import jax
from loky import ProcessPoolExecutor
from loky.process_executor import TerminatedWorkerError

from ...landscape.records import Batch
from ...problems.problem import Problem
from .tasks import Task

SINGLE_THREAD_FLAG = "--xla_cpu_multi_thread_eigen=false"
"""Of XLA: many small walkers, each on one thread, are faster and the same on any number of cores."""

_PATIENCE = 4.0
"""Seconds of work after which it pays to start processes: about what they take to be ready."""

_RETRIES = 3


class Executor(abc.ABC):
    """Runs tasks and hands their batches back in the order of the tasks.

    What an implementation has to keep:

    - Order. `run` yields exactly one batch for each task, in the order of the tasks, however many of them
      are under way at once and whichever ends first.
    - Idempotence. `task.run(problem)` gives the same batch wherever and however often it runs: a task whose
      worker was lost is run again, and which worker runs it makes no difference.
    - An early end. The caller may stop iterating at any batch; what is under way is given up then, and `run`
      may be called again.
    - Failure. An exception of a task is raised by the iterator when its turn comes.
    - `close` gives up what is under way and frees what the executor holds. It may be called more than once.

    Whoever makes an executor closes it, best by a `with` block: `explore` and `connect` leave the one that
    they are given open, so that it can serve several landscapes. One thread at a time calls it.
    """

    @abc.abstractmethod
    def run(self, problem: Problem, tasks: Sequence[Task]) -> Iterator[Batch]:
        """The batch of each task, in order, each as soon as it and all before it are done.

        The problem is the same object in all calls of one exploration: it need be sent to a worker only once.
        """

    def close(self) -> None:  # noqa: B027 - an executor that holds nothing has nothing to free
        """Give up what is under way, and free what the executor holds."""

    def __enter__(self) -> "Executor":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class InProcess(Executor):
    """One task after the other, in this process."""

    def run(self, problem: Problem, tasks: Sequence[Task]) -> Iterator[Batch]:
        for task in tasks:
            yield task.run(problem)


class Processes(Executor):
    """Several processes, each of which computes on one thread: that keeps them independent.

    Args:
        workers: number of processes.

    Raises:
        ValueError: if `workers` is less than one.
    """

    def __init__(self, workers: int) -> None:
        self._workers = _validated_workers(workers)
        self._problem: Problem | None = None
        self._pool: ProcessPoolExecutor | None = None

    def run(self, problem: Problem, tasks: Sequence[Task]) -> Iterator[Batch]:
        n_done = 0
        for attempt in range(_RETRIES):
            try:
                for batch in self._batches(self._pool_for(problem), tasks[n_done:]):
                    n_done += 1
                    yield batch
                return
            except TerminatedWorkerError:
                if attempt == _RETRIES - 1:
                    raise
                # A pool that has lost a worker takes no more tasks.
                self._pool = None

    def _pool_for(self, problem: Problem) -> ProcessPoolExecutor:
        if self._pool is None or problem is not self._problem:
            self.close()
            self._problem = problem
            self._pool = ProcessPoolExecutor(
                max_workers=self._workers,
                initializer=_prepare_worker,
                initargs=(problem,),
                env=_single_thread_settings(),
            )
        return self._pool

    def _batches(self, pool: ProcessPoolExecutor, tasks: Sequence[Task]) -> Iterator[Batch]:
        """Batches in order, with few tasks submitted ahead so that little work is lost at the end."""
        waiting, under_way = deque(tasks), deque[Future[Batch]]()
        try:
            while waiting or under_way:
                while waiting and len(under_way) <= self._workers:
                    under_way.append(pool.submit(_run_task, waiting.popleft()))
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, kill_workers=True)
            self._pool = None


class Adaptive(Executor):
    """Runs tasks in this process first, and in worker processes once the work proves long."""

    def __init__(self, workers: int) -> None:
        self._in_process, self._processes = InProcess(), Processes(workers)
        self._seconds = 0.0

    def run(self, problem: Problem, tasks: Sequence[Task]) -> Iterator[Batch]:
        for n_done, task in enumerate(tasks):
            if self._seconds > _PATIENCE:
                yield from self._processes.run(problem, tasks[n_done:])
                return
            began = time.perf_counter()
            batch = next(self._in_process.run(problem, [task]))
            self._seconds += time.perf_counter() - began
            yield batch

    def close(self) -> None:
        self._processes.close()


def executor_for(workers: int | None = None) -> Executor:
    """The executor for `workers` processes; as many as there are free cores if None.

    With an accelerator everything runs in this process.

    Raises:
        ValueError: if `workers` is less than one.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    workers = _validated_workers((cores or 1) if workers is None else workers)
    # An accelerator is fed by one process with many lanes.
    is_alone = workers == 1 or jax.default_backend() != "cpu"
    return InProcess() if is_alone else Adaptive(workers)


def _validated_workers(workers: int) -> int:
    if workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}.")
    return workers


def _single_thread_settings() -> dict[str, str]:
    flags = os.environ.get("XLA_FLAGS", "")
    return {
        "XLA_FLAGS": f"{flags} {SINGLE_THREAD_FLAG}".strip(),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "NPROC": "1",
        "JAX_PLATFORMS": "cpu",
    }


_worker_problem: Problem | None = None


def _prepare_worker(problem: Problem) -> None:
    global _worker_problem
    # Ctrl-C goes to the whole group of processes, but only the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker_problem = problem


def _run_task(task: Task) -> Batch:
    if _worker_problem is None:
        raise RuntimeError("a worker was given a task before its problem. Please report this.")
    return task.run(_worker_problem)
