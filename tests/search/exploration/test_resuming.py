"""A run that is broken off, wherever, goes on to the same landscape as one that is not."""

import dataclasses
import json
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from typer.testing import CliRunner

import thalweg as tw
from thalweg.cli.app import app
from thalweg.landscape.end_reason import EndReason
from thalweg.landscape.records import RecordedTask
from thalweg.problems import muller_brown, schwefel
from thalweg.search import Explorer, Stop
from thalweg.search.exploration.history import History
from thalweg.search.exploration.task_sizes import TaskSizes
from thalweg.search.exploration.transition_state_tasks import PairSearch, UphillSearch


class Killed(Exception):
    pass


def explore(file, problem, stop, strategies, *, batches=None):
    """Explore until the end, or break off once so many batches are recorded."""
    n_batches = 0

    def count(_):
        nonlocal n_batches
        n_batches += 1
        if n_batches == batches:
            raise Killed

    methods = tw.Methods(strategies=strategies)
    with (
        tw.Landscape.open_or_create(problem, file) as landscape,
        Explorer(landscape, stop, methods, workers=1, progress=count) as run,
    ):
        run.find_minima(with_transition_states=True)
        run.find_transition_states()
    return run.outcome


def rows(file, problem):
    with tw.Landscape.open(file, problem) as landscape:
        network = landscape.network()
        attempts = landscape.attempts(tw.search.DoubleEnded().label)
        single = landscape.attempts(tw.search.SingleEnded().label)
        return dataclasses.asdict(network), attempts, single, landscape.counts()


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


def small_tasks(monkeypatch):
    monkeypatch.setattr(TaskSizes, "usual", lambda problem, backend: TaskSizes(2, 2))


STRATEGIES = (tw.JoinToGlobal(), tw.NearestNeighbours(2))


@pytest.mark.parametrize(
    ("stop", "every"),
    [
        pytest.param(Stop(minima=8), 2, id="by the count"),
        pytest.param(Stop(minima=14), 4, id="seldom", marks=pytest.mark.slow),
        pytest.param(Stop(minima=500, coverage=0.5), 3, id="by the coverage"),
    ],
)
def test_a_run_that_is_broken_off_again_and_again_ends_as_one_that_is_not(
    stop, every, wavy, tmp_path, monkeypatch
):
    small_tasks(monkeypatch)
    outcome = explore(tmp_path / "a.db", wavy, stop, STRATEGIES)
    expected = rows(tmp_path / "a.db", wavy)
    n_kills = 0
    while True:
        try:
            resumed = explore(tmp_path / "b.db", wavy, stop, STRATEGIES, batches=every)
        except Killed:
            n_kills += 1
            continue
        break
    assert n_kills >= 4
    network, *others = rows(tmp_path / "b.db", wavy)
    for name, values in expected[0].items():
        np.testing.assert_array_equal(network[name], values, err_msg=name)
    assert others == list(expected[1:])
    assert (resumed.reason, resumed.joined) == (outcome.reason, outcome.joined)


def test_idle_quenches_are_remembered(tmp_path, monkeypatch):
    monkeypatch.setattr("thalweg.search.exploration.minima_rule._IDLE_QUENCHES", 40)
    monkeypatch.setattr(TaskSizes, "usual", lambda problem, backend: TaskSizes(8, 32))
    slope = tw.problems.Function(lambda x: x[0] + x[1] ** 2, dimension=2, name="slope")
    for _ in range(5):
        with pytest.raises(Killed):
            explore(tmp_path / "a.db", slope, Stop(), STRATEGIES, batches=1)
    outcome = explore(tmp_path / "a.db", slope, Stop(), STRATEGIES)
    assert outcome.reason is EndReason.NOTHING_NEW and outcome.quenches == 48
    # What ended by itself is done: the next run begins to count anew.
    assert explore(tmp_path / "a.db", slope, Stop(), STRATEGIES).quenches == 48


def test_a_change_of_strategies_in_the_middle_of_a_round_is_taken_as_it_is(tmp_path, monkeypatch):
    small_tasks(monkeypatch)
    problem = muller_brown()
    with pytest.raises(Killed):
        explore(tmp_path / "a.db", problem, Stop(minima=3), (tw.NearestNeighbours(2),), batches=2)
    outcome = explore(tmp_path / "a.db", problem, Stop(minima=3), (tw.JoinToGlobal(),))
    assert outcome.joined == outcome.joinable == 3


def test_a_history_tells_rounds_apart_and_counts_what_came_of_them():
    def task(law, number, new, steps):
        return RecordedTask(number, law, number, new, 10, 2, steps)

    history = History(
        ("random",),
        4,
        [
            *(task("random", n, 1, 10) for n in range(8)),
            task(UphillSearch.LAW, 0, 0, 10),
            task(UphillSearch.LAW, 1, 3, 10),
            task(PairSearch.LAW, 0, 0, 10),
            task("random, cut short", 8, 5, 10),
            task("random", 9, 0, 10),
        ],
    )
    assert [(one.is_random, len(one.tasks)) for one in history.rounds] == [
        (True, 8),
        (False, 3),
        (True, 1),
    ]
    assert not history.rounds[-1].is_complete and history.rounds[0].is_complete
    assert (history.new_per_step(True), history.new_per_step(False)) == (0.0, 0.1)
    assert (history.n_minima, history.n_idle_quenches) == (15, 20)
    assert (history.n_quenches, history.n_flat) == (120, 18)
    assert history.n_tasks_until(lambda n_minima, _: n_minima >= 12) == 8
    assert history.n_tasks_until(lambda _, n_idle: n_idle >= 100) is None
    assert history.first(8).n_minima == 12 and history.n_tasks_up_to_random() == 12


def test_minima_look_for_what_was_wanted_before_the_kill(tmp_path):
    file = tmp_path / "a.db"
    tw.explore(schwefel(2), file, minima=5, connect=False, workers=1).close()

    def wanted():
        result = CliRunner().invoke(app, ["minima", str(file), "--more", "2", "--workers", "1"])
        assert result.exit_code == 0, result.output
        with closing(sqlite3.connect(file)) as connection, connection:
            rows = connection.execute("SELECT settings FROM runs ORDER BY id").fetchall()
            # As a kill leaves it, after the last batch or before.
            unfinished = json.dumps({"reason": "unfinished"})
            connection.execute(
                "UPDATE runs SET outcome = ?, checksum = NULL WHERE id > 1", (unfinished,)
            )
        return json.loads(rows[-1][0])["stop"]["minima"]

    assert wanted() == wanted() == wanted()
