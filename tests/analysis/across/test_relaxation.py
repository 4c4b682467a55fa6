"""Minima of one landscape on the loss of another problem."""

import dataclasses

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import relax_on, summarise_relaxation


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
