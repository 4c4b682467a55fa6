"""The posterior over hyperparameters as peaks of the landscape, and whether one of them will do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jaxtyping import Float
from scipy.special import logsumexp, softmax

from ..analysis.minima.hyperparameters import BoundOptimum
from ..display import shown
from ..landscape.network import Network
from ..precision import with_float64
from ..problems.gaussian_processes.gaussian_process import GaussianProcess


@shown
@dataclass(frozen=True, eq=False)
class LaplaceMixture:
    """The posterior as a sum of normal peaks, one at each minimum, and of halves of peaks at bounds.

    Attributes:
        means: minima, unless the peaks were moved (`adapted_mixture`), and points at bounds [m d].
        covariances: inverse Hessians, unless they were fitted; of a coordinate at a bound the mean square
            of its distance from there, with no covariance of any other [m d d].
        weights: share of each peak, from its loss and harmonic volume [m].
        log_evidence: ln p(y) in this approximation.
        inward: 1 for a coordinate at its lower bound, −1 at its upper one, 0 for a free one [m d]; None
            if all are free.
    """

    means: Float[np.ndarray, "m d"]
    covariances: Float[np.ndarray, "m d d"]
    weights: Float[np.ndarray, " m"]
    log_evidence: float
    inward: Float[np.ndarray, "m d"] | None = None

    def inward_of(self, k: int) -> Float[np.ndarray, " d"]:
        """Of peak k; zeros if all coordinates are free [d]."""
        if self.inward is None:
            return np.zeros(self.means.shape[1])
        return np.asarray(self.inward[k])


@dataclass(frozen=True)
class PointEstimateDiagnosis:
    """Whether one set of hyperparameters stands for the posterior, from the landscape alone.

    Attributes:
        suffices: whether a point estimate suffices.
        best_weight: share of the posterior at the minimum of lowest loss.
        effective_minima: exponential of the entropy of the weights.
        widest: largest standard deviation along an eigendirection of a minimum that counts, in e-folds.
        reason: in words.
    """

    suffices: bool
    best_weight: float
    effective_minima: float
    widest: float
    reason: str


@with_float64
def laplace_mixture(
    problem: GaussianProcess,
    network: Network,
    *,
    at_bounds: Sequence[BoundOptimum] | None = None,
) -> LaplaceMixture:
    """Laplace's approximation at every minimum, weights ∝ e^−L |H|^−1/2, and at best points on bounds.

    Without a prior of finite width the prior is uniform between the bounds of every logarithm, and the
    posterior may have most of its weight where there is no minimum: at best points on bounds. There the
    density falls off inwards exponentially, at the rate of the gradient, and the free coordinates have
    their own Hessian; a direction that the likelihood leaves open is as wide as the bounds.

    Args:
        problem: with a prior (`prior_width`), or with bounds of every hyperparameter.
        network: its minima; may be empty if there are points at bounds.
        at_bounds: best points on bounds, by `tw.analysis.bound_optima`; to be passed without a prior, even if
            there are none.

    Raises:
        ValueError: without a prior and points at bounds, if there is neither minimum nor point at a bound,
            or if a Hessian at a minimum is singular.

    Reference: Rasmussen & Williams (2006), section 5.5; harmonic weights as in
    `occupation_probabilities` at T = 1; Bleistein & Handelsman, Asymptotic Expansions of Integrals (1986),
    section 8.3, for maxima at a boundary.
    """
    if problem.prior_width is None and at_bounds is None:
        raise ValueError(
            "the likelihood is flat where a length scale is beyond all data, so its posterior ends at bounds "
            "or needs a prior: GaussianProcess.from_data(…, prior_width=2.0), or pass "
            "at_bounds=tw.analysis.bound_optima(problem) for a uniform one between bounds."
        )
    at_bounds = at_bounds or ()
    if not at_bounds:
        network.require_minima("a Laplace approximation")
    derivatives = jax.jit(lambda p, x: p.value_gradient_hessian(x)[1:])
    peaks = [_peak_at_minimum(loss, derivatives(problem, x)[1]) for loss, x in _minima(network)]
    inward = [np.zeros(problem.dimension) for _ in peaks]
    for optimum in at_bounds:
        x = optimum.coordinates
        inward.append(_inward(problem, x))
        gradient, hessian = (np.asarray(a) for a in derivatives(problem, x))
        widths = np.asarray(problem.upper) - np.asarray(problem.lower)
        peaks.append(_peak_at_bound(optimum.loss, gradient, hessian, inward[-1], widths))
    logs = np.array([log_weight for log_weight, _ in peaks])
    points = [x for _, x in _minima(network)] + [one.coordinates for one in at_bounds]
    return LaplaceMixture(
        np.array(points),
        np.array([covariance for _, covariance in peaks]),
        softmax(logs),
        float(logsumexp(logs)) - log_volume(problem),
        np.array(inward) if at_bounds else None,
    )


def _minima(network: Network) -> list[tuple[float, Float[np.ndarray, " d"]]]:
    return list(zip(network.losses.tolist(), network.coordinates, strict=True))


def _peak_at_minimum(loss: float, hessian: Any) -> tuple[float, Float[np.ndarray, "d d"]]:
    """Logarithm of the weight, and the covariance."""
    sign, log_det = np.linalg.slogdet(hessian)
    if sign <= 0 or not np.isfinite(log_det):
        raise ValueError("a Hessian is singular or indefinite: not all points are minima.")
    log_weight = -loss - 0.5 * log_det + 0.5 * len(hessian) * np.log(2 * np.pi)
    return float(log_weight), np.linalg.inv(hessian)


def _peak_at_bound(
    loss: float,
    gradient: Float[np.ndarray, " d"],
    hessian: Float[np.ndarray, "d d"],
    inward: Float[np.ndarray, " d"],
    widths: Float[np.ndarray, " d"],
) -> tuple[float, Float[np.ndarray, "d d"]]:
    """As of a minimum, with exponentials in the coordinates at bounds."""
    held = inward != 0
    rates = np.maximum(np.abs(gradient[held]), 1 / widths[held])
    free = ~held
    # Uniform over its range a coordinate has the variance w²/12.
    curvatures, modes = np.linalg.eigh(hessian[np.ix_(free, free)])
    least = 12 * (modes**2).T @ (1 / widths[free] ** 2)
    curvatures = np.maximum(curvatures, least)
    covariance = np.zeros_like(hessian)
    covariance[np.ix_(free, free)] = (modes / curvatures) @ modes.T
    covariance[held, held] = 2 / rates**2
    log_weight = -loss - np.log(rates).sum() + 0.5 * np.sum(np.log(2 * np.pi / curvatures))
    return float(log_weight), covariance


def _inward(problem: GaussianProcess, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
    lower, upper = np.asarray(problem.lower), np.asarray(problem.upper)
    return np.where(x <= lower, 1.0, np.where(x >= upper, -1.0, 0.0))


def log_volume(problem: GaussianProcess) -> float:
    """Of the range that a uniform prior covers; zero with a prior of finite width, which the loss holds."""
    if problem.prior_width is not None or problem.priors:
        return 0.0
    return float(np.log(np.asarray(problem.upper) - np.asarray(problem.lower)).sum())


def point_estimate_diagnosis(
    mixture: LaplaceMixture, *, share: float = 0.95, width: float = 1.0
) -> PointEstimateDiagnosis:
    """Decide, before any sampling, whether a single point estimate suffices.

    It does if one minimum holds nearly all of the posterior and determines every direction.

    Args:
        mixture: of the landscape.
        share: of the posterior that the best minimum must hold.
        width: standard deviation, in e-folds, up to which a direction counts as determined.
    """
    best = int(np.argmax(mixture.weights))
    counts = mixture.weights > 0.01
    widest = float(np.sqrt(np.linalg.eigvalsh(mixture.covariances[counts]).max()))
    weights = mixture.weights[mixture.weights > 0]
    effective = float(np.exp(-np.sum(weights * np.log(weights))))
    top = float(mixture.weights[best])
    if top < share:
        reason = f"{effective:.1f} minima share the posterior; the best one has {top:.0%} of it"
    elif widest > width:
        reason = f"one minimum, but a direction is open over {widest:.1f} e-folds either way"
    else:
        reason = "one minimum holds the posterior and determines every direction"
    return PointEstimateDiagnosis(top >= share and widest <= width, top, effective, widest, reason)
