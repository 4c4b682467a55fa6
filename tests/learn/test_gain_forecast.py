"""Whether a gain can be foretold from the landscape, and what the calibration says of it."""

import numpy as np
import pytest

from thalweg.analysis import LandscapeFeatures
from thalweg.learn import gain_forecast
from thalweg.learn.gain_forecast import FEATURES


def landscapes(minima):
    return [LandscapeFeatures(int(m), max(1, int(m) // 2), 0.1, 0.0, 1.0, 1.0) for m in minima]


MINIMA = np.random.default_rng(0).integers(1, 40, size=60)


def test_what_the_landscape_decides_is_foretold():
    gains = np.log(MINIMA) - np.log(12) + 0.3 * np.random.default_rng(1).normal(size=60)
    forecast = gain_forecast(landscapes(MINIMA), gains)
    assert forecast.calibration.skill > 0.5
    assert forecast.correlations["minima"].coefficient > 0.9
    interval = forecast.correlations["minima"].interval
    assert 0.8 < interval.lower < forecast.correlations["minima"].coefficient < interval.upper <= 1
    few, many = (forecast.probability(landscapes([m])[0]) for m in (1, 40))
    assert few < 0.1 and many > 0.9
    assert tuple(forecast.correlations) == FEATURES
    # The same everywhere: no correlation, and nothing to learn.
    assert np.isnan(forecast.correlations["frustration"].coefficient)
    # Rounding of the mean is what is left of it.
    assert abs(forecast.coefficients[FEATURES.index("frustration")]) < 1e-12


def test_what_it_does_not_decide_has_no_skill():
    gains = np.random.default_rng(2).normal(size=60)
    forecast = gain_forecast(landscapes(MINIMA), gains)
    assert forecast.calibration.skill < 0.1
    assert abs(forecast.correlations["minima"].coefficient) < 0.3


def test_the_calibration_is_of_data_sets_left_out():
    gains = np.random.default_rng(3).normal(size=12)
    made = landscapes(MINIMA[:12])
    forecast = gain_forecast(made, gains)
    calibration = forecast.calibration
    others = gain_forecast(made[1:], gains[1:])
    assert calibration.foretold[0] == pytest.approx(others.probability(made[0]))
    came = (gains > 0).astype(float)
    assert calibration.brier == pytest.approx(np.mean((calibration.foretold - came) ** 2))
    base = (came.sum() - came) / 11
    assert calibration.brier_of_base_rate == pytest.approx(np.mean((base - came) ** 2))
    assert calibration.bins[:, 2].sum() == 12
    shares = calibration.bins[:, 2] @ np.abs(calibration.bins[:, 0] - calibration.bins[:, 1]) / 12
    assert calibration.error == pytest.approx(shares)


def test_too_few_data_sets_or_gains_of_one_kind_are_refused():
    with pytest.raises(ValueError, match="at least 5 data sets"):
        gain_forecast(landscapes([1, 2]), np.array([0.0, 1.0]))
    with pytest.raises(ValueError, match="6 of 6 data sets gain more than 0"):
        gain_forecast(landscapes(range(1, 7)), np.ones(6))
