"""The contract of an executor: order, idempotence, failures, and the same landscape wherever tasks run."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import PRNGKeyArray

from ..landscape.records import Batch
from ..problems import double_well
from ..problems.problem import Problem
from ..search.exploration.executor import Executor
from ..search.exploration.explore import explore
from ..search.exploration.tasks import RandomStarts, Task
from ..search.search_space import SearchSpace
from .checklist import Checklist

_N_TASKS = 6
_STARTS_PER_TASK = 4

_ROUNDING = 1e-9
"""Compiled for one thread or several, the same sums may round differently in the last bits."""


def check_executor(make: Callable[[], Executor], *, problem: Problem | None = None) -> None:
    """Check that an executor hands back what tasks give, in order, wherever they run.

    Args:
        make: gives a new executor, which is closed here.
        problem: what is searched; a double well, which compiles in seconds, by default.

    Raises:
        ContractError: listing every item that fails.
    """
    problem = double_well() if problem is None else problem
    tasks = [RandomStarts(0, 0, i, _STARTS_PER_TASK, None) for i in range(_N_TASKS)]
    expected_batches = [task.run(problem) for task in tasks]
    with Checklist("the executor") as checklist:
        with checklist.item("run", "yield the batch of every task"), make() as executor:
            _check_order(checklist, executor, problem, tasks, expected_batches)
            _check_early_end(checklist, executor, problem, tasks)
            _check_failure(checklist, executor, problem, tasks)
        with checklist.item("close", "closing twice must do nothing"):
            with make() as unused:
                pass
            unused.close()
        with checklist.item("explore", "an exploration must run to its end"):
            _check_landscape(checklist, make, problem)


def _check_order(
    checklist: Checklist,
    executor: Executor,
    problem: Problem,
    tasks: list[RandomStarts],
    expected_batches: list[Batch],
) -> None:
    checklist.require(
        list(executor.run(problem, [])) == [],
        "no tasks, no batches",
        "something came back for nothing",
        "yield exactly one batch for each task",
    )
    for item in ("batches are those of their tasks, in order", "a task may run again"):
        batches = list(executor.run(problem, tasks))
        off = _difference(batches, expected_batches)
        checklist.require(
            off <= _ROUNDING,
            item,
            f"tasks {[batch.task for batch in batches]} of {_N_TASKS} came back, losses off by {off:.3g}",
            "yield `task.run(problem)` in the order of the tasks, whichever ends first",
        )


def _check_early_end(
    checklist: Checklist, executor: Executor, problem: Problem, tasks: list[RandomStarts]
) -> None:
    batches = executor.run(problem, tasks)
    first = next(batches)
    del batches
    later = next(iter(executor.run(problem, tasks[3:])))
    checklist.require(
        (first.task, later.task) == (0, 3),
        "a run may be left early",
        f"batches {first.task} and {later.task} came, not 0 and 3",
        "give up what is under way when the iterator is dropped, and serve the next call",
    )


def _check_failure(
    checklist: Checklist, executor: Executor, problem: Problem, tasks: list[RandomStarts]
) -> None:
    before = list[int]()
    failure = "nothing was raised"
    try:
        for batch in executor.run(problem, [tasks[0], _FailingTask(0, 0, 1)]):
            before.append(batch.task)
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"
    checklist.require(
        before == [0] and "on purpose" in failure,
        "a failure is raised in its turn",
        f"after the batches {before}: {failure}",
        "raise the exception of a task where its batch would have come",
    )


@dataclass(frozen=True, eq=False)
class _FailingTask(Task):
    def law(self, problem: Problem) -> str:
        return "failing"

    def _search(self, space: SearchSpace, key: PRNGKeyArray) -> Batch:
        raise ArithmeticError("failed on purpose")


def _check_landscape(checklist: Checklist, make: Callable[[], Executor], problem: Problem) -> None:
    with make() as executor:
        landscapes = [
            explore(problem, minima=20, workers=1, progress=False),
            explore(problem, minima=20, executor=executor, progress=False),
        ]
    here, there = (landscape.network() for landscape in landscapes)
    checklist.require(
        np.array_equal(here.edges, there.edges)
        and np.array_equal(here.hits, there.hits)
        and bool(np.allclose(here.losses, there.losses, atol=_ROUNDING)),
        "the landscape does not depend on the executor",
        f"{there.n_minima} minima and {there.n_transition_states} transition states, not "
        f"{here.n_minima} and {here.n_transition_states}",
        "yield batches in the order of the tasks, and run each task once",
    )


def _difference(batches: list[Batch], expected_batches: list[Batch]) -> float:
    """Largest difference of the losses; infinite if they are not the batches of the same tasks."""
    if [(b.law, b.seed, b.task) for b in batches] != [
        (b.law, b.seed, b.task) for b in expected_batches
    ]:
        return float("inf")
    off = 0.0
    for batch, other in zip(batches, expected_batches, strict=True):
        if len(batch.minima) != len(other.minima):
            return float("inf")
        pairs = zip(batch.minima, other.minima, strict=True)
        off = max([off, *(abs(one.loss - two.loss) for one, two in pairs)])
    return off
