"""Gaussian processes at several minima as one predictor."""

import abc
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.optimize
from jaxtyping import Float
from scipy.special import logsumexp, softmax

from ..analysis.graph.basins import monotonic_sequence_basins
from ..confidence_interval import ConfidenceInterval
from ..display import shown
from ..landscape.network import Network, require_minima
from ..problems.capabilities import PredictsInEnsembles
from ..problems.gaussian_processes.prediction import normal_log_density

Landscapes = Sequence[tuple[PredictsInEnsembles, Network]]
"""Minima of one or several kernels over the same data."""


@shown
@dataclass(frozen=True, eq=False)
class MixturePrediction:
    """A mixture of normal predictions.

    Attributes:
        mean: of the mixture [M].
        variance: of the mixture, without the noise of an observation [M].
        weights: of the members [m].
        means, variances: of an observation by each member, noise included in the variance [m M].
    """

    mean: Float[np.ndarray, " M"]
    variance: Float[np.ndarray, " M"]
    weights: Float[np.ndarray, " m"]
    means: Float[np.ndarray, "m M"]
    variances: Float[np.ndarray, "m M"]

    def log_density(self, targets: Float[np.ndarray, " M"]) -> Float[np.ndarray, " M"]:
        """ln p(y) of observations [M], one by one."""
        each = normal_log_density(targets, self.means, self.variances)
        return np.asarray(logsumexp(each, axis=0, b=self.weights[:, None]))


@shown
@dataclass(frozen=True, eq=False)
class GaussianProcessEnsemble:
    """Gaussian processes with several hyperparameters, each with a weight.

    Attributes:
        members: problem and hyperparameters [m_k d] of each group of members.
        weights: of all members, one group after the other; they sum to one [m].
    """

    members: tuple[tuple[PredictsInEnsembles, Float[np.ndarray, "m_k d"]], ...]
    weights: Float[np.ndarray, " m"]

    def posterior(self, inputs: Float[np.ndarray, "M inputs"]) -> MixturePrediction:
        """Mean and variance of the mixture at `inputs` [M inputs].

        Raises:
            ValueError: if a covariance matrix is not positive definite.
        """
        parts = [problem.posteriors(x, inputs) for problem, x in self.members]
        means = np.concatenate([part.mean for part in parts])
        variances = np.concatenate([part.variance for part in parts])
        noises = np.concatenate([part.noise[:, None] for part in parts])
        if not np.isfinite(means[self.weights > 0]).all():
            raise ValueError(
                "a member's covariance matrix is not positive definite; raise its noise."
            )
        mean = self.weights @ means
        variance = self.weights @ (variances + means**2) - mean**2
        return MixturePrediction(mean, variance, self.weights, means, variances + noises)


class Weighting(abc.ABC):
    """How much each minimum counts; one of your own is passed as an object."""

    @abc.abstractmethod
    def weights(self, landscapes: Landscapes) -> Float[np.ndarray, " m"]:
        """Weights that sum to one, of all minima, one landscape after the other [m]."""


@dataclass(frozen=True)
class Uniform(Weighting):
    """Every minimum the same."""

    def weights(self, landscapes: Landscapes) -> Float[np.ndarray, " m"]:
        n = sum(network.n_minima for _, network in landscapes)
        return np.full(n, 1 / n)


@dataclass(frozen=True)
class Boltzmann(Weighting):
    """exp(−L/T): at T = 1 by marginal likelihood."""

    temperature: float = 1.0

    def weights(self, landscapes: Landscapes) -> Float[np.ndarray, " m"]:
        return np.asarray(softmax(-_losses(landscapes) / self.temperature))


@dataclass(frozen=True)
class Flatness(Weighting):
    """exp(−½ LPPHE): by harmonic volume alone."""

    def weights(self, landscapes: Landscapes) -> Float[np.ndarray, " m"]:
        return np.asarray(softmax(-0.5 * _lpphes(landscapes)))


@dataclass(frozen=True)
class Occupation(Weighting):
    """exp(−L/T − ½ LPPHE): at T = 1 the evidence of each minimum in Laplace's approximation."""

    temperature: float = 1.0

    def weights(self, landscapes: Landscapes) -> Float[np.ndarray, " m"]:
        logs = -_losses(landscapes) / self.temperature - 0.5 * _lpphes(landscapes)
        return np.asarray(softmax(logs))


@dataclass(frozen=True)
class LeaveOneOut(Weighting):
    """Weights with the highest leave-one-out log density of the mixture (stacking).

    Reference: Yao, Vehtari, Simpson & Gelman, Bayesian Anal. 13, 917 (2018), equation 4.
    """

    def weights(self, landscapes: Landscapes) -> Float[np.ndarray, " m"]:
        logs = np.array(
            [
                problem.leave_one_out(x).log_density(problem.observations)
                for problem, network in landscapes
                for x in network.coordinates
            ]
        )
        relative = np.exp(logs - logs.max(axis=0))

        m = len(logs)
        if m == 1:
            return np.ones(1)

        def loss(w: np.ndarray) -> float:
            return -float(np.log(w @ relative).mean())

        def slope(w: np.ndarray) -> np.ndarray:
            return -np.asarray((relative / (w @ relative)).mean(axis=1))

        result = scipy.optimize.minimize(
            loss,
            np.full(m, 1 / m),
            jac=slope,
            method="SLSQP",
            bounds=[(0.0, 1.0)] * m,
            constraints=scipy.optimize.LinearConstraint(np.ones((1, m)), 1.0, 1.0),
        )
        weights = np.maximum(result.x, 0.0)
        return np.asarray(weights / weights.sum())


@dataclass(frozen=True)
class BestMinimum(Weighting):
    """The minimum of lowest loss alone: the point estimate, as an ensemble of one."""

    def weights(self, landscapes: Landscapes) -> Float[np.ndarray, " m"]:
        losses = _losses(landscapes)
        return np.asarray(np.arange(len(losses)) == np.argmin(losses), dtype=np.float64)


@dataclass(frozen=True)
class OnePerFunnel(Weighting):
    """The bottom of each funnel alone, the monotonic sequence basins being the funnels.

    Needs transition states: minima that nothing joins are funnels of their own.

    Attributes:
        among: how the bottoms share the weight.
    """

    among: Weighting = Uniform()

    def weights(self, landscapes: Landscapes) -> Float[np.ndarray, " m"]:
        is_bottom = np.concatenate(
            [
                np.isin(np.arange(network.n_minima), monotonic_sequence_basins(network).bottoms)
                for _, network in landscapes
                if network.n_minima
            ]
        )
        weights = np.where(is_bottom, self.among.weights(landscapes), 0.0)
        return np.asarray(weights / weights.sum())


def gp_ensemble(
    landscapes: Landscapes, weighting: Weighting | None = None
) -> GaussianProcessEnsemble:
    """An ensemble of all minima of one or several landscapes over the same data.

    Args:
        landscapes: problems with their networks, for example of several smoothnesses ν.
        weighting: `Occupation()` by default.

    Raises:
        ValueError: if there is no minimum, or the landscapes are of different data.
    """
    landscapes = _with_minima(landscapes, "an ensemble")
    targets = landscapes[0][0].observations
    if not all(np.array_equal(problem.observations, targets) for problem, _ in landscapes):
        raise ValueError("the landscapes are of different data.")
    weights = (weighting or Occupation()).weights(landscapes)
    members = tuple((problem, np.asarray(network.coordinates)) for problem, network in landscapes)
    return GaussianProcessEnsemble(members, weights)


@dataclass(frozen=True)
class Gain:
    """What an ensemble gains over the minimum of lowest loss, in per cent of its squared error.

    Attributes:
        percent: 100 (1 − MSE / MSE of the best minimum).
        interval: 90 % bootstrap interval over the held-out points; not known from fewer than five.
        log_density: gain in mean log density, in nats.
        seed: of the bootstrap.
    """

    percent: float
    interval: ConfidenceInterval
    log_density: float
    seed: int

    @property
    def lower(self) -> float:
        """Lower end of the interval; NaN if it is not known."""
        return self.interval.lower

    @property
    def upper(self) -> float:
        """Upper end of the interval; NaN if it is not known."""
        return self.interval.upper


def ensemble_gain(
    ensemble: GaussianProcessEnsemble,
    landscapes: Landscapes,
    inputs: Float[np.ndarray, "M inputs"],
    targets: Float[np.ndarray, " M"],
    *,
    draws: int = 1000,
    seed: int = 0,
) -> Gain:
    """Compare an ensemble with the single minimum of lowest loss on held-out data.

    Args:
        ensemble: made of `landscapes`.
        landscapes: among whose minima the best is sought.
        inputs, targets: held-out data [M inputs] and [M].
        draws: bootstrap samples of the held-out points.
        seed: of the samples.

    Raises:
        ValueError: if there is no minimum.
    """
    problem, network = min(
        _with_minima(landscapes, "the gain of an ensemble"), key=lambda pair: pair[1].lowest_loss
    )
    best = problem.posterior(network.coordinates[network.global_minimum], inputs)
    mixture = ensemble.posterior(inputs)
    errors = np.array([(targets - best.mean) ** 2, (targets - mixture.mean) ** 2])
    rows = np.random.default_rng(seed).integers(0, len(targets), (draws, len(targets)))
    drawn_errors = errors[:, rows].mean(axis=2)
    gains = 100 * (1 - drawn_errors[1] / drawn_errors[0])
    interval = ConfidenceInterval.bootstrap(gains, len(targets), "held-out points", 0.9)
    before, after = errors.mean(axis=1)
    density = mixture.log_density(targets).mean() - best.log_density(targets).mean()
    percent = 100 * float(1 - after / before)
    return Gain(percent, interval, float(density), seed)


def _with_minima(landscapes: Landscapes, purpose: str) -> list[tuple[PredictsInEnsembles, Network]]:
    """The landscapes that have minima, of which `purpose` needs one."""
    with_minima = [(problem, network) for problem, network in landscapes if network.n_minima]
    require_minima(len(with_minima), "the list of landscapes", purpose)
    return with_minima


def _losses(landscapes: Landscapes) -> Float[np.ndarray, " m"]:
    return np.concatenate([network.losses for _, network in landscapes])


def _lpphes(landscapes: Landscapes) -> Float[np.ndarray, " m"]:
    return np.concatenate([network.lpphe for _, network in landscapes])
