"""Tasks in several processes: lost, stopped and late workers."""

import os
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress

from loky import ProcessPoolExecutor
from loky.process_executor import TerminatedWorkerError

from ...landscape.records import Batch
from ...problems.problem import Problem
from .executor import Executor
from .tasks import Task
from .worker import prepare_worker, run_task, worker_environment

_LOOK_EVERY = 0.2
"""Seconds between two looks at the workers and at `should_stop` while a batch is awaited."""

_LOSSES = 5
"""Times that workers may be lost in a row, with no batch in between."""

_PATIENCE = 15.0
"""Seconds for which a worker may stand still, or be dead unnoticed, before it counts as lost."""

_GRACE = 4.0
"""Seconds for which a task that is to stop may take to hand in what it has; a compilation may take longer."""


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
        n_done, n_lost = 0, 0
        while n_done < len(tasks):
            try:
                for batch in self._batches(self._pool_for(problem), tasks[n_done:]):
                    n_done, n_lost = n_done + 1, 0
                    yield batch
                return
            except TerminatedWorkerError as error:
                # A pool that has lost a worker takes no more tasks.
                self.close()
                if tasks[n_done].should_stop():
                    return
                n_lost += 1
                if n_lost == _LOSSES:
                    raise ChildProcessError(
                        f"worker processes were lost {n_lost} times in a row (killed, or out of memory?). "
                        "All before is saved. Use fewer workers, and go on with the same command."
                    ) from error

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

    def _batches(self, pool: ProcessPoolExecutor, tasks: Sequence[Task]) -> Iterator[Batch]:
        """Batches in order, with few tasks submitted ahead so that little work is lost at the end."""
        waiting, under_way = deque(tasks), deque[Future[Batch]]()
        watch = _Watch(pool, tasks[0].should_stop)
        try:
            while True:
                while waiting and len(under_way) <= self._workers and not waiting[0].should_stop():
                    under_way.append(pool.submit(run_task, waiting.popleft()))
                if not under_way or not watch.is_done(under_way[0]):
                    return
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()

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
    """Waits for batches, with an eye on the workers and on what asks them to stop."""

    def __init__(self, pool: ProcessPoolExecutor, should_stop: Callable[[], bool]) -> None:
        self._pool, self._should_stop = pool, should_stop
        self._n_idle_looks = Counter[int]()
        self._told: float | None = None

    def is_done(self, future: "Future[Batch]") -> bool:
        """Wait for a batch; false if it was to stop and did not in time."""
        while not wait([future], timeout=_LOOK_EVERY).done:
            self._look_for_losses()
            if self._should_stop():
                if self._told is None:
                    self._told = time.monotonic()
                    _tell_to_stop(self._pool)
                elif time.monotonic() - self._told > _GRACE:
                    return False
        return True

    def _look_for_losses(self) -> None:
        # Looks are counted in place of seconds: while this process stood still itself nothing was to be seen.
        idle = [pid for pid in _pids(self._pool) if _is_idle(pid)]
        self._n_idle_looks = Counter({pid: self._n_idle_looks[pid] + 1 for pid in idle})
        if max(self._n_idle_looks.values(), default=0) * _LOOK_EVERY > _PATIENCE:
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


def _tell_to_stop(pool: ProcessPoolExecutor) -> None:
    """Tell the workers to cut the tasks under way short, where signals can be sent."""
    if os.name == "posix":
        for pid in _pids(pool):
            _send(pid, signal.SIGINT)


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
