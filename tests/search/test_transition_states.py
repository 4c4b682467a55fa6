"""Bands, transition states, descents: against landscapes that are known and an independent integration."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

import thalweg as tw
from thalweg.problems import double_well, muller_brown, schwefel
from thalweg.search.elastic_band import DoublyNudgedBand, relax_bands
from thalweg.search.exploration.transition_state_tasks import DoubleEnded, PairSearch
from thalweg.search.search_space import SearchSpace
from thalweg.search.soft_modes import soft_directions
from thalweg.search.steps.newton import Newton
from thalweg.search.steps.rule import Status
from thalweg.search.transition_states import PathwaySearch, descend_sides, find_pathways
from thalweg.search.walks.walk import walk


def test_a_band_over_the_double_well_finds_its_pass():
    band = relax_bands(double_well(), np.array([[-1.0, 0.0]]), np.array([[1.0, 0.0]]))
    (candidate,) = band.candidates(0)
    np.testing.assert_allclose(candidate, [0, 0], atol=0.1)
    batch = find_pathways(
        SearchSpace(double_well()), candidate[None], np.zeros(1, int), PathwaySearch()
    )
    (pathway,) = batch.pathways
    assert pathway.transition_state.loss == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(pathway.transition_state.spectrum, [-4, 2], atol=1e-9)
    sides = sorted(end.coordinates[0] for end in pathway.ends)
    np.testing.assert_allclose(sides, [-1, 1], atol=1e-9)


def test_a_relaxed_band_bends_around_the_mountain():
    # Between the two lowest minima of Müller–Brown the straight line is far above the path.
    a, b = np.array([[-0.558, 1.442]]), np.array([[0.623, 0.028]])
    straight = relax_bands(muller_brown(), a, b, DoublyNudgedBand(steps=0)).losses.max()
    bent = relax_bands(muller_brown(), a, b, DoublyNudgedBand(steps=60)).losses.max()
    # The higher of the two passes lies at −40.665 (Müller & Brown, table 1), between two images.
    assert straight > 0 and -45 < bent < -35


def test_muller_brown_has_its_two_transition_states():
    landscape = tw.explore(muller_brown(), minima=100, workers=1)
    network = landscape.network()
    np.testing.assert_allclose(np.sort(network.barrier_losses), [-72.249, -40.665], atol=1e-3)
    assert network.n_minima == 3 and network.is_joined.all()


@pytest.mark.slow
def test_schwefel_has_its_49_minima_and_84_transition_states():
    landscape = tw.explore(schwefel(), minima=1000, workers=1)
    tw.connect(landscape, [tw.NearestNeighbours(8)], workers=1)
    network = landscape.network()
    assert (network.n_minima, network.n_transition_states) == (49, 84)
    assert network.is_joined.all() and not network.is_degenerate.any()
    spectra = np.array([t.spectrum for t in landscape.transition_states()])
    assert ((spectra < 0).sum(axis=1) == 1).all()


def steepest_descent(problem, start):
    """End point and loss by SciPy's BDF, until a Newton finish agrees from points a decade apart."""
    # BDF's first step subtracts a row of its table that nobody has written yet, and never reads the result.
    with jax.enable_x64(True), np.errstate(invalid="ignore", over="ignore"):
        gradient = jax.jit(lambda x: problem.value_and_gradient(x)[1])
        hessian = jax.jit(lambda x: problem.value_gradient_hessian(x)[2])
        x, time, before = start, 10.0, None
        for _ in range(12):
            solution = solve_ivp(
                lambda _, y: -np.asarray(gradient(jnp.asarray(y))),
                (0, time),
                x,
                method="BDF",
                jac=lambda _, y: -np.asarray(hessian(jnp.asarray(y))),
                rtol=1e-7,
                atol=1e-9,
            )
            x = solution.y[:, -1]
            finish = walk(problem, x[None], Newton(start_radius=0.01, max_radius=0.02))
            if before is not None and finish.converged[0] and abs(finish.loss[0] - before) < 1e-9:
                return finish.x[0], finish.loss[0]
            before, time = (finish.loss[0] if finish.converged[0] else None), 10 * time
    return x, np.nan


def sides_that_disagree(network, n_states):
    """How many sides of the first transition states another integration leads elsewhere."""
    space = SearchSpace(network)
    method = PathwaySearch()
    with jax.enable_x64(True):
        starts = space.starts(jax.random.split(jax.random.key(0), 2 * n_states))
        result = walk(space.problem, starts, Newton())
        minima = result.x[result.converged]
        directions = soft_directions(space, minima, jax.random.key(1), 3)
    displaced = (minima[:, None] + 3 * directions).reshape(-1, minima.shape[1])
    states = walk(space.problem, displaced, method.eigenvector_following)
    chosen = np.flatnonzero(states.status == Status.CONVERGED)[:n_states]
    assert len(chosen) == n_states
    x, shift = states.x[chosen], method.push_off * states.mode[chosen]
    sides = np.concatenate([x + shift, x - shift])
    ours = descend_sides(space, sides, method)
    assert ours.converged.all()
    wrong = 0
    for side, end, loss in zip(sides, ours.x, ours.loss, strict=True):
        theirs, their_loss = steepest_descent(space.problem, side)
        wrong += not (abs(loss - their_loss) < 1e-8 and np.linalg.norm(end - theirs) < 1e-2)
    return wrong


def test_both_sides_are_those_of_an_independent_steepest_descent(spiral_network):
    # 99 % are required of many; of 16 sides one may differ.
    assert sides_that_disagree(spiral_network, 8) <= 1


@pytest.mark.slow
def test_both_sides_of_200_are_those_of_an_independent_steepest_descent(spiral_network):
    assert sides_that_disagree(spiral_network, 200) <= 4


def test_transition_states_lie_above_their_minima_with_index_one(spiral_network):
    result = tw.quench(spiral_network, np.random.default_rng(0).normal(size=(24, 17)) * 6)
    points = np.array([m.coordinates for m in result.minima if m is not None])[:20]
    task = PairSearch(
        0, 0, 0, tuple((i, i + 1) for i in range(10)), points.reshape(10, 2, -1), DoubleEnded()
    )
    batch = task.run(spiral_network)
    assert len(batch.attempts) == 10 and batch.pathways
    for pathway in batch.pathways:
        state = pathway.transition_state
        assert (state.spectrum < 0).sum() == 1 and state.rms_gradient < 1e-10
        assert state.loss > max(end.loss for end in pathway.ends)
        with jax.enable_x64(True):
            x = jnp.asarray(state.coordinates)
            _, gradient, hessian = spiral_network.value_gradient_hessian(x)
        assert np.sqrt(np.mean(np.asarray(gradient) ** 2)) < 1e-10
        assert (np.linalg.eigvalsh(hessian) < 0).sum() == 1
