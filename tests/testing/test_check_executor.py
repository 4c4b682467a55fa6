"""Every executor keeps the contract; one that loses the order, a failure or a task is caught."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from thalweg.problems import muller_brown
from thalweg.search import Executor, Futures, InProcess, Processes
from thalweg.search.exploration.adaptive import Adaptive
from thalweg.search.exploration.in_thread import InThread
from thalweg.testing import ContractError, check_executor


@pytest.mark.parametrize(
    "make",
    [
        InProcess,
        lambda: Processes(2),
        # It is the one in process, and from where the processes are.
        pytest.param(lambda: Adaptive(2), marks=pytest.mark.slow),
        InThread,
        lambda: Futures(ThreadPoolExecutor(2), workers=2),
    ],
    ids=["in process", "processes", "adaptive", "in a thread", "threads"],
)
def test_executors_keep_the_contract(make):
    check_executor(make, problem=muller_brown())


class Reversed(Executor):
    def run(self, problem, tasks):
        for task in reversed(tasks):
            yield task.run(problem)


class Swallows(InProcess):
    def run(self, problem, tasks):
        try:
            yield from super().run(problem, tasks)
        except ArithmeticError:
            return


class Repeats(InProcess):
    """Runs each task under the number of the first."""

    def run(self, problem, tasks):
        for _ in tasks:
            yield tasks[0].run(problem)


@pytest.mark.parametrize(
    ("make", "item"),
    [
        (Reversed, "batches are those of their tasks, in order"),
        (Swallows, "a failure is raised in its turn"),
        (Repeats, "a task may run again"),
    ],
)
def test_a_broken_executor_is_caught(make, item):
    with pytest.raises(ContractError) as caught:
        check_executor(make)
    assert item in caught.value.items
