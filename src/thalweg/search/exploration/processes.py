"""Tasks in several processes: lost, stopped and late workers."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress

from loky import ProcessPoolExecutor
from loky.process_executor import TerminatedWorkerError

from ...landscape.records import Batch
from ...problems.problem import Problem
from .executor import Executor
from .tasks import Task
from .under_way import LOOK_EVERY, TasksUnderWay
from .worker import prepare_worker, run_task, worker_environment

_LOSSES = 5
"""Times that workers may be lost in a row, with no batch in between."""

_PATIENCE = 15.0
"""Seconds for which a worker may stand still, or be dead unnoticed, before it counts as lost."""


class Processes(Executor):
    """Several processes, each of which computes on one thread: that keeps them independent.

    A task whose worker is lost is run again by another one. Workers end with the process that started them.

    Args:
        workers: number of processes.

    Raises:
        ValueError: if `workers` is less than one.
    """

    def __init__(self, workers: int) -> None:
        self._workers = validated_workers(workers)
        self._problem: Problem | None = None
        self._pool: ProcessPoolExecutor | None = None

    def run(self, problem: Problem, tasks: Sequence[Task]) -> Iterator[Batch]:
        return self.run_as_planned(problem, iter(tasks))

    def run_as_planned(self, problem: Problem, plan: Iterator[Task | None]) -> Iterator[Batch]:
        # One more than there are workers, so that none waits while batches are merged.
        under_way = TasksUnderWay(plan, self._submit_to(problem), lambda: self._workers + 1)
        n_lost, is_again = 0, False
        while True:
            watch = _Watch(self._pool_for(problem))
            try:
                if is_again:
                    under_way.submit_again()
                for batch in under_way.batches(watch.look, watch.tell_to_stop):
                    n_lost = 0
                    yield batch
                return
            except TerminatedWorkerError as error:
                # A pool that has lost a worker takes no more tasks.
                self.close()
                if under_way.is_to_stop:
                    return
                n_lost += 1
                if n_lost == _LOSSES:
                    raise ChildProcessError(
                        f"worker processes were lost {n_lost} times in a row (killed, or out of memory?). "
                        "All before is saved. Use fewer workers, and go on with the same command."
                    ) from error
                is_again = True

    def _submit_to(self, problem: Problem) -> "Callable[[Task], Future[Batch]]":
        return lambda task: self._pool_for(problem).submit(run_task, task)

    def _pool_for(self, problem: Problem) -> ProcessPoolExecutor:
        if self._pool is None or problem is not self._problem:
            self.close()
            self._problem = problem
            self._pool = ProcessPoolExecutor(
                max_workers=self._workers,
                initializer=prepare_worker,
                initargs=(problem, os.getpid()),
                env=worker_environment(),
            )
        return self._pool

    def close(self) -> None:
        if self._pool is not None:
            _discard(self._pool)
            self._pool = None


def validated_workers(workers: int) -> int:
    """The number of workers.

    Raises:
        ValueError: if it is less than one.
    """
    if workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}.")
    return workers


class _Watch:
    """An eye on the workers of a pool."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool
        self._n_idle_looks = Counter[int]()

    def tell_to_stop(self) -> None:
        """Tell the workers to cut the tasks under way short, where signals can be sent."""
        if os.name == "posix":
            for pid in _pids(self._pool):
                _send(pid, signal.SIGINT)

    def look(self) -> None:
        """Look for workers that stand still.

        Raises:
            TerminatedWorkerError: if one does for too long.
        """
        # Looks are counted in place of seconds: while this process stood still itself nothing was to be seen.
        idle = [pid for pid in _pids(self._pool) if _is_idle(pid)]
        self._n_idle_looks = Counter({pid: self._n_idle_looks[pid] + 1 for pid in idle})
        if max(self._n_idle_looks.values(), default=0) * LOOK_EVERY > _PATIENCE:
            raise TerminatedWorkerError(f"processes {idle} stand still.")


def _pids(pool: ProcessPoolExecutor) -> list[int]:
    # The pool has no public way to ask for them.
    return [process.pid for process in list(pool._processes.values())]


def _is_idle(pid: int) -> bool:
    """Whether a process is stopped or dead, where the system tells (Linux)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] in "TtZX"
    except OSError:
        return os.path.isdir("/proc/self")


def _send(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _discard(pool: ProcessPoolExecutor) -> None:
    """End a pool and its workers at once, even if it waits for one that died in the middle of a message."""
    pids, queue = _pids(pool), pool._result_queue
    pool.shutdown(wait=False, kill_workers=True)
    if os.name == "posix":
        for pid in pids:
            _send(pid, signal.SIGKILL)
    if queue is not None:
        # The pool's own end of the pipe would keep half a message waiting for its rest.
        queue._writer.close()
