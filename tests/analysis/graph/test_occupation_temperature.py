"""The temperature of occupation that was counted."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import occupation_probabilities, occupation_temperature

NETWORK = tw.Network.from_arrays(
    [0.0, 0.3, 0.5, 1.0], lpphe=[2.0, 1.0, 0.0, -2.0], hits=[1, 1, 1, 97]
)


def counts_at(temperature, n=400):
    return np.round(n * occupation_probabilities(NETWORK, temperature)).astype(int)


@pytest.mark.parametrize("temperature", [0.15, 0.4, 1.1])
def test_the_temperature_of_harmonic_counts_is_found_and_fits(temperature):
    fit = occupation_temperature(NETWORK, counts_at(temperature))
    # Temperatures that are tried lie 6 % apart, and counts are rounded to whole numbers.
    assert fit.temperature == pytest.approx(temperature, rel=0.08)
    assert fit.interval.lower < temperature < fit.interval.upper
    assert fit.is_bounded and fit.is_compatible and fit.explained > 0.99
    assert fit.explained_by_hits < fit.explained


def test_counts_that_no_temperature_gives_are_told():
    fit = occupation_temperature(NETWORK, np.array([100, 0, 200, 100]))
    assert not fit.is_compatible and fit.explained < 0.9
    as_hits = occupation_temperature(NETWORK, np.array([2, 2, 2, 194]))
    assert as_hits.explained_by_hits > 0.99


def test_all_in_the_lowest_minimum_bounds_the_temperature_from_above_alone():
    fit = occupation_temperature(NETWORK, np.array([50, 0, 0, 0]))
    assert not fit.is_bounded and not fit.interval.is_known


def test_compatible_counts_are_refused_as_often_as_the_level_says():
    rng = np.random.default_rng(0)
    p = occupation_probabilities(NETWORK, 0.4)
    fits = [occupation_temperature(NETWORK, rng.multinomial(100, p)) for _ in range(20)]
    # Twenty trials at 5 %: more than four have a probability of 0.3 %.
    assert sum(not fit.is_compatible for fit in fits) <= 4


@pytest.mark.parametrize("counts", [np.zeros(4, int), np.ones(3, int)])
def test_counts_that_are_none_are_refused(counts):
    with pytest.raises(ValueError, match="counts must be 4"):
        occupation_temperature(NETWORK, counts)


def test_equal_losses_have_no_temperature():
    with pytest.raises(ValueError, match="same loss"):
        occupation_temperature(tw.Network.from_arrays([1.0, 1.0]), np.array([3, 4]))
