"""Tasks in any `concurrent.futures.Executor`: of the standard library, of MPI, of a queueing system."""

from collections.abc import Callable, Iterator, Sequence
from concurrent import futures

from ...landscape.records import Batch
from ...problems.problem import Problem
from .executor import Executor
from .parcel import Parcel, run_parcel
from .processes import validated_workers
from .tasks import Task
from .under_way import TasksUnderWay

_NO_LIMIT = 1 << 20
"""Tasks under way where the number of workers is not known: all that are planned."""


class Futures(Executor):
    """Tasks in a pool of workers that takes functions by `submit` and gives futures.

    Each task travels with the problem, which a worker process unpacks once and keeps. Where a worker is lost,
    the pool has to run its task again, or raises: all before is recorded then, and the same call goes on.

    Args:
        pool: which runs the tasks; whoever made it shuts it down.
        workers: how many tasks it runs at once; if None, all that are planned are submitted.

    Raises:
        ValueError: if `workers` is less than one.
    """

    def __init__(self, pool: futures.Executor, workers: int | None = None) -> None:
        self._pool = pool
        self._workers = None if workers is None else validated_workers(workers)
        self._parcel: tuple[Problem, Parcel] | None = None

    def run(self, problem: Problem, tasks: Sequence[Task]) -> Iterator[Batch]:
        return self.run_as_planned(problem, iter(tasks))

    def run_as_planned(self, problem: Problem, plan: Iterator[Task | None]) -> Iterator[Batch]:
        return TasksUnderWay(plan, self._submit_to(problem), self._room).batches()

    def _submit_to(self, problem: Problem) -> "Callable[[Task], futures.Future[Batch]]":
        """How a task is submitted."""
        parcel = self._parcel_of(problem)
        return lambda task: self._pool.submit(run_parcel, parcel.content, parcel.with_task(task))

    def _parcel_of(self, problem: Problem) -> Parcel:
        if self._parcel is None or self._parcel[0] is not problem:
            self._parcel = (problem, Parcel.of(problem))
        return self._parcel[1]

    def _room(self) -> int:
        """How many tasks may be begun and not done: one more than workers, so that none waits."""
        return _NO_LIMIT if self._workers is None else self._workers + 1


def as_executor(executor: Executor | futures.Executor) -> Executor:
    """The executor itself, or one over a pool of futures."""
    return executor if isinstance(executor, Executor) else Futures(executor)
