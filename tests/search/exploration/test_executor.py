"""Executors: order, lost workers, refused settings."""

import os
import pickle
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from thalweg.landscape.records import Batch
from thalweg.problems import Function, double_well
from thalweg.search import Futures, InProcess, Processes
from thalweg.search.exploration.adaptive import executor_for
from thalweg.search.exploration.futures import as_executor
from thalweg.search.exploration.in_thread import InThread
from thalweg.search.exploration.tasks import Task
from thalweg.search.exploration.worker import worker_environment
from thalweg.search.steps.device import Device


def dying_tasks(folder: Path, signals: dict[int, list[int]], n: int) -> list[Task]:
    # Defined here, so that it travels to the workers by value.
    @dataclass(frozen=True, eq=False)
    class Dying(Task):
        folder: str
        signals: dict[int, list[int]]

        def law(self, problem):
            return "test"

        def _search(self, space, key):
            for i, number in enumerate(self.signals.get(self.number, [])):
                mark = f"{self.folder}/{self.number}-{i}"
                if not os.path.exists(mark):
                    open(mark, "w").close()
                    os.kill(os.getpid(), number)
                    break
            return Batch(law="test")

    return [Dying(0, 0, i, str(folder), signals) for i in range(n)]


def test_tasks_of_lost_workers_are_run_again_and_the_order_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("thalweg.search.exploration.processes._PATIENCE", 1.0)
    # Two are killed, at once as a rule, and one stands still for good.
    signals = {1: [signal.SIGKILL], 2: [signal.SIGKILL], 3: [signal.SIGSTOP]}
    with Processes(2) as executor:
        batches = list(executor.run(double_well(), dying_tasks(tmp_path, signals, 5)))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["1-0", "2-0", "3-0"]
    assert [batch.task for batch in batches] == list(range(5))


def test_workers_that_are_lost_again_and_again_are_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr("thalweg.search.exploration.processes._LOSSES", 2)
    done = []
    with (
        Processes(1) as executor,
        pytest.raises(ChildProcessError, match=r"lost 2 times .* All before is saved"),
    ):
        tasks = dying_tasks(tmp_path, {1: [signal.SIGKILL] * 9}, 3)
        done.extend(batch.task for batch in executor.run(double_well(), tasks))
    assert len(list(tmp_path.iterdir())) == 2


def test_any_pool_of_futures_is_an_executor_and_a_worker_unpacks_a_problem_once(monkeypatch):
    unpacked, loads = [], pickle.loads
    monkeypatch.setattr(pickle, "loads", lambda content: unpacked.append(1) or loads(content))
    mine = InProcess()
    assert as_executor(mine) is mine
    with ThreadPoolExecutor(1) as pool:
        executor = as_executor(pool)
        # A name that no other test has sent.
        problem = Function(lambda x: (x[0] - 0.123) ** 2, dimension=1, name="sent")
        batches = list(executor.run(problem, dying_tasks(Path(), {}, 3)))
    assert [batch.task for batch in batches] == [0, 1, 2]
    assert len(unpacked) == 1 + 3
    with pytest.raises(ValueError, match="workers"):
        Futures(pool, workers=0)


def test_worker_processes_are_told_where_compiled_programs_are_kept(monkeypatch, tmp_path):
    monkeypatch.delenv("JAX_COMPILATION_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = Path(worker_environment()["JAX_COMPILATION_CACHE_DIR"])
    assert folder.is_relative_to(tmp_path / "thalweg")
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", "elsewhere")
    assert worker_environment()["JAX_COMPILATION_CACHE_DIR"] == "elsewhere"


def test_one_worker_works_here_and_none_is_refused():
    assert isinstance(executor_for(1), InProcess)
    assert isinstance(executor_for(8, Device("gpu", "some")), InThread)
    with pytest.raises(ValueError, match="workers"):
        executor_for(0)


@dataclass(frozen=True, eq=False)
class Waiting(Task):
    """Notes that it began; the second one waits to be told that the first one's batch was taken."""

    began: list
    is_taken: threading.Event

    def law(self, problem):
        return "test"

    def _search(self, space, key):
        self.began.append(threading.current_thread())
        if self.number == 1:
            assert self.is_taken.wait(60)
        while self.number == 2 and not self.should_stop():
            pass
        return Batch(law="test")


def test_a_thread_computes_the_next_task_while_a_batch_is_recorded():
    began, is_taken = [], threading.Event()
    with InThread() as executor:
        batches = executor.run(double_well(), [Waiting(0, 0, n, began, is_taken) for n in range(3)])
        assert next(batches).task == 0
        # Here a batch would be recorded; the next task ends only after that.
        is_taken.set()
        assert next(batches).task == 1
        # The third never ends by itself: it is given up, or `close` would wait for ever.
        batches.close()
    assert threading.current_thread() not in began
