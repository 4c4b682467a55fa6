"""The loss along straight lines."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import linear_interpolation
from thalweg.problems import double_well


def test_between_two_wells_the_barrier_is_the_pass():
    result = linear_interpolation(double_well(), np.array([-1.0, 0.0]), np.array([1.0, 0.0]))
    assert result.barrier == pytest.approx(1.0, abs=1e-12) and result.length == 2
    assert not result.is_monotone
    np.testing.assert_allclose(result.losses, ((2 * result.shares - 1) ** 2 - 1) ** 2, atol=1e-12)


def test_from_a_start_in_the_basin_the_loss_only_falls():
    result = linear_interpolation(double_well(), np.array([1.5, 0.7]), np.array([1.0, 0.0]))
    assert result.is_monotone and result.barrier == 0


def test_images_of_one_network_have_no_barrier_once_aligned(spiral_network):
    (minimum,) = tw.quench(spiral_network, np.random.default_rng(0).normal(size=(1, 17))).minima
    x = minimum.coordinates
    image = list(spiral_network.symmetry.images(x))[17]
    crossing = linear_interpolation(spiral_network, x, image, align=False)
    assert crossing.barrier > 0.01
    aligned = linear_interpolation(spiral_network, x, image)
    assert aligned.length == 0 and aligned.barrier < 1e-12


def test_requests_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="points"):
        linear_interpolation(double_well(), np.zeros(2), np.ones(2), points=2)
    with pytest.raises(ValueError, match="2 parameters"):
        linear_interpolation(double_well(), np.zeros(3), np.ones(3))
