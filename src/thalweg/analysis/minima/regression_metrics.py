"""Quality of each minimum as a predictor with an uncertainty: error, log density, calibration."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import stats

from ...display import shown
from ...landscape.network import Network
from ...problems.capabilities import PredictsDistribution

_LEVELS = np.linspace(0.1, 0.9, 9)
"""Central intervals whose share of the held-out targets is compared with their level."""


@shown
@dataclass(frozen=True, eq=False)
class RegressionMetrics:
    """How well each minimum predicts held-out targets (all [minima]).

    Attributes:
        mean_squared_error: of the posterior mean, in squared units of the targets.
        log_density: mean of ln p(y) of an observation, in nats; higher is better.
        calibration_error: mean absolute difference between the level of central prediction intervals
            (10 % … 90 %) and the share of targets inside.
    """

    mean_squared_error: Float[np.ndarray, " minima"]
    log_density: Float[np.ndarray, " minima"]
    calibration_error: Float[np.ndarray, " minima"]


def regression_metrics(
    network: Network,
    problem: PredictsDistribution,
    inputs: Float[np.ndarray, "M inputs"],
    targets: Float[np.ndarray, " M"],
) -> RegressionMetrics:
    """Measure every minimum on held-out data.

    Args:
        network: minima with coordinates.
        problem: whose minima they are; for example a `GaussianProcess`.
        inputs, targets: held-out data, scaled as those of the problem [M inputs] and [M].

    Raises:
        ValueError: if the shapes do not fit, or a covariance matrix is not positive definite.
    """
    targets = np.asarray(targets, dtype=np.float64)
    if targets.shape != (len(inputs),) or len(inputs) == 0:
        raise ValueError(
            f"targets must have shape [{len(inputs)}] and hold at least one; got {targets.shape}."
        )
    rows = []
    for x in network.coordinates:
        prediction = problem.posterior(x, inputs)
        deviation = targets - prediction.mean
        standardised_deviation = np.abs(deviation) / np.sqrt(prediction.variance + prediction.noise)
        inside = (standardised_deviation[:, None] < stats.norm.ppf(0.5 + 0.5 * _LEVELS)).mean(
            axis=0
        )
        density = prediction.log_density(targets).mean()
        rows.append((np.mean(deviation**2), density, np.abs(inside - _LEVELS).mean()))
    return RegressionMetrics(*np.array(rows).reshape(-1, 3).T)
