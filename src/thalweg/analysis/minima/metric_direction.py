"""Whether higher or lower values of a metric are better, by the name of the metric."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike


class MetricDirection(StrEnum):
    """Which of two values of a metric is the better one."""

    HIGHER = "higher is better"
    LOWER = "lower is better"


METRIC_DIRECTIONS: Mapping[str, MetricDirection | None] = MappingProxyType(
    {
        "accuracy": MetricDirection.HIGHER,
        "auc": MetricDirection.HIGHER,
        "auc change": MetricDirection.HIGHER,
        "auc deviation": MetricDirection.LOWER,
        "log density": MetricDirection.HIGHER,
        "adjusted rand": MetricDirection.HIGHER,
        "mutual information": MetricDirection.HIGHER,
        "brier": MetricDirection.LOWER,
        "brier score": MetricDirection.LOWER,
        "calibration error": MetricDirection.LOWER,
        "expected calibration error": MetricDirection.LOWER,
        "error": MetricDirection.LOWER,
        "loss": MetricDirection.LOWER,
        "loss change": MetricDirection.LOWER,
        "mean squared error": MetricDirection.LOWER,
        # How much a minimum depends on the sample describes it; it is no merit to be ranked by.
        "auc sd": None,
        "distance": None,
    }
)
"""The direction of each metric that the package names; None for one that has no better end."""


def metric_direction(name: str) -> MetricDirection | None:
    """Whether high or low values of a metric are better, by the last words of its name.

    'test auc', 'validation AUC' and 'auc' are one metric, so a name of one's own gets its direction by
    ending as one in `METRIC_DIRECTIONS` does ('… loss', '… error', '… accuracy'). Underscores count as
    spaces.

    Returns:
        None where the name does not say it: such a metric has a mean, but no best value.
    """
    words = name.lower().replace("_", " ").split()
    endings = (" ".join(words[first:]) for first in range(len(words)))
    known_ending = next((ending for ending in endings if ending in METRIC_DIRECTIONS), None)
    return None if known_ending is None else METRIC_DIRECTIONS[known_ending]


def best_value(name: str, values: ArrayLike) -> float:
    """The best of some values of a metric; NaN if none is a number, or the name has no direction.

    Args:
        name: of the metric, as for `metric_direction`.
        values: of any shape; NaN for what was not measured.
    """
    numbers = np.asarray(values, dtype=np.float64)
    numbers = numbers[~np.isnan(numbers)]
    direction = metric_direction(name)
    if direction is None or len(numbers) == 0:
        return float("nan")
    return float(numbers.min() if direction is MetricDirection.LOWER else numbers.max())
