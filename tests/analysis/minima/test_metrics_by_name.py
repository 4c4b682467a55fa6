"""All metrics of the minima by name, and one metric in short."""

import dataclasses

import numpy as np
import pytest

from thalweg import Network
from thalweg.analysis import (
    can_be_measured,
    classification_metrics,
    metrics_by_name,
    regression_metrics,
    summarise_metric,
    value_metrics,
)
from thalweg.datasets import spirals
from thalweg.problems import GaussianProcess, NeuralNetwork, double_well
from thalweg.problems.kernels import RBF
from thalweg.problems.losses import MeanSquaredError


@pytest.fixture(scope="module")
def data():
    return spirals(400, 100)


@pytest.fixture(scope="module")
def network(spiral_network):
    points = np.random.default_rng(0).normal(size=(3, spiral_network.dimension))
    return Network.from_arrays([2.0, 1.0, 3.0], coordinates=points)


def test_a_classifier_is_measured_on_each_split_that_has_rows(network, spiral_network, data):
    metrics = metrics_by_name(network, spiral_network, data)
    expected = classification_metrics(
        network, spiral_network, data.test_inputs, data.class_numbers(data.test_targets)
    )
    np.testing.assert_array_equal(metrics["test auc"], expected.auc)
    assert {name.split()[0] for name in metrics} == {"train", "test"} and len(metrics) == 6
    no_test = dataclasses.replace(
        data, test_inputs=data.test_inputs[:0], test_targets=data.test_targets[:0]
    )
    assert {name.split()[0] for name in metrics_by_name(network, spiral_network, no_test)} == {
        "train"
    }


def test_a_distribution_is_measured_on_the_test_rows_alone(data):
    process = GaussianProcess.from_data(
        data.inputs[:20], data.inputs[:20, 0] + 0.1, kernel=RBF(), prior_width=2.0
    )
    points = np.repeat([[0.0], [0.1]], process.dimension, axis=1)
    network = Network.from_arrays([0.0, 1.0], coordinates=points)
    numbers = dataclasses.replace(data, test_targets=data.test_inputs[:, 0])
    metrics = metrics_by_name(network, process, numbers)
    expected = regression_metrics(network, process, data.test_inputs, data.test_inputs[:, 0])
    np.testing.assert_array_equal(metrics["test log density"], expected.log_density)
    np.testing.assert_array_equal(metrics["test mean squared error"], expected.mean_squared_error)
    none = dataclasses.replace(
        numbers, test_inputs=data.test_inputs[:0], test_targets=data.test_targets[:0]
    )
    assert metrics_by_name(network, process, none) == {}


def test_predicted_values_are_measured_on_each_split(data):
    rows = data.inputs[:30]
    problem = NeuralNetwork.from_data(rows, rows[:, 0] ** 2, hidden=(2,), loss=MeanSquaredError())
    points = np.random.default_rng(0).normal(size=(2, problem.dimension))
    network = Network.from_arrays([1.0, 2.0], coordinates=points)
    numbers = dataclasses.replace(
        data, inputs=rows, targets=rows[:, 0] ** 2, test_targets=data.test_inputs[:, 0] ** 2
    )
    metrics = metrics_by_name(network, problem, numbers)
    expected = value_metrics(network, problem, data.test_inputs, numbers.test_targets)
    np.testing.assert_array_equal(metrics["test mean squared error"], expected.mean_squared_error)
    np.testing.assert_array_equal(metrics["test mean absolute error"], expected.mean_absolute_error)
    assert {name.split()[0] for name in metrics} == {"train", "test"}
    summary = summarise_metric("test mean absolute error", expected.mean_absolute_error, network)
    assert summary.best == expected.mean_absolute_error.min()


def test_what_predicts_nothing_is_refused(network, data):
    assert not can_be_measured(double_well())
    with pytest.raises(ValueError, match="predicts nothing that can be measured"):
        metrics_by_name(network, double_well(), data)


def test_the_best_of_an_error_is_the_smallest_and_of_an_area_the_largest(network):
    values = np.array([0.5, 0.7, 0.2])
    for name in ("test mean squared error", "test calibration error", "train loss"):
        assert summarise_metric(name, values, network).best == 0.2, name
    for name in ("test auc", "test accuracy", "test log density"):
        assert summarise_metric(name, values, network).best == 0.7, name
    distance = summarise_metric("resampled distance", values, network)
    assert distance.best is None
    assert distance.median == 0.5 and distance.of_the_lowest_minimum == 0.7
