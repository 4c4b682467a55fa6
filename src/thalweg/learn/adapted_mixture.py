"""A better variational family than Laplace's: the peaks of the landscape, fitted to the posterior."""

import dataclasses

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from scipy.special import softmax

from ..numbers import Whole, seed_number, whole_number
from ..precision import with_float64
from ..problems.gaussian_processes.gaussian_process import GaussianProcess
from .hyperparameter_posterior import TailedMixture, losses_at
from .laplace_mixture import LaplaceMixture, log_volume

_SPARE = 2
"""Effective draws that a peak needs beyond the dimension before its covariance is fitted to them."""


@with_float64
def adapted_mixture(
    problem: GaussianProcess,
    mixture: LaplaceMixture,
    *,
    draws: Whole = 1000,
    rounds: Whole = 2,
    seed: Whole = 0,
) -> LaplaceMixture:
    """Move, turn and weight the peaks of a mixture so that it comes nearer to the posterior.

    Each round draws from the mixture with heavy tails and fits it to the weighted draws by a step of
    expectation and maximisation, which lowers the Kullback–Leibler divergence from the posterior to the
    mixture as far as the draws tell. A peak with too few draws keeps place and shape. The result serves
    `importance_sample` with larger effective samples where valleys are bent or one-sided.

    Args:
        problem: whose posterior it is.
        mixture: of its landscape, by `laplace_mixture`.
        draws: likelihoods to evaluate in each round.
        rounds: of draws and fits.
        seed: of the draws.

    Returns:
        The mixture; its evidence is that of the last draws.

    Reference: Cappé, Douc, Guillin, Marin & Robert, Stat. Comput. 18, 447 (2008), section 4.
    """
    n = whole_number(draws, "draws", least=2)
    rng = np.random.default_rng(seed_number(seed))
    for _ in range(whole_number(rounds, "rounds", least=1)):
        tailed = TailedMixture.of(mixture)
        points = tailed.draw(n, rng)
        logs = -losses_at(problem, jnp.asarray(points)) - tailed.log_density(points)
        logs = np.where(np.isfinite(logs), logs, -np.inf)
        mixture = _fitted(mixture, tailed, points, logs - log_volume(problem))
    return mixture


def _fitted(
    mixture: LaplaceMixture,
    tailed: TailedMixture,
    points: Float[np.ndarray, "S d"],
    logs: Float[np.ndarray, " S"],
) -> LaplaceMixture:
    weights, d = softmax(logs), points.shape[1]
    each = tailed.log_densities(points) + np.log(tailed.shares)[:, None]
    means, covariances = mixture.means.copy(), mixture.covariances.copy()
    shares = np.zeros(len(means))
    for k, responsibility in enumerate(softmax(each, axis=0)):
        mine = weights * responsibility
        shares[k] = mine.sum()
        if shares[k] ** 2 < (d + _SPARE) * np.sum(mine**2) or shares[k] == 0:
            continue
        # Of a t distribution: far draws count less, as they are expected.
        near = mine * tailed.nearness(k, points)
        # What stands at a bound stays there, and covaries with nothing.
        is_free = mixture.inward_of(k) == 0
        means[k] = np.where(is_free, near @ points / near.sum(), means[k])
        away = points - means[k]
        fitted = np.einsum("s,si,sj->ij", near, away, away) / shares[k]
        covariances[k] = np.where(np.outer(is_free, is_free) | np.eye(d, dtype=bool), fitted, 0.0)
    log_evidence = float(np.logaddexp.reduce(logs) - np.log(len(logs)))
    return dataclasses.replace(
        mixture,
        means=means,
        covariances=covariances,
        weights=shares / shares.sum(),
        log_evidence=log_evidence,
    )
