"""Flatness of minima."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import robustness
from thalweg.problems import Function


def bowl():
    return Function(lambda x: 2.0 * x[0] ** 2 + 0.5 * x[1] ** 2 + 1e-5 * x[2] ** 2, dimension=3)


def test_a_quadratic_rises_as_its_curvature_says():
    network = tw.Network.from_arrays([0.0], coordinates=np.zeros((1, 3)))
    result = robustness(network, bowl(), radius=0.3, draws=4000)
    assert result.trace[0] == pytest.approx(5.00002)
    assert result.largest_eigenvalue[0] == pytest.approx(4)
    assert result.n_flat[0] == 1
    assert result.expected_rise[0] == pytest.approx(0.5 * 0.09 * 5.00002 / 3)
    # Five standard errors: once in two million.
    assert abs(result.measured_rise - result.expected_rise)[0] < 5 * result.measured_error[0]


def test_flatness_of_a_landscape_is_read_minimum_by_minimum(spiral_network):
    landscape = tw.explore(spiral_network, minima=10, connect=False, workers=1)
    network, minima = landscape.network(), landscape.minima()
    result = robustness(network, spiral_network, radius=1e-3)
    np.testing.assert_allclose(result.trace, [m.spectrum.sum() for m in minima], rtol=1e-9)
    assert (result.measured_rise > 0).all()


def test_requests_that_make_no_sense_are_refused():
    network = tw.Network.from_arrays([0.0], coordinates=np.zeros((1, 3)))
    with pytest.raises(ValueError, match="radius"):
        robustness(network, bowl(), radius=0.0)
    with pytest.raises(ValueError, match="no coordinates"):
        robustness(tw.Network.from_arrays([0.0]), bowl())
