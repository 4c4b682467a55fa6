"""Saddles of higher index, and exploring until everything is known."""

import contextlib
import dataclasses
import itertools
import sqlite3
from contextlib import closing

import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.landscape.end_reason import EndReason
from thalweg.landscape.outcome import RunOutcome
from thalweg.landscape.records import Batch, Minimum, Pathway, Saddle, TransitionState
from thalweg.problems import NeuralNetwork
from thalweg.search import EigenvectorFollowing, Explorer, GradientZero, Stop
from thalweg.search.exploration import completion, planner
from thalweg.search.exploration.outlook import with_network
from thalweg.search.exploration.task_sizes import TaskSizes
from thalweg.search.walks.walk import walk


def _double_wells(x):
    return jnp.sum((x**2 - 1) ** 2)


@pytest.fixture(scope="module")
def wells():
    """A double well in each of three coordinates: 27 points, minima at ±1 and maxima at 0 in each."""
    return tw.problems.Function(_double_wells, dimension=3, start_width=1.0)


@pytest.fixture(scope="module")
def landscape(wells):
    with few_walks():
        landscape = tw.Landscape.create(wells)
        tw.find_saddles(landscape, (2, 3), workers=1)
        return landscape


@contextlib.contextmanager
def few_walks():
    """Small landscapes need few walks until nothing new is to be expected."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(completion, "_IDLE_WALKS", 96)
        patch.setattr(planner, "_WALKS_PER_TASK", 8)
        yield


def _expected(index):
    """Points with so many coordinates at a maximum."""
    grid = itertools.product((0.0, 1.0, -1.0), repeat=3)
    return {x for x in grid if sum(v == 0 for v in x) == index}


def _places(points):
    return {tuple(float(v) + 0.0 for v in np.round(p.coordinates, 6)) for p in points}


@pytest.mark.parametrize("index", [2, 3])
def test_every_saddle_of_the_wanted_indices_is_stored_once(landscape, index):
    points = [p for p in landscape.saddles() if p.index == index]
    assert _places(points) == _expected(index)
    assert len(points) == len(_expected(index))


def test_saddles_are_no_part_of_the_network(landscape):
    assert landscape.n_saddles == len(_expected(2)) + len(_expected(3))
    assert (landscape.n_minima, landscape.n_transition_states) == (0, 0)
    assert landscape.network().n_minima == 0


def test_the_search_for_saddles_ends_by_itself_and_says_so(landscape):
    assert landscape.outcome().reason is EndReason.NOTHING_NEW_WALKS
    assert "nothing new in" in str(landscape.outcome())


def test_following_two_modes_uphill_leads_to_points_of_index_two_alone(wells):
    starts = np.random.default_rng(1).normal(size=(16, 3))
    result = walk(wells, starts, EigenvectorFollowing(index=2))
    assert result.converged.sum() >= 8
    n_negative = (result.spectrum[result.converged] < 0).sum(axis=1)
    assert (n_negative == 2).all()
    # The gradient 4 x (x² − 1) has no other zeros.
    assert np.isin(np.abs(result.x[result.converged]).round(8), (0, 1)).all()


def test_newtons_steps_lead_to_points_of_any_index(wells):
    starts = np.random.default_rng(2).normal(size=(64, 3))
    result = walk(wells, starts, GradientZero())
    indices = (result.spectrum[result.converged] < 0).sum(axis=1)
    assert set(indices.tolist()) == {0, 1, 2, 3}


@pytest.mark.parametrize("indices", [(1,), (2, 4), ()])
def test_an_index_that_no_saddle_has_is_refused(landscape, indices):
    with pytest.raises(ValueError, match=r"index must be a whole number|at least one index"):
        tw.find_saddles(landscape, indices)


def test_saddles_of_a_piecewise_smooth_loss_are_refused():
    problem = tw.problems.KMeans(np.random.default_rng(0).normal(size=(12, 2)), n_clusters=3)
    with pytest.raises(ValueError, match="smooth loss"):
        tw.find_saddles(tw.Landscape.create(problem), (2,))


def test_a_point_that_is_no_saddle_is_not_stored_as_one(landscape):
    saddle = landscape.saddles()[0]
    minimum = dataclasses.replace(saddle, spectrum=np.abs(saddle.spectrum))
    batch = Batch(law="test", saddles=(Saddle(**vars(minimum)),))
    with pytest.raises(tw.landscape.errors.NotAMinimum):
        landscape.record(batch, landscape.start_run("test", {}, 0))


# ---- until everything is known ------------------------------------------------------------------


def exclusive_or():
    """Two hidden units: by brute force 7 minima, 20 transition states and 10 points of index two."""
    x = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    return NeuralNetwork.from_data(x, np.array([0, 1, 1, 0]), hidden=(2,), l2=0.01)


@pytest.mark.slow
def test_complete_xor_has_every_minimum_transition_state_and_saddle():
    landscape = tw.explore(exclusive_or(), complete=True, workers=1)
    assert (landscape.n_minima, landscape.n_transition_states, landscape.n_saddles) == (7, 20, 10)
    assert landscape.outcome().reason is EndReason.COMPLETE


@pytest.mark.slow
def test_walks_find_the_transition_state_of_seven_atoms_that_searches_around_minima_miss():
    landscape = tw.explore(tw.problems.LennardJones(7), complete=True, workers=1)
    assert (landscape.n_minima, landscape.n_transition_states) == (4, 12)


@pytest.mark.slow
def test_eight_atoms_are_complete_by_the_saturation_of_their_transition_states():
    landscape = tw.explore(tw.problems.LennardJones(8), complete=True, workers=1)
    # Doye & Wales, J. Chem. Phys. 116, 3777 (2002).
    assert (landscape.n_minima, landscape.n_transition_states) == (8, 42)
    assert landscape.outcome().reason is EndReason.SATURATED_EDGES
    assert "zero modes" in str(landscape.outcome())


@pytest.fixture(scope="module")
def complete():
    """One hidden unit on 60 points."""
    data = tw.datasets.spirals(60, 10)
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(1,), l2=3e-3)
    with few_walks():
        return tw.explore(problem, complete=True, workers=1)


def test_a_complete_landscape_says_by_what_test_it_is(complete):
    outcome = complete.outcome()
    assert outcome.reason is EndReason.COMPLETE
    assert outcome.minima == complete.n_minima
    assert outcome.transition_states == complete.n_transition_states
    assert "the sum over stationary points, which is 1" in str(outcome)
    assert "more are to be expected" not in str(outcome)


def test_exploring_a_complete_landscape_again_adds_nothing(complete):
    before = complete.n_minima, complete.n_transition_states, complete.n_saddles
    with few_walks(), Explorer(complete, Stop(), workers=1) as run:
        run.find_minima(with_transition_states=True)
        run.find_transition_states(complete=True)
    assert (complete.n_minima, complete.n_transition_states, complete.n_saddles) == before
    assert complete.outcome().reason is EndReason.COMPLETE


class _Killed(Exception):
    pass


def _complete(file, problem, batches=None):
    """Complete a landscape, or break off once so many batches are recorded."""
    left = iter(range(batches or 10**6))

    def count(_):
        if next(left) + 1 == batches:
            raise _Killed

    with (
        tw.Landscape.open_or_create(problem, file) as landscape,
        Explorer(landscape, Stop(), workers=1, progress=count) as run,
    ):
        run.find_minima(with_transition_states=True)
        run.find_transition_states(complete=True)
    with tw.Landscape.open(file) as landscape:
        points = [landscape.minima(), landscape.transition_states(), landscape.saddles()]
        return run.outcome, [[p.coordinates.tolist() for p in some] for some in points]


@pytest.mark.slow
def test_a_completion_that_is_broken_off_again_and_again_ends_as_one_that_is_not(
    complete, tmp_path, monkeypatch
):
    monkeypatch.setattr(completion, "_IDLE_WALKS", 64)
    monkeypatch.setattr(planner, "_WALKS_PER_TASK", 4)
    monkeypatch.setattr(TaskSizes, "usual", lambda problem, backend: TaskSizes(16, 4))
    problem = complete.problem
    expected = _complete(tmp_path / "a.db", problem)
    n_kills = 0
    while n_kills < 100:
        try:
            resumed = _complete(tmp_path / "b.db", problem, batches=9)
        except _Killed:
            n_kills += 1
            continue
        break
    assert n_kills >= 3
    assert resumed == expected


def test_a_time_limit_ends_a_search_for_saddles(complete):
    tw.find_saddles(complete, (3,), seconds=1e-6, workers=1)
    assert complete.outcome().reason is EndReason.SECONDS


def test_a_damaged_saddle_is_put_right_by_a_check(landscape, wells, tmp_path):
    landscape.copy_to(tmp_path / "a.db")
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection, connection:
        connection.execute("UPDATE saddles SET loss = loss + 1 WHERE id = 1")
    with tw.Landscape.open(tmp_path / "a.db", wells) as damaged:
        assert not tw.check_landscape(damaged).is_sound
        losses = [point.loss for point in damaged.saddles()]
    assert losses == pytest.approx([point.loss for point in landscape.saddles()], rel=1e-12)


def test_after_joining_it_is_said_how_many_transition_states_are_to_be_expected(wells):
    """Three of twelve are known, two of them from a single search."""
    ends = [_point(Minimum, x) for x in ((1.0, 1.0, 1.0), (-1.0, 1.0, 1.0), (1.0, -1.0, 1.0))]
    states = [_point(TransitionState, x) for x in ((0, 1.0, 1.0), (1.0, 0, 1.0), (1.0, 1.0, 0))]
    pathways = [
        Pathway(states[0], (ends[0], ends[1]), arrivals=1),
        Pathway(states[1], (ends[0], ends[2]), arrivals=1),
        Pathway(states[2], (ends[0], ends[2]), arrivals=4),
    ]
    landscape = tw.Landscape.create(wells)
    landscape.record(Batch("test", pathways=tuple(pathways)), landscape.start_run("test", {}, 0))
    outcome = with_network(RunOutcome(EndReason.FINISHED), landscape)
    # Chao1: 3 + (5/6) · 2 · 1 / (2 · 1).
    assert outcome.transition_states == 3 and outcome.expected == pytest.approx(3 + 5 / 6)
    assert "3 transition states are known, and 4 or more to be expected" in str(outcome)


def _point(kind, x):
    x = np.array(x)
    return kind(float(np.sum((x**2 - 1) ** 2)), x, np.sort(12 * x**2 - 4), 0.0)
