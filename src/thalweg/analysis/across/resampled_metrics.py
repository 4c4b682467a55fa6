"""How far minima move, and how their test AUC changes, when the training rows are drawn anew."""

import numpy as np

from ...datasets import Dataset
from ...landscape.network import Network
from ...problems.problem import Problem
from ..minima.metrics_by_name import MetricsByName
from .resampling import ResamplingRobustness, resampling_robustness


def resampled_metrics(
    network: Network, problem: Problem, data: Dataset, *, draws: int
) -> MetricsByName:
    """Mean distance moved, and mean and standard deviation of the change of the test AUC, by name.

    Args:
        network: minima with coordinates.
        problem: a classifier over rows of data.
        data: of which the test rows are measured on.
        draws: bootstrap samples of the training rows.

    Raises:
        ValueError: if there are no test rows, or as for `resampling_robustness`.
    """
    if len(data.test_inputs) == 0:
        raise ValueError("resampling needs test rows to measure on; the data have none.")
    targets = data.class_numbers(data.test_targets)
    return means_over_draws(
        resampling_robustness(network, problem, data.test_inputs, targets, draws=draws)
    )


def means_over_draws(result: ResamplingRobustness) -> MetricsByName:
    """Means and standard deviation; a draw in which a minimum was not reached does not count for it."""
    n = np.maximum(np.isfinite(result.distance).sum(axis=0), 1)
    mean = np.nansum(result.auc_change, axis=0) / n
    spread = np.sqrt(np.nansum((result.auc_change - mean) ** 2, axis=0) / n)
    return {
        "resampled distance": np.nansum(result.distance, axis=0) / n,
        "resampled test auc change": mean,
        "resampled test auc sd": spread,
    }
