"""Losses of a model's outputs: means over points, and over pairs of points of different classes."""

from .approximate_auc import ApproximateAUC
from .base import Loss
from .pointwise import (
    LOSSES,
    CrossEntropy,
    MeanAbsoluteError,
    MeanSquaredError,
    from_choices,
)

__all__ = [
    "LOSSES",
    "ApproximateAUC",
    "CrossEntropy",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "from_choices",
]
