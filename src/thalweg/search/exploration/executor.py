"""Where tasks run: the contract of an executor."""

import abc
from collections.abc import Iterator, Sequence

from ...landscape.records import Batch
from ...problems.problem import Problem
from .tasks import Task


class Executor(abc.ABC):
    """Runs tasks and hands their batches back in the order of the tasks.

    What an implementation has to keep:

    - Order. `run` yields exactly one batch for each task, in the order of the tasks, however many of them
      are under way at once and whichever ends first.
    - Idempotence. `task.run(problem)` gives the same batch wherever and however often it runs: a task whose
      worker was lost is run again, and which worker runs it makes no difference.
    - An early end. The caller may stop iterating at any batch; what is under way is given up then, and `run`
      may be called again.
    - Stops. Once the tasks' `should_stop` holds, those under way end soon by themselves, with what they have,
      unless they compile; others need not begin, and `run` may end early, without waiting for them.
      `should_stop` travels with a task; in another process it knows the time limit, not what was asked for
      here.
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

    def run_as_planned(self, problem: Problem, plan: Iterator[Task | None]) -> Iterator[Batch]:
        """The batch of each task of a plan, in order, where tasks are planned while others are under way.

        The plan gives None as long as the next task depends on a batch that was not taken yet. This method
        calls `run` with all tasks that are planned, again and again: that is right for every executor, but
        workers wait for the last of them each time. One that takes tasks one by one keeps them at work.
        """
        while True:
            tasks = list(planned_so_far(plan))
            if not tasks:
                return
            yield from self.run(problem, tasks)

    def close(self) -> None:  # noqa: B027 - an executor that holds nothing has nothing to free
        """Give up what is under way, and free what the executor holds."""

    def __enter__(self) -> "Executor":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def planned_so_far(plan: Iterator[Task | None]) -> Iterator[Task]:
    """The tasks of a plan up to where the next one depends on a batch that was not taken yet."""
    while (task := next(plan, None)) is not None:
        yield task
