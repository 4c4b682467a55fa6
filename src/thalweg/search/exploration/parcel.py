"""What is sent to a worker process anywhere: a problem, a task and the settings to compute with."""

import hashlib
import os
import pickle
import platform
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import cloudpickle

from ...compiled_programs import SINGLE_THREAD_FLAG, cache_settings, keep_compiled_programs
from ...landscape.records import Batch
from ...problems.problem import Problem
from .tasks import Task

_PROBLEMS_KEPT = 4


@dataclass(frozen=True)
class TaskParcel:
    """A task on its way.

    Attributes:
        task: pickled.
        problem: digest of the pickled problem that it goes with.
        sender: machine and process; what runs there needs no settings.
        flags: of XLA, which is told them before it is first used.
        cache: settings of the cache of compiled programs.
    """

    task: bytes
    problem: str
    sender: tuple[str, int]
    flags: str
    cache: Mapping[str, str]


@dataclass(frozen=True)
class Parcel:
    """A problem on its way.

    Attributes:
        content: the pickled problem.
        digest: by which a worker knows whether it has it.
    """

    content: bytes
    digest: str

    @classmethod
    def of(cls, problem: Problem) -> "Parcel":
        """The parcel of a problem; functions of the user's own travel by value."""
        content = cloudpickle.dumps(problem)
        return cls(content, hashlib.sha256(content).hexdigest())

    def with_task(self, task: Task) -> TaskParcel:
        """A task to be run on this problem."""
        return TaskParcel(
            cloudpickle.dumps(task), self.digest, _here(), SINGLE_THREAD_FLAG, cache_settings()
        )


class _Here:
    """What this process has been sent."""

    problems: ClassVar[OrderedDict[str, Problem]] = OrderedDict()
    is_prepared = False


def run_parcel(content: bytes, parcel: TaskParcel) -> Batch:
    """The batch of a task, in the worker that it was sent to.

    Args:
        content: the pickled problem.
        parcel: the task.
    """
    _prepare(parcel)
    problem = _Here.problems.get(parcel.problem)
    if problem is None:
        # The same object each time: programs compiled for it are used again.
        problem = _Here.problems[parcel.problem] = pickle.loads(content)
        while len(_Here.problems) > _PROBLEMS_KEPT:
            _Here.problems.popitem(last=False)
    task: Task = pickle.loads(parcel.task)
    return task.run(problem)


def _here() -> tuple[str, int]:
    return platform.node(), os.getpid()


def _prepare(parcel: TaskParcel) -> None:
    """Compute as other workers do, and keep what is compiled; what is set here already stays."""
    if _Here.is_prepared or parcel.sender == _here():
        return
    _Here.is_prepared = True
    flags = os.environ.get("XLA_FLAGS", "")
    if parcel.flags.partition("=")[0] not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {parcel.flags}".strip()
    keep_compiled_programs(parcel.cache)
