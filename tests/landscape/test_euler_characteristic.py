"""The signed sum over stationary points: one where all are known, another where an orbit is missing."""

import itertools

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import thalweg as tw
from thalweg.analysis import euler_characteristic
from thalweg.landscape.records import Batch, Minimum, Pathway, Saddle, TransitionState
from thalweg.problems import NeuralNetwork
from thalweg.search.exploration.stationary_tasks import StationarySearch


def _himmelblau(x):
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def _camel(x):
    a, b = x
    return (4 - 2.1 * a**2 + a**4 / 3) * a**2 + a * b + (4 * b**2 - 4) * b**2


def searched(problem, tasks=2, walks=64):
    """A landscape of what some walks towards stationary points came to."""
    landscape = tw.Landscape.create(problem)
    run = landscape.start_run("test", {}, 0)
    for number in range(tasks):
        landscape.record(StationarySearch(0, 0, number, walks).run(problem), run)
    return landscape


def numbers(result):
    return {one.index: one.images for one in result.counts}


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        # Himmelblau, Applied Nonlinear Programming, 1972, problem 29; and the six-hump camel-back function of
        # Dixon & Szegő, Towards Global Optimization 2, 1978: all of their stationary points.
        pytest.param(_himmelblau, {0: 4, 1: 4, 2: 1}, id="Himmelblau"),
        pytest.param(_camel, {0: 6, 1: 7, 2: 2}, id="camel"),
    ],
)
def test_functions_with_known_points_have_the_sum_one(function, expected):
    problem = tw.problems.Function(function, dimension=2, start_width=2.0)
    result = euler_characteristic(searched(problem), grows=True)
    assert numbers(result) == expected
    assert result.total == 1 and result.is_one
    assert result.missing == ()


def test_a_saddle_that_has_become_a_transition_state_counts_once_in_any_unit_of_the_loss():
    problem = tw.problems.Function(lambda x: 1e6 * _camel(x), dimension=2, start_width=2.0)
    spectrum, at = np.array([-1e6, 1e6]), np.zeros(2)
    # Its loss as two programs may compute it: they are told apart in the unit of the loss.
    error = 0.1 * problem.loss_unit * 1e-9
    ends = tuple(Minimum(-1e6, np.array([0.09, y]), abs(spectrum), 0.0) for y in (-0.7, 0.7))
    landscape = tw.Landscape.create(problem)
    run = landscape.start_run("test", {}, 0)
    landscape.record(Batch("walks", saddles=(Saddle(0.0, at, spectrum, 0.0),)), run)
    pathway = Pathway(TransitionState(error, at, spectrum, 0.0), ends)
    landscape.record(Batch("searches", pathways=(pathway,)), run)
    assert numbers(euler_characteristic(landscape, grows=True)) == {0: 2, 1: 1}


def own_surrogate():
    """A network with a loss over pairs that may fall for ever, for all that is known."""
    kernel = tw.losses.PairKernel(lambda z: -np.exp(z))
    mine = tw.losses.Surrogate("falling", lambda settings: kernel)
    loss = tw.losses.ApproximateAUC(mine)
    return NeuralNetwork.from_data(np.eye(4), np.arange(4) % 2, hidden=(1,), loss=loss, l2=0.1)


def spiral_network(hidden, l2):
    """A network on 60 points of two spirals."""
    data = tw.datasets.spirals(60, 10)
    return NeuralNetwork.from_data(data.inputs, data.targets, hidden=(hidden,), l2=l2)


_SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    ("hidden", "l2", "tasks"),
    [
        (1, 0.1, 1),
        (1, 3e-3, 4),
        pytest.param(2, 0.1, 2, marks=_SLOW),
        pytest.param(2, 1e-2, 4, marks=_SLOW),
        pytest.param(2, 3e-3, 64, marks=_SLOW),
        pytest.param(3, 0.1, 2, marks=_SLOW),
        pytest.param(3, 3e-2, 4, marks=_SLOW),
        pytest.param(3, 1e-2, 16, marks=_SLOW),
    ],
)
def test_small_networks_have_the_sum_one(hidden, l2, tasks):
    result = euler_characteristic(searched(spiral_network(hidden, l2), tasks))
    assert result.refusal is None and result.is_one
    # The origin, where all units are dead, is its only image.
    assert result.total == 1


# ---- what is missing ------------------------------------------------------------------------------


def _double_wells(x):
    """A double well in each coordinate: 3² stationary points, at −1, 0 and 1."""
    return jnp.sum((x**2 - 1) ** 2)


WELLS = tw.problems.Function(_double_wells, dimension=2)
POINTS = tuple(itertools.product((-1.0, 0.0, 1.0), repeat=2))


def recorded(points):
    """A landscape of these of the points of the double wells, as they are by their formula."""
    landscape, minima, saddles = tw.Landscape.create(WELLS), [], []
    for point in points:
        x = np.array(point)
        spectrum = np.sort(12 * x**2 - 4)
        kind, among = (Minimum, minima) if spectrum[0] > 0 else (Saddle, saddles)
        among.append(kind(float(np.sum((x**2 - 1) ** 2)), x, spectrum, 0.0))
    batch = Batch(law="formula", minima=tuple(minima), saddles=tuple(saddles))
    landscape.record(batch, landscape.start_run("test", {}, 0))
    return landscape


def test_all_points_of_the_double_wells_fulfil_the_relations():
    result = euler_characteristic(recorded(POINTS), grows=True)
    assert numbers(result) == {0: 4, 1: 4, 2: 1}
    assert result.is_one
    assert str(result).startswith("4 − 4 + 1 = 1 over indices 0, 1, 2")


@pytest.mark.parametrize("lost", POINTS)
def test_without_one_orbit_the_relations_fail(lost):
    result = euler_characteristic(recorded([p for p in POINTS if p != lost]), grows=True)
    is_odd = sum(value == 0 for value in lost) % 2 == 1
    assert result.total == (2 if is_odd else 0)
    assert not result.is_one
    parity = "an odd" if is_odd else "an even"
    assert f"at least 1 image of {parity} index missing" in result.missing


@settings(max_examples=12)
@given(st.sets(st.sampled_from(POINTS), max_size=len(POINTS) - 1))
def test_what_is_said_to_be_missing_is_missing(known):
    result = euler_characteristic(recorded(sorted(known)), grows=True)
    lost = [sum(value == 0 for value in point) for point in POINTS if point not in known]
    for one in result.inequalities:
        assert one.missing <= sum(
            index <= one.index and (one.index - index) % 2 == 0 for index in lost
        )
    assert len(lost) > 1 or not result.is_one


def test_a_pair_that_cancels_is_not_seen_and_it_is_said():
    known = [p for p in POINTS if p not in ((1.0, 1.0), (0.0, 1.0))]
    result = euler_characteristic(recorded(known), grows=True)
    assert result.is_one
    assert "an even and of an odd index that are missing together" in str(result)


def test_too_few_transition_states_for_the_minima_are_seen_by_the_first_inequality():
    known = [p for p in POINTS if 0.0 not in p]
    result = euler_characteristic(recorded(known), grows=True)
    assert result.total == 4
    # Four minima need three transition states.
    assert result.inequalities[0].missing == 0
    assert "at least 3 images of an odd index missing" in result.missing
    assert "saddles of higher index were not looked for" in " ".join(result.missing)


# ---- where nothing follows --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(lambda: spiral_network(1, 0.0), "l2 = 0", id="no penalty"),
        pytest.param(lambda: own_surrogate(), "least value", id="own surrogate"),
        pytest.param(lambda: tw.problems.LennardJones(3), "zero modes", id="atoms"),
        pytest.param(tw.problems.schwefel, "between bounds", id="bounds"),
        pytest.param(tw.problems.double_well, "not known whether it grows", id="function"),
        pytest.param(
            lambda: tw.problems.KMeans(np.arange(6.0)[:, None], n_clusters=2), "jumps", id="K-means"
        ),
    ],
)
def test_where_the_theorem_does_not_apply_the_reason_is_said(make, reason):
    problem = make()
    assert reason in problem.growth_doubt


def test_a_landscape_without_growth_gives_no_verdict():
    result = euler_characteristic(recorded(POINTS))
    assert not result.is_one and result.missing == ()
    assert "not known whether it grows" in str(result)
    assert euler_characteristic(recorded(POINTS), grows=False).refusal is not None


def test_an_empty_landscape_gives_no_verdict():
    result = euler_characteristic(tw.Landscape.create(WELLS), grows=True)
    assert not result.is_one
    assert str(result) == "no stationary point is known"


def test_a_file_that_cannot_rebuild_its_loss_gives_no_verdict(tmp_path):
    spectrum = np.array([-4.0, 2.0])
    with tw.Landscape.create(WELLS, tmp_path / "wells.db") as landscape:
        saddle = Saddle(1.0, np.zeros(len(spectrum)), spectrum, 0.0)
        minimum = Minimum(0.0, np.array([1.0, 0.0]), abs(spectrum), 0.0)
        batch = Batch("walks", minima=(minimum,), saddles=(saddle,))
        landscape.record(batch, landscape.start_run("test", {}, 0))
    with tw.Landscape.open(tmp_path / "wells.db") as landscape:
        result = euler_characteristic(landscape, grows=True)
    assert numbers(result) == {0: 1, 1: 1} and not result.is_one
    assert "cannot rebuild" in str(result)
