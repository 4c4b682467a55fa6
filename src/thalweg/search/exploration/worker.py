"""What a worker process does: it prepares itself, runs tasks, and ends with the process that started it."""

import dataclasses
import multiprocessing
import os
import signal
import sys
import threading
import time
from types import FrameType

from ...compiled_programs import SINGLE_THREAD_FLAG, cache_settings
from ...landscape.records import Batch
from ...problems.problem import Problem
from .tasks import Task

_LOOK_FOR_PARENT_EVERY = 1.0
_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux."""


def worker_environment() -> dict[str, str]:
    """Environment variables of a worker: one thread of a CPU, and what others have compiled."""
    flags = os.environ.get("XLA_FLAGS", "")
    return {
        "XLA_FLAGS": f"{flags} {SINGLE_THREAD_FLAG}".strip(),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "NPROC": "1",
        "JAX_PLATFORMS": "cpu",
        **cache_settings(),
    }


class _Worker:
    """What a worker process knows: its problem, and whether it was told to cut its task short."""

    problem: Problem | None = None
    is_told_to_stop = False


def prepare_worker(problem: Problem, parent: int) -> None:
    """Make this process a worker of the process `parent`."""
    # Ctrl-C and SIGTERM may go to the whole group of processes, but only the parent decides what they mean.
    # It hands Ctrl-C on to say that the task under way is to be cut short.
    signal.signal(signal.SIGINT, _note)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    end_with(parent)
    _Worker.problem = problem


def run_task(task: Task) -> Batch:
    """The batch of a task, on the worker's problem."""
    if _Worker.problem is None:
        raise RuntimeError("a worker was given a task before its problem. Please report this.")
    _Worker.is_told_to_stop = False
    should_stop = task.should_stop
    task = dataclasses.replace(task, should_stop=lambda: _Worker.is_told_to_stop or should_stop())
    return task.run(_Worker.problem)


def _note(_number: int, _frame: FrameType | None) -> None:
    _Worker.is_told_to_stop = True


def end_with(parent: int) -> None:
    """Let this process end when its parent does, however that ends; a worker alone would wait for ever."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    # The parent may have ended before, and other systems have no such signal.
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    if os.name == "posix":
        while os.getppid() == parent:
            time.sleep(_LOOK_FOR_PARENT_EVERY)
    else:
        process = multiprocessing.parent_process()
        if process is not None:
            process.join()
    os._exit(1)
