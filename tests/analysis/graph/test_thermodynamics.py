"""Occupations and heat capacity: sums, derivatives, closed forms, extreme temperatures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import random_network

from thalweg import Network
from thalweg.analysis import (
    contributions,
    heat_capacity,
    occupation_probabilities,
    thermodynamics,
)

SEEDS, SIZES = st.integers(0, 500), st.integers(1, 30)
TEMPERATURES = st.floats(-12, 6).map(lambda exponent: 10.0**exponent)


def two_states(gap=0.7, log_ratio=1.3):
    return Network.from_arrays([0.0, gap], lpphe=[2 * log_ratio, 0.0], dimension=4)


@given(SIZES, SEEDS, TEMPERATURES)
def test_occupations_sum_to_one_and_contributions_to_zero(n, seed, temperature):
    network = random_network(n, seed)
    p, g = occupation_probabilities(network, temperature), contributions(network, temperature)
    assert p.sum() == pytest.approx(1, abs=1e-12)
    assert abs(g.sum()) <= 1e-12 * max(np.abs(g).sum(), 1e-300)


@given(SIZES, SEEDS, TEMPERATURES)
def test_both_parts_of_the_heat_capacity_are_at_least_zero_and_all_is_finite(n, seed, temperature):
    result = thermodynamics(random_network(n, seed), [temperature])
    assert result.positive[0] >= 0 and result.negative[0] >= 0
    for values in vars(result).values():
        assert np.isfinite(values).all()


@given(st.integers(2, 20), SEEDS, st.floats(-1.5, 1.5))
def test_heat_capacity_is_the_derivative_of_the_internal_energy(n, seed, exponent):
    network, t = random_network(n, seed), 10.0**exponent
    step = 1e-4 * t
    below, above = thermodynamics(network, [t - step, t + step]).internal_energy
    # Central differences: an error of order (step/T)², 1e-8 of numbers of order ten.
    assert thermodynamics(network, [t]).heat_capacity[0] == pytest.approx(
        (above - below) / (2 * step), rel=1e-5, abs=1e-6
    )


@pytest.mark.parametrize("temperature", [0.05, 0.3, 2.0])
def test_two_states_have_the_schottky_heat_capacity(temperature):
    gap, ratio = 0.7, np.exp(1.3)
    x = ratio * np.exp(-gap / temperature)
    expected = 4 + (gap / temperature) ** 2 * x / (1 + x) ** 2
    result = thermodynamics(two_states(), [temperature])
    assert result.heat_capacity[0] == pytest.approx(expected, rel=1e-12)


def test_the_peak_of_two_states_is_where_calculus_puts_it():
    (peak,) = heat_capacity(two_states()).peaks
    # d/dT of (gap/T)² x/(1 + x)² = 0 with y = gap/T: y (1 − x)/(1 + x) = −2, x = e^{1.3 − y}.
    y = 0.7 / peak.temperature
    x = np.exp(1.3 - y)
    assert y * (x - 1) / (1 + x) == pytest.approx(-2, abs=1e-6)
    assert peak.positive_minima.tolist() == [1] and peak.negative_minima.tolist() == [0]


def test_the_leading_minima_are_the_fewest_that_make_up_the_share():
    peak = heat_capacity(random_network(30, 1)).peaks[0]
    for side, minima in (("gaining", peak.positive_minima), ("losing", peak.negative_minima)):
        exchanged = np.abs(peak.contributions[minima])
        leading = peak.leading_minima(side, 0.9)
        np.testing.assert_array_equal(leading, minima[: len(leading)])
        assert exchanged[: len(leading)].sum() >= 0.9 * exchanged.sum() * (1 - 1e-12)
        assert exchanged[: len(leading) - 1].sum() < 0.9 * exchanged.sum()
    with pytest.raises(ValueError, match="share must be above 0"):
        peak.leading_minima("gaining", 0.0)


def test_degeneracy_and_curvature_weigh_minima():
    network = Network.from_arrays(
        [0.0, 0.0], log_degeneracy=[np.log(3), 0.0], lpphe=[0.0, 2 * np.log(2)]
    )
    np.testing.assert_allclose(occupation_probabilities(network, 1.0), [6 / 7, 1 / 7], rtol=1e-12)


def test_minima_of_one_loss_and_single_ones_have_no_peak():
    for losses in ([1.0], [2.0, 2.0, 2.0]):
        result = heat_capacity(Network.from_arrays(losses, dimension=3))
        np.testing.assert_array_equal(result.values, 3)
        assert result.peaks == ()


def test_an_offset_of_all_losses_changes_nothing_but_the_mean():
    a = random_network(12, 0)
    b = Network.from_arrays(a.losses + 1e6, lpphe=a.lpphe, log_degeneracy=a.log_degeneracy)
    # Adding 1e6 rounds the losses themselves at 1e-10.
    np.testing.assert_allclose(
        occupation_probabilities(a, 0.1), occupation_probabilities(b, 0.1), atol=1e-8
    )


@pytest.mark.parametrize("temperature", [0.0, -1.0, np.nan, np.inf])
def test_temperatures_that_are_none_are_refused(temperature):
    with pytest.raises(ValueError, match="temperature must be positive"):
        occupation_probabilities(two_states(), temperature)


def test_an_empty_network_is_refused():
    empty = Network.from_arrays([])
    for call in (lambda: heat_capacity(empty), lambda: occupation_probabilities(empty, 1.0)):
        with pytest.raises(ValueError, match="no minima"):
            call()
