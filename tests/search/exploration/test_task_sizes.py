"""How much a task holds: less where a step is dear, and never by a clock."""

import numpy as np

import thalweg as tw
from thalweg.problems import muller_brown
from thalweg.search.exploration.task_sizes import TaskSizes
from thalweg.search.steps import batching
from thalweg.search.steps.newton import Newton
from thalweg.search.steps.pace import Pace
from thalweg.search.steps.rule import Status
from thalweg.search.walks.walk import walk

RANDOM = np.random.default_rng(0)


def network(n_rows):
    x, y = RANDOM.normal(size=(n_rows, 2)), RANDOM.integers(0, 2, n_rows)
    return tw.problems.NeuralNetwork.from_data(x, y, hidden=(5,), l2=1e-4)


def sizes(problem):
    return TaskSizes.usual(problem, 16)


def test_a_problem_of_a_usual_size_fills_a_task():
    assert sizes(network(3200)) == sizes(muller_brown()) == TaskSizes(64, 32)


def test_the_dearer_a_step_the_less_a_task_holds():
    some, many = sizes(network(50_000)), sizes(network(500_000))
    assert 1 <= many.starts < some.starts < 64
    assert 1 <= many.searches <= some.searches < 32


def test_other_data_of_the_same_shape_make_no_difference():
    assert sizes(network(50_000)) == sizes(network(50_000))


def test_an_accelerator_gets_many_at_once():
    assert TaskSizes.usual(network(100), 4096) == TaskSizes(4096, 512)


def test_where_a_step_is_dear_the_first_walkers_come_to_an_end_before_others_begin(monkeypatch):
    monkeypatch.setattr(batching, "_AT_ONCE", 1.0)
    # One step a question, as where a step takes longer than a look at the clock.
    monkeypatch.setattr(Pace, "_adapt", lambda self, n, seconds: None)
    starts = np.random.default_rng(0).uniform(-1.0, 1.0, size=(16, 2))
    questions = iter(range(60))
    result = walk(
        muller_brown(), starts, Newton(), should_stop=lambda: next(questions, None) is None
    )
    is_done = result.status != Status.STOPPED
    n_done = int(is_done.sum())
    assert 0 < n_done < len(starts) and is_done[:n_done].all()
