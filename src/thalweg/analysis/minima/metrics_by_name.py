"""All metrics of the minima of a landscape on its data, by the names under which they are saved."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from ...datasets import Dataset
from ...landscape.network import Network
from ...problems.capabilities import Prediction
from ...problems.problem import Problem
from .clustering_metrics import clustering_metrics
from .metric_direction import best_value, metric_direction
from .metrics import classification_metrics, top_k_accuracy
from .regression_metrics import regression_metrics
from .surrogate_deviation import auc_deviation, estimates_auc
from .value_metrics import value_metrics

_NAMED = 2
"""Classes that may be named in the top-k accuracy, of data that have more."""
MetricsByName = dict[str, Float[np.ndarray, " minima"]]


@dataclass(frozen=True)
class MetricSummary:
    """One metric over the minima of a landscape.

    Attributes:
        best: the best in hindsight; None for a metric that has no better end.
        median: over the minima.
        of_the_lowest_minimum: the value of the minimum of lowest loss.
    """

    best: float | None
    median: float
    of_the_lowest_minimum: float


def can_be_measured(problem: Problem) -> bool:
    """Whether the problem predicts something that `metrics_by_name` can measure."""
    return problem.prediction in _MEASURES


def metrics_by_name(network: Network, problem: Problem, data: Dataset) -> MetricsByName:
    """Measure every minimum: classes, values and clusters on each split, a distribution on the test rows.

    Args:
        network: minima with coordinates.
        problem: whose minima they are.
        data: training and test rows.

    Returns:
        'train loss', 'test auc' … of a classifier, with 'train auc deviation' (`auc_deviation`) where its
        loss is a surrogate of the AUC and 'test top 2 accuracy' for more than two classes; 'test mean
        squared error' … of predicted values, 'test log density' … of a distribution, 'train adjusted rand'
        … of clusters [minima]; no metric for a split without rows.

    Raises:
        ValueError: if the problem predicts none of these, or it is not known what its outputs are.
    """
    if problem.prediction not in _MEASURES:
        problem.require_output_kind()
    return _MEASURES[problem.prediction](network, problem, data)


def summarise_metric(
    name: str, values: Float[np.ndarray, " minima"], network: Network
) -> MetricSummary:
    """Best, median and the lowest minimum's value of one metric [minima]."""
    return MetricSummary(
        best=None if metric_direction(name) is None else best_value(name, values),
        median=float(np.median(values)),
        of_the_lowest_minimum=float(values[network.global_minimum]),
    )


def _of_classes(network: Network, problem: Any, data: Dataset) -> MetricsByName:
    metrics = _by_split(
        data, lambda x, y: classification_metrics(network, problem, x, data.class_numbers(y))
    )
    if data.n_classes > _NAMED:
        for split, inputs, targets in _splits(data):
            numbers = data.class_numbers(targets)
            metrics[f"{split} top {_NAMED} accuracy"] = top_k_accuracy(
                network, problem, inputs, numbers, k=_NAMED
            )
    if estimates_auc(problem):
        # On the rows that the loss is of, and so without the error of a sample.
        metrics["train auc deviation"] = auc_deviation(network, problem)
    return metrics


def _of_values(network: Network, problem: Any, data: Dataset) -> MetricsByName:
    return _by_split(data, lambda x, y: value_metrics(network, problem, x, y))


def _by_split(data: Dataset, measure: Callable[[np.ndarray, np.ndarray], Any]) -> MetricsByName:
    return {
        f"{split} {name.replace('_', ' ')}": values
        for split, inputs, targets in _splits(data)
        for name, values in vars(measure(inputs, targets)).items()
    }


def _splits(data: Dataset) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Name, inputs and targets of each split that has rows."""
    splits = [
        ("train", data.inputs, data.targets),
        ("test", data.test_inputs, data.test_targets),
    ]
    return [split for split in splits if len(split[1])]


def _of_clusters(network: Network, problem: Any, data: Dataset) -> MetricsByName:
    return _by_split(data, lambda x, y: clustering_metrics(network, problem, x, y))


def _of_distributions(network: Network, problem: Any, data: Dataset) -> MetricsByName:
    if len(data.test_inputs) == 0:
        return {}
    metrics = regression_metrics(network, problem, data.test_inputs, data.test_targets)
    return {f"test {name.replace('_', ' ')}": values for name, values in vars(metrics).items()}


_MEASURES: dict[Prediction | None, Callable[[Network, Any, Dataset], MetricsByName]] = {
    Prediction.CLASS_PROBABILITIES: _of_classes,
    Prediction.VALUES: _of_values,
    Prediction.DISTRIBUTION: _of_distributions,
    Prediction.CLUSTERS: _of_clusters,
}
