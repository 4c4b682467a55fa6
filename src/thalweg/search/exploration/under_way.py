"""Tasks under way in futures: as many as there are workers, their batches handed on in order."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass

from ...landscape.records import Batch
from .tasks import Task

LOOK_EVERY = 0.2
"""Seconds between two looks at the workers and at `should_stop` while a batch is awaited."""

GRACE = 4.0
"""Seconds for which a task that is to stop may take to hand in what it has; a compilation may take longer."""


@dataclass
class _Submitted:
    task: Task
    future: "Future[Batch]"


class TasksUnderWay:
    """Takes tasks of a plan as workers become free, and hands their batches on in the order of the tasks.

    Args:
        plan: gives the next task, None while it has to be awaited.
        submit: begins a task.
        room: how many tasks may be begun and not done, asked again and again.
    """

    def __init__(
        self,
        plan: Iterator[Task | None],
        submit: "Callable[[Task], Future[Batch]]",
        room: Callable[[], int],
    ) -> None:
        self._plan, self._submit, self._room = plan, submit, room
        self._submitted: deque[_Submitted] = deque()
        self._next: Task | None = None
        self._stopped_at: float | None = None

    def batches(
        self,
        look: Callable[[], None] = lambda: None,
        tell_to_stop: Callable[[], None] = lambda: None,
    ) -> Iterator[Batch]:
        """The batches in order; fewer if the tasks are to stop and do not in time.

        Args:
            look: called from time to time while a batch is awaited; may raise.
            tell_to_stop: called once, when tasks are to stop.
        """
        try:
            self._fill()
            while self._submitted:
                first = self._submitted[0]
                while not first.future.done():
                    self._await_any()
                    if not first.future.done():
                        look()
                        if self._is_given_up(first.task, tell_to_stop):
                            return
                    self._fill()
                batch = first.future.result()
                self._submitted.popleft()
                yield batch
                self._fill()
        finally:
            for one in self._submitted:
                one.future.cancel()

    def submit_again(self) -> None:
        """Begin all tasks again whose batches were not handed on: their workers are lost."""
        for one in self._submitted:
            one.future = self._submit(one.task)

    @property
    def is_to_stop(self) -> bool:
        """Whether the task whose batch is next is to stop."""
        task = self._submitted[0].task if self._submitted else self._next
        return task is not None and task.should_stop()

    def _fill(self) -> None:
        n_not_done = sum(not one.future.done() for one in self._submitted)
        room = self._room() - n_not_done
        while room > 0:
            # Kept until it is submitted, which fails where workers were lost.
            self._next = next(self._plan, None) if self._next is None else self._next
            if self._next is None or self._next.should_stop():
                return
            self._submitted.append(_Submitted(self._next, self._submit(self._next)))
            self._next = None
            room -= 1

    def _await_any(self) -> None:
        # One that is done makes room for another, whether its batch is next or not.
        not_done = [one.future for one in self._submitted if not one.future.done()]
        wait(not_done, timeout=LOOK_EVERY, return_when=FIRST_COMPLETED)

    def _is_given_up(self, task: Task, tell_to_stop: Callable[[], None]) -> bool:
        if not task.should_stop():
            return False
        if self._stopped_at is None:
            self._stopped_at = time.monotonic()
            tell_to_stop()
        return time.monotonic() - self._stopped_at > GRACE
