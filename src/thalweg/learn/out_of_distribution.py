"""How an ensemble predicts where the training data reach, and where they do not."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy import stats

from ..datasets.held_out_region import RegionHeldOut
from .gaussian_process_ensemble import GaussianProcessEnsemble, MixturePrediction


@dataclass(frozen=True)
class PredictionQuality:
    """How well some targets were predicted.

    Attributes:
        mean_squared_error: of the mean, in squared units of the targets.
        log_density: mean of ln p(y) of an observation, in nats; higher is better.
        coverage: share of the targets within the central 90 % of their predictive distribution.
        n: targets.
    """

    mean_squared_error: float
    log_density: float
    coverage: float
    n: int


@dataclass(frozen=True)
class OutOfDistribution:
    """The quality of one predictor on both sides of the border of its training data.

    Attributes:
        within: where the training data reach.
        beyond: in the region that they leave out.
    """

    within: PredictionQuality
    beyond: PredictionQuality


def out_of_distribution(
    ensemble: GaussianProcessEnsemble, held_out: RegionHeldOut
) -> OutOfDistribution:
    """Measure an ensemble, or with `BestMinimum` a point estimate, within its training data and beyond.

    Args:
        ensemble: of landscapes over the training rows of `held_out.data`.
        held_out: of `datasets.hold_out_region`.
    """
    data = held_out.data
    prediction = ensemble.posterior(data.test_inputs)
    targets = np.asarray(data.test_targets, dtype=np.float64)
    return OutOfDistribution(
        _quality(prediction, targets, ~held_out.in_region),
        _quality(prediction, targets, held_out.in_region),
    )


def _quality(
    prediction: MixturePrediction,
    targets: Float[np.ndarray, " M"],
    rows: Bool[np.ndarray, " M"],
) -> PredictionQuality:
    deviations = (targets - prediction.means) / np.sqrt(prediction.variances)
    levels = prediction.weights @ stats.norm.cdf(deviations)
    inside = np.abs(levels - 0.5) <= 0.45
    return PredictionQuality(
        float(np.mean((targets - prediction.mean)[rows] ** 2)),
        float(prediction.log_density(targets)[rows].mean()),
        float(inside[rows].mean()),
        int(rows.sum()),
    )
