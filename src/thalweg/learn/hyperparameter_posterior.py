"""Samples of the posterior over hyperparameters: from a mixture of the landscape's peaks, or by chains."""

import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy import stats
from scipy.special import logsumexp, softmax

from ..confidence_interval import FEWEST_UNITS
from ..display import shown
from ..numbers import Whole, seed_number, whole_number
from ..precision import with_float64
from ..problems.gaussian_processes.gaussian_process import GaussianProcess
from .gaussian_process_ensemble import GaussianProcessEnsemble
from .laplace_mixture import LaplaceMixture, log_volume

_DEGREES_OF_FREEDOM = 5
"""Of the t distributions that stand for the modes: heavier tails than the normal keep weights bounded."""


@shown
@dataclass(frozen=True, eq=False)
class TailedMixture:
    """A mixture with t distributions in place of normal ones, to draw from.

    Attributes:
        mixture: whose means and covariances they have.
        shares: of the draws that each peak gets [m].
    """

    mixture: LaplaceMixture
    shares: Float[np.ndarray, " m"]

    @classmethod
    def of(cls, mixture: LaplaceMixture) -> "TailedMixture":
        """A peak's weight says where to draw most; the small ones are sampled too."""
        return cls(mixture, 0.9 * mixture.weights + 0.1 / len(mixture.weights))

    def draw(self, draws: int, rng: np.random.Generator) -> Float[np.ndarray, "S d"]:
        """So many points [S d]."""
        counts = rng.multinomial(draws, self.shares)
        return np.concatenate(
            [
                self._folded(k, peak.rvs(size=int(n), random_state=rng).reshape(int(n), -1))
                for k, (peak, n) in enumerate(zip(self._peaks(), counts, strict=True))
                if n
            ]
        )

    def log_densities(self, points: Float[np.ndarray, "S d"]) -> Float[np.ndarray, "m S"]:
        """Of each peak alone."""
        return np.array(
            [peak.logpdf(points) + self._of_fold(k, points) for k, peak in enumerate(self._peaks())]
        )

    def _folded(self, k: int, points: Float[np.ndarray, "S d"]) -> Float[np.ndarray, "S d"]:
        """Points beyond a bound that the peak stands at, reflected into the range."""
        mean, inward = self.mixture.means[k], self.mixture.inward_of(k)
        reflected = mean + inward * np.abs(points - mean)
        return np.where(inward == 0, points, reflected)

    def _of_fold(self, k: int, points: Float[np.ndarray, "S d"]) -> Float[np.ndarray, " S"]:
        """What folding adds to the logarithm of a density: ln 2 a bound within the range, −∞ beyond it."""
        inward = self.mixture.inward_of(k)
        is_beyond = (inward * (points - self.mixture.means[k]) < 0).any(axis=1)
        # A folded coordinate covaries with no other, so that both sides are alike.
        return np.where(is_beyond, -np.inf, np.count_nonzero(inward) * math.log(2))

    def log_density(self, points: Float[np.ndarray, "S d"]) -> Float[np.ndarray, " S"]:
        """Of all peaks together."""
        density = logsumexp(self.log_densities(points), axis=0, b=self.shares[:, None])
        return np.asarray(density)

    def nearness(self, k: int, points: Float[np.ndarray, "S d"]) -> Float[np.ndarray, " S"]:
        """What a draw counts for place and shape of peak k: (ν + d)/(ν + δ²), δ its Mahalanobis distance."""
        away = points - self.mixture.means[k]
        square = np.sum(away * np.linalg.solve(self.mixture.covariances[k], away.T).T, axis=1)
        tails = _DEGREES_OF_FREEDOM
        return np.asarray((tails + points.shape[1]) / (tails + square))

    def _peaks(self) -> list[Any]:
        return [
            stats.multivariate_t(mean, covariance, df=_DEGREES_OF_FREEDOM, allow_singular=True)
            for mean, covariance in zip(self.mixture.means, self.mixture.covariances, strict=True)
        ]


@shown
@dataclass(frozen=True, eq=False)
class PosteriorSample:
    """Weighted draws of the hyperparameters.

    Attributes:
        points: logarithms of the hyperparameters [S d].
        weights: sum to one [S].
        effective_sample_size: of the weights, or for chains the smallest over coordinates.
        log_evidence: ln p(y); NaN for chains, which do not give it.
        log_evidence_error: standard error of the same; NaN where fewer than five draws carry the weight.
        evaluations: likelihoods, with or without gradient, that it took.
        r_hat: largest potential scale reduction over coordinates; NaN for independent draws.
        divergences: of the chains.
        seed: of the draws.
    """

    points: Float[np.ndarray, "S d"]
    weights: Float[np.ndarray, " S"]
    effective_sample_size: float
    log_evidence: float
    log_evidence_error: float
    evaluations: int
    r_hat: float
    divergences: int
    seed: int

    def predictor(self, problem: GaussianProcess) -> GaussianProcessEnsemble:
        """The draws as members of an ensemble."""
        return GaussianProcessEnsemble(((problem, self.points),), self.weights)


@with_float64
def importance_sample(
    problem: GaussianProcess, mixture: LaplaceMixture, *, draws: int = 400, seed: int = 0
) -> PosteriorSample:
    """Correct the mixture by importance sampling, with t distributions in place of normal ones.

    Args:
        problem: whose posterior it is.
        mixture: of its landscape.
        draws: likelihoods to evaluate.
        seed: of the draws.

    Reference: Robert & Casella, Monte Carlo Statistical Methods (2004), section 3.3.
    """
    tailed = TailedMixture.of(mixture)
    points = tailed.draw(draws, np.random.default_rng(seed))
    logs = -losses_at(problem, jnp.asarray(points)) - tailed.log_density(points)
    logs = np.where(np.isfinite(logs), logs, -np.inf)
    weights = softmax(logs)
    ratios = np.exp(logs - logs.max())
    effective = float(1 / np.sum(weights**2))
    error = math.nan
    if effective >= FEWEST_UNITS:
        error = float(ratios.std(ddof=1) / ratios.mean() / np.sqrt(draws))
    return PosteriorSample(
        points,
        weights,
        effective,
        float(logsumexp(logs) - np.log(draws)) - log_volume(problem),
        error,
        draws + len(mixture.weights),
        float("nan"),
        0,
        seed,
    )


def losses_at(problem: GaussianProcess, points: Float[Array, "S d"]) -> Float[np.ndarray, " S"]:
    """The losses of points [S d], infinite beyond bounds; to be used inside a float64 context."""
    losses = np.asarray(_losses(problem, points))
    if problem.bounds is None:
        return losses
    lower, upper = (np.asarray(bound) for bound in problem.bounds)
    is_within = ((points >= lower) & (points <= upper)).all(axis=1)
    return np.where(is_within, losses, np.inf)


@jax.jit
def _losses(problem: GaussianProcess, points: Float[Array, "S d"]) -> Float[Array, " S"]:
    losses: Array = jax.lax.map(lambda x: problem.loss(x), points)
    return losses


@with_float64
def nuts_sample(
    problem: GaussianProcess,
    mixture: LaplaceMixture,
    *,
    chains: Whole = 4,
    warm_up: Whole = 500,
    draws: Whole = 500,
    seed: Whole = 0,
) -> PosteriorSample:
    """Sample the posterior by the no-U-turn sampler, with chains that begin at the minima.

    Each chain begins at a minimum drawn by its weight. Needs the extra `bayesian` (blackjax).

    Args:
        problem: with a prior.
        mixture: of its landscape.
        chains: independent chains.
        warm_up: steps of each chain that adapt the step length and the mass matrix.
        draws: steps of each chain that are kept.
        seed: of the chains.

    Raises:
        ImportError: without blackjax.
        ValueError: for a problem without a prior, whose posterior ends at bounds.

    Reference: Hoffman & Gelman, J. Mach. Learn. Res. 15, 1593 (2014).
    """
    if problem.prior_width is None and not problem.priors:
        raise ValueError(
            "a chain would run into the bounds of a problem without a prior; give it one, "
            "GaussianProcess.from_data(…, prior_width=2.0), or use importance_sample."
        )
    try:
        import blackjax
    except ImportError as error:
        raise ImportError("nuts_sample needs blackjax: pip install 'thalweg[bayesian]'.") from error
    seed, chains = seed_number(seed), whole_number(chains, "chains", least=1)
    warm_up = whole_number(warm_up, "warm_up", least=1)
    draws = whole_number(draws, "draws", least=1)
    rng = np.random.default_rng(seed)
    first_points = mixture.means[rng.choice(len(mixture.weights), size=chains, p=mixture.weights)]
    log_density = _log_density(problem)

    @jax.jit
    def chain(key: Array, x: Array) -> tuple[Array, Array, Array]:
        key_warm, key_draw = jax.random.split(key)
        adaptation: Any = blackjax.window_adaptation(blackjax.nuts, log_density)
        (state, settings), warm = adaptation.run(key_warm, x, warm_up)
        step = blackjax.nuts(log_density, **settings).step

        def one(state: Any, key: Array) -> Any:
            state, info = step(key, state)
            return state, (state.position, info.num_integration_steps, info.is_divergent)

        _, (points, steps, divergent) = jax.lax.scan(one, state, jax.random.split(key_draw, draws))
        return points, steps.sum() + warm.info.num_integration_steps.sum(), divergent.sum()

    keys = jax.random.split(jax.random.key(seed), chains)
    chain_samples = [chain(key, jnp.asarray(x)) for key, x in zip(keys, first_points, strict=True)]
    points = np.array([np.asarray(part[0]) for part in chain_samples])
    n = chains * draws
    r_hat = blackjax.diagnostics.potential_scale_reduction(points) if chains > 1 else np.nan
    return PosteriorSample(
        points.reshape(n, -1),
        np.full(n, 1 / n),
        float(np.min(blackjax.diagnostics.effective_sample_size(points))),
        float("nan"),
        float("nan"),
        int(sum(int(part[1]) for part in chain_samples)) + len(mixture.weights),
        float(np.max(r_hat)),
        int(sum(int(part[2]) for part in chain_samples)),
        seed,
    )


def _log_density(problem: GaussianProcess) -> Any:
    """−L with the gradient by hand, which costs less than through the factorisation."""

    @jax.custom_vjp
    def log_density(x: Array) -> Array:
        return -problem.loss(x)

    def forward(x: Array) -> tuple[Array, Array]:
        value, gradient = problem.value_and_gradient(x)
        is_finite = jnp.isfinite(value) & jnp.isfinite(gradient).all()
        return jnp.where(is_finite, -value, -jnp.inf), jnp.where(is_finite, -gradient, 0.0)

    log_density.defvjp(forward, lambda slope, bar: (slope * bar,))
    return log_density
