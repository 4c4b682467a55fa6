"""Whether a metric is better high or low."""

import dataclasses

import numpy as np
import pytest

from thalweg.analysis import (
    Calibration,
    ClassificationMetrics,
    MetricDirection,
    RegressionMetrics,
    best_value,
    metric_direction,
)

HIGHER = {"accuracy", "auc", "log_density"}
LOWER = {"loss", "mean_squared_error", "calibration_error", "brier", "expected_calibration_error"}


def test_every_metric_of_the_package_has_the_direction_that_its_definition_says():
    results = (ClassificationMetrics, RegressionMetrics, Calibration)
    names = {field.name for result in results for field in dataclasses.fields(result)} - {"n_bins"}
    assert names == HIGHER | LOWER
    for name in names:
        lower_is_better = metric_direction(name) is MetricDirection.LOWER
        assert lower_is_better == (name in LOWER), name
        assert metric_direction(f"test {name.replace('_', ' ')}") is metric_direction(name)


@pytest.mark.parametrize(
    ("name", "best"),
    [
        ("test mean squared error", 1.0),
        ("test calibration error", 1.0),
        ("Brier score", 1.0),
        ("train loss", 1.0),
        ("my own error", 1.0),
        ("test log density", 3.0),
        ("test AUC", 3.0),
        ("resampled test auc change", 3.0),
    ],
)
def test_the_best_value_is_the_one_at_the_better_end(name, best):
    assert best_value(name, [2.0, 1.0, np.nan, 3.0]) == best


@pytest.mark.parametrize("name", ["resampled distance", "resampled test auc sd", "weight norm", ""])
def test_a_name_that_says_nothing_has_no_best_value(name):
    assert metric_direction(name) is None and np.isnan(best_value(name, [1.0, 2.0]))


def test_the_best_of_nothing_is_undefined():
    assert np.isnan(best_value("loss", [])) and np.isnan(best_value("loss", [np.nan]))
