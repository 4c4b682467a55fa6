"""Executors: order, lost workers, refused settings."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from thalweg.landscape.records import Batch
from thalweg.problems import double_well
from thalweg.search import InProcess, Processes
from thalweg.search.exploration.adaptive import executor_for
from thalweg.search.exploration.tasks import Task


def dying_tasks(mark: Path, n: int) -> list[Task]:
    # Defined here, so that it travels to the workers by value.
    @dataclass(frozen=True, eq=False)
    class Dying(Task):
        mark: str

        def law(self, problem):
            return "test"

        def _search(self, space, key):
            if self.number == 1 and not os.path.exists(self.mark):
                open(self.mark, "w").close()
                os._exit(1)
            return Batch(law="test")

    return [Dying(0, 0, i, str(mark)) for i in range(n)]


def test_a_lost_workers_task_is_run_again_and_the_order_is_kept(tmp_path):
    with Processes(2) as executor:
        batches = list(executor.run(double_well(), dying_tasks(tmp_path / "mark", 5)))
    assert (tmp_path / "mark").exists()
    assert [batch.task for batch in batches] == list(range(5))


def test_one_worker_works_here_and_none_is_refused():
    assert isinstance(executor_for(1), InProcess)
    with pytest.raises(ValueError, match="workers"):
        executor_for(0)
