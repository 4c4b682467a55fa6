"""Losses of a model's outputs: means over points, and over pairs of points of different classes."""

from .aggregation import LossAggregation
from .approximate_auc import ApproximateAUC
from .base import Loss
from .named import LOSSES, from_choices
from .pair_loss import PairLoss
from .pair_sums import PairKernel
from .point_loss import OutputTerms, PointLoss
from .pointwise import CrossEntropy, MeanAbsoluteError, MeanSquaredError
from .surrogates import SURROGATES, Surrogate, SurrogateSettings

__all__ = [
    "LOSSES",
    "SURROGATES",
    "ApproximateAUC",
    "CrossEntropy",
    "Loss",
    "LossAggregation",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "OutputTerms",
    "PairKernel",
    "PairLoss",
    "PointLoss",
    "Surrogate",
    "SurrogateSettings",
    "from_choices",
]
