"""The frustration index."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import random_network

from thalweg import Network
from thalweg.analysis import frustration, frustration_curve, occupation_probabilities


@given(st.integers(1, 20), st.integers(0, 300), st.floats(-3, 2), st.floats(0.3, 1))
def test_the_normalised_index_is_at_least_one(n, seed, exponent, share_joined):
    result = frustration(random_network(n, seed, share_joined=share_joined), 10.0**exponent)
    if result.reason:
        assert np.isnan(result.normalised)
    else:
        assert result.normalised >= 1 - 1e-12
        assert result.excess == pytest.approx(result.normalised - 1, abs=1e-9 * result.normalised)
        assert 0 <= result.plain <= result.normalised


def test_the_formula_is_that_of_the_paper():
    network = Network.from_arrays(
        [0.0, 1.0, 2.0], [(0, 1), (1, 2)], [3.0, 2.5], lpphe=[0.0, 1.0, 0.5]
    )
    p = occupation_probabilities(network, 0.8)
    plain = p[1] * 3.0 / 1.0 + p[2] * 3.0 / 2.0
    result = frustration(network, 0.8)
    assert result.plain == pytest.approx(plain, rel=1e-12)
    assert result.normalised == pytest.approx(plain / (1 - p[0]), rel=1e-12)


def test_a_funnel_without_barriers_has_no_excess():
    network = Network.from_arrays([0.0, 1.0, 2.0], [(0, 1), (1, 2)], [1.0, 2.0])
    assert frustration(network, 0.5).excess == pytest.approx(0, abs=1e-12)


def test_minima_that_are_not_joined_are_counted_not_dropped_in_silence():
    network = Network.from_arrays([0.0, 1.0, 0.5], [(0, 1)], [2.0])
    result = frustration(network, 1.0)
    assert result.n_left_out == 1
    assert result.left_out_occupation == pytest.approx(occupation_probabilities(network, 1.0)[2])


def test_where_the_global_minimum_holds_everything_the_index_is_still_right():
    network = Network.from_arrays([0.0, 1.0], [(0, 1)], [4.0])
    assert frustration(network, 1e-3).normalised == pytest.approx(4.0, rel=1e-12)
    assert "no minimum outside" in frustration(Network.from_arrays([0.0]), 1.0).reason


def test_minima_as_low_as_the_global_one_belong_to_its_set():
    network = Network.from_arrays([0.0, 1e-10, 1.0], [(0, 1), (1, 2), (0, 2)], [9.0, 2.0, 5.0])
    assert frustration(network, 1.0).normalised == pytest.approx(2.0, rel=1e-9)


def test_the_curve_is_the_index_at_each_temperature():
    network = random_network(6, 1, share_joined=1.0)
    temperatures = np.array([0.1, 1.0, 0.5])
    curve = frustration_curve(network, temperatures)
    assert curve == [frustration(network, float(t)) for t in temperatures]
    lonely = frustration_curve(Network.from_arrays([0.0]), temperatures)
    assert all("no minimum outside" in point.reason for point in lonely)
