"""A metric over a loss, as a straight line."""

import numpy as np
import pytest
from scipy.stats import linregress

from thalweg.analysis import linear_fit


def test_the_line_is_that_of_least_squares():
    rng = np.random.default_rng(0)
    losses = rng.exponential(size=40)
    metric = 0.9 - 0.2 * losses + 0.02 * rng.normal(size=40)
    fit, expected = linear_fit(losses, metric), linregress(losses, metric)
    assert fit.slope == pytest.approx(expected.slope)
    assert fit.intercept == pytest.approx(expected.intercept)
    assert fit.pearson == pytest.approx(expected.rvalue)
    # Normal residuals of one width: here the closed form holds, and 1000 samples of 40 points come near it.
    assert fit.slope_error == pytest.approx(expected.stderr, rel=0.4)
    np.testing.assert_allclose(fit.at(losses[:2]), fit.intercept + fit.slope * losses[:2])


def test_the_interval_of_the_slope_has_the_true_one_in_most_samples():
    rng = np.random.default_rng(1)
    hits = 0
    for seed in range(60):
        losses = rng.normal(size=25)
        low, high = linear_fit(
            losses, -0.5 * losses + rng.normal(size=25), seed=seed
        ).slope_interval
        hits += low < -0.5 < high
    # Of 60 intervals of nominally 95 %, fewer than 48 would be one in a million; the bootstrap is a
    # little narrow for 25 points.
    assert hits >= 48


def test_what_does_not_vary_has_no_line_or_no_correlation():
    level = linear_fit(np.full(6, 0.1), np.arange(6.0))
    assert np.isnan([level.slope, level.intercept, level.pearson, level.slope_error]).all()
    assert not level.slope_interval.is_known
    flat = linear_fit(np.arange(6.0), np.full(6, 0.3))
    assert flat.slope == 0 and flat.intercept == pytest.approx(0.3) and np.isnan(flat.pearson)


def test_few_minima_have_a_line_but_no_interval():
    fit = linear_fit(np.array([0.0, 1.0]), np.array([1.0, 0.5]))
    assert fit.slope == pytest.approx(-0.5) and not fit.slope_interval.is_known
    with pytest.raises(ValueError, match="at least two minima"):
        linear_fit(np.zeros(1), np.zeros(1))
