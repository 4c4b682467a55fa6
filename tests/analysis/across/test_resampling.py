"""Minima followed to bootstrap samples of the training data."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import ResamplingRobustness, resampling_robustness
from thalweg.analysis.across.resampled_metrics import means_over_draws
from thalweg.datasets import spirals
from thalweg.problems import NeuralNetwork, double_well


class SameRows:
    """A generator that draws every row once."""

    def integers(self, lower, upper, size):
        return np.arange(lower, upper)


def test_minima_stay_where_the_data_stay(monkeypatch):
    data = spirals(400, 100)
    # A penalty that keeps probabilities from rounding to one: points that tie there make the AUC jump.
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(3,), l2=1e-3)
    network = tw.explore(problem, minima=4, connect=False, workers=1).network()
    arguments = (network, problem, data.test_inputs, data.class_numbers(data.test_targets))
    monkeypatch.setattr(np.random, "default_rng", lambda seed: SameRows())
    result = resampling_robustness(*arguments, draws=1)
    assert result.distance.max() < 1e-6
    assert np.abs(result.loss_change).max() < 1e-6 and np.abs(result.auc_change).max() < 1e-6


def test_other_data_move_the_minima(spiral_network):
    data = spirals(400, 100)
    landscape = tw.explore(spiral_network, minima=4, connect=False, workers=1)
    network = landscape.network()
    targets = data.class_numbers(data.test_targets)
    result = resampling_robustness(network, spiral_network, data.test_inputs, targets, draws=2)
    assert result.distance.shape == (2, network.n_minima)
    reached = np.isfinite(result.distance)
    assert reached.mean() > 0.5 and result.distance[reached].min() > 1e-3
    again = resampling_robustness(network, spiral_network, data.test_inputs, targets, draws=2)
    np.testing.assert_array_equal(result.loss_change, again.loss_change)


def test_means_leave_out_the_draws_in_which_a_minimum_was_lost():
    lost = np.nan
    moved = np.array([[1.0, 2.0], [3.0, lost], [5.0, lost]])
    change = np.array([[0.1, -0.2], [0.3, lost], [0.2, lost]])
    means = means_over_draws(ResamplingRobustness(moved, change, change, seed=0))
    np.testing.assert_allclose(means["resampled distance"], [3.0, 2.0])
    np.testing.assert_allclose(means["resampled test auc change"], [0.2, -0.2])
    np.testing.assert_allclose(means["resampled test auc sd"], [np.std([0.1, 0.3, 0.2]), 0.0])


def test_a_problem_without_rows_is_refused():
    landscape = tw.explore(double_well(), minima=2, connect=False, workers=1)
    with pytest.raises(ValueError, match="no rows"):
        resampling_robustness(
            landscape.network(), double_well(), np.zeros((1, 2)), np.zeros(1, dtype=int)
        )
