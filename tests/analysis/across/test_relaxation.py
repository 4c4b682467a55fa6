"""Minima of one landscape on the loss of another problem."""

import dataclasses

import jax
import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import relax_on, summarise_relaxation
from thalweg.precision import with_float64


@pytest.fixture(scope="module")
def landscape(spiral_network):
    return tw.explore(spiral_network, minima=8, connect=False, workers=1)


def test_minima_rest_on_their_own_problem(landscape, spiral_network):
    network = landscape.network()
    relaxation = relax_on(network, spiral_network)
    assert relaxation.n_reached == network.n_minima and relaxation.is_common.all()
    np.testing.assert_array_equal(relaxation.assignment, np.arange(network.n_minima))
    assert relaxation.rms_gradient.max() < 1e-9
    np.testing.assert_allclose(relaxation.loss_before, network.losses, atol=1e-12)
    assert not relaxation.index.any() and relaxation.steps.max() <= 2


def test_the_index_at_the_start_counts_negative_eigenvalues_of_the_hessian(spiral_network):
    points = np.random.default_rng(0).normal(size=(3, spiral_network.dimension))
    relaxation = relax_on(
        tw.Network.from_arrays([0.0, 1.0, 2.0], coordinates=points), spiral_network
    )
    step = 1e-4 * np.eye(spiral_network.dimension)
    expected = []
    for x in points:
        ahead, behind = (gradients_at(spiral_network, x + side * step) for side in (1, -1))
        # Central differences are off by some 1e-8, the penalty curves by 2e-5.
        expected.append((np.linalg.eigvalsh((ahead - behind) / 2e-4) < -1e-6).sum())
    np.testing.assert_array_equal(relaxation.index, expected)
    assert max(expected) > 0
    assert summarise_relaxation(relaxation).n_descending == np.count_nonzero(expected)


@with_float64
def gradients_at(problem, points):
    return np.array(jax.jit(jax.vmap(lambda x: problem.value_and_gradient(x)[1]))(points))


def test_a_metric_changes_from_the_start_to_the_minimum_that_was_reached(landscape, spiral_network):
    heavy = dataclasses.replace(spiral_network, l2=np.asarray(1e-2))
    relaxation = relax_on(landscape.network(), heavy)
    before = np.arange(landscape.n_minima, dtype=float)
    after = 10.0 * np.arange(relaxation.n_reached)
    nowhere = dataclasses.replace(relaxation, assignment=np.r_[-1, relaxation.assignment[1:]])
    change = nowhere.change(before, after)
    assert np.isnan(change[0])
    np.testing.assert_array_equal(change[1:], 10 * relaxation.assignment[1:] - before[1:])
    summary = summarise_relaxation(nowhere, {"auc": change})
    assert summary.median_changes == {"auc": np.median(np.abs(change[1:]))}
    with pytest.raises(ValueError, match="a value for each of"):
        relaxation.change(before[1:], after)


def test_a_heavier_penalty_draws_minima_together(landscape, spiral_network):
    heavy = dataclasses.replace(spiral_network, l2=np.asarray(1e-2))
    relaxation = relax_on(landscape.network(), heavy)
    assert relaxation.n_reached < landscape.n_minima and not relaxation.is_common.any()
    fall = relaxation.loss_before - relaxation.loss_after
    assert (fall >= -1e-12).all()
    summary = summarise_relaxation(relaxation)
    assert summary.n_reached == relaxation.n_reached and summary.n_common == 0
    assert summary.n_minima == summary.n_converged == landscape.n_minima
    assert summary.median_fall == np.median(fall)
    assert summary.median_steps == np.median(relaxation.steps)
    nowhere = dataclasses.replace(relaxation, assignment=np.full(landscape.n_minima, -1))
    assert summarise_relaxation(nowhere).median_distance is None
    # The end points are minima of the other problem, and each belongs to the one it is assigned to.
    for number, loss in zip(relaxation.assignment, relaxation.loss_after, strict=True):
        assert relaxation.minima[number].loss == pytest.approx(loss, abs=1e-9)
        assert relaxation.minima[number].rms_gradient < 1e-10


def test_other_parameters_are_refused(landscape, xor):
    with pytest.raises(ValueError, match="same model"):
        relax_on(landscape.network(), xor)


def test_a_network_without_minima_is_refused(xor):
    with pytest.raises(ValueError, match="no minima, and a relaxation on another loss needs"):
        relax_on(tw.Network.from_arrays([]), xor)
