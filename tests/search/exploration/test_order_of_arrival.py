"""The landscape does not depend on how many tasks are under way, nor on which of them is done first."""

from collections import deque

import numpy as np
import pytest

import thalweg as tw
from thalweg.landscape.records import Planned, RecordedTask
from thalweg.search import Explorer, Stop
from thalweg.search.exploration.history import History
from thalweg.search.exploration.schedule import n_rounds_awaited
from thalweg.search.exploration.transition_state_tasks import PairSearch


class LastFirst(tw.search.Executor):
    """Takes many tasks ahead, and does the last one first."""

    def __init__(self, n_ahead):
        self.n_ahead, self.most_under_way = n_ahead, 0

    def run(self, problem, tasks):
        return self.run_as_planned(problem, iter(tasks))

    def run_as_planned(self, problem, plan):
        under_way, batches = deque(), {}
        while True:
            while len(under_way) < self.n_ahead and (task := next(plan, None)) is not None:
                under_way.append(task)
            if not under_way:
                return
            self.most_under_way = max(self.most_under_way, len(under_way))
            for task in reversed(under_way):
                if task not in batches:
                    batches[task] = task.run(problem)
            yield batches.pop(under_way.popleft())


class Killed(Exception):
    pass


@pytest.fixture(scope="module")
def wavy():
    """A function of many minima that compiles fast."""
    import jax.numpy as jnp

    return tw.problems.Function(
        lambda x: jnp.sum(0.02 * x**2 + jnp.sin(2 * x)) + 0.3 * jnp.sin(x[0] - 1.7 * x[1]),
        dimension=2,
        bounds=(-9.0, 9.0),
        name="wavy",
    )


METHODS = tw.Methods(
    strategies=(tw.JoinToGlobal(), tw.NearestNeighbours(2)),
    starts_per_task=2,
    searches_per_task=2,
)


def explored(problem, file, executor, batches=None):
    """Explore to the end, or break off once so many batches are recorded."""
    n_batches = 0

    def count(_):
        nonlocal n_batches
        n_batches += 1
        if n_batches == batches:
            raise Killed

    with tw.Landscape.open_or_create(problem, file) as landscape:
        with Explorer(landscape, Stop(minima=8), METHODS, executor=executor, progress=count) as run:
            run.find_minima(with_transition_states=True)
            run.find_transition_states()
        return landscape.network()


@pytest.fixture(scope="module")
def expected(wavy, tmp_path_factory):
    return explored(wavy, tmp_path_factory.mktemp("one") / "a.db", tw.search.InProcess())


def assert_same(network, expected):
    for name, values in vars(expected).items():
        if isinstance(values, np.ndarray):
            np.testing.assert_array_equal(getattr(network, name), values, err_msg=name)


@pytest.mark.parametrize("n_ahead", [5, 64])
def test_the_landscape_is_that_of_one_task_at_a_time(n_ahead, wavy, expected, tmp_path):
    executor = LastFirst(n_ahead)
    assert_same(explored(wavy, tmp_path / "a.db", executor), expected)
    assert executor.most_under_way > 4


def test_a_killed_run_goes_on_with_any_number_of_workers(wavy, expected, tmp_path):
    n_kills = 0
    while True:
        executor = LastFirst([1, 64, 3][n_kills % 3])
        try:
            network = explored(wavy, tmp_path / "a.db", executor, batches=9)
        except Killed:
            n_kills += 1
            continue
        break
    assert n_kills >= 3
    assert_same(network, expected)


def test_no_plan_waits_for_the_round_before_or_is_older_than_a_quarter():
    for first in (0, 7):
        awaited = [n_rounds_awaited(number, first) for number in range(first, first + 400)]
        assert awaited == sorted(awaited) and awaited[0] == first
        for k, n in enumerate(awaited[1:], start=1):
            assert n < first + k and n - first >= 0.75 * k - 1


def test_the_rounds_of_a_strategy_are_told_from_those_before():
    def task(number, strategy):
        return RecordedTask(
            number, PairSearch.LAW, 8 * number, 0, 1, 0, 1, Planned(number, 0, 1, strategy)
        )

    history = History(("random",), 0, [task(0, None), task(1, 0), task(2, 0)])
    assert [history.n_rounds_before(s) for s in (0, None, 1)] == [1, 3, 3]
    assert [one.is_complete for one in history.rounds] == [True] * 3


def test_how_a_task_was_planned_survives_the_file_and_damage_is_noticed():
    planned = Planned(3, 1, 8, None, ("law",))
    assert Planned.from_text(planned.to_text()) == planned
    for text in ("[]", '{"round": 1}', planned.to_text().replace("3", '"x"')):
        with pytest.raises(ValueError, match="how a task was planned"):
            Planned.from_text(text)


def test_sizes_of_tasks_that_are_none_are_refused():
    with pytest.raises(ValueError, match="starts_per_task"):
        tw.Methods(starts_per_task=0)
