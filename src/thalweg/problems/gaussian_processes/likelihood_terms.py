"""The terms of a negative log marginal likelihood, and what becomes of them as the length scales go."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ...precision import with_float64
from .marginal_likelihood import factorise

if TYPE_CHECKING:
    from .gaussian_process import GaussianProcess


@dataclass(frozen=True)
class LikelihoodTerms:
    """−ln p(y) as a sum; the published table 1.1 has them with the other sign, those of ln p(y).

    Attributes:
        data: ½ yᵀΣ⁻¹y, the misfit.
        complexity: ½ ln|Σ|, which a smooth process makes small.
        constant: (n/2) ln 2π.
    """

    data: float
    complexity: float
    constant: float

    @property
    def total(self) -> float:
        """The negative log marginal likelihood."""
        return self.data + self.complexity + self.constant


@with_float64
def likelihood_terms(problem: "GaussianProcess", x: Float[np.ndarray, " d"]) -> LikelihoodTerms:
    """The terms at hyperparameters with the logarithms `x` [d], a prior left out.

    With a mean function y is what the mean leaves of the targets.

    Raises:
        ValueError: if the covariance matrix is not positive definite there.

    Reference: Rasmussen & Williams (2006), equation 2.30.
    """
    data, complexity = (float(v) for v in _terms(problem, jnp.asarray(x)))
    if not np.isfinite(complexity):
        raise ValueError(
            "the covariance matrix is not positive definite at these hyperparameters; raise the "
            "noise, or remove repeated rows."
        )
    return LikelihoodTerms(data, complexity, _constant(len(problem.targets)))


@jax.jit
def _terms(
    problem: "GaussianProcess", x: Float[Array, " d"]
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    targets = jnp.asarray(problem.targets)
    basis = problem.mean.basis(jnp.asarray(problem.inputs))
    likelihood = factorise(problem.covariance(x), targets, basis)
    log_pivots = jnp.log(jnp.diagonal(likelihood.factor))
    return 0.5 * targets @ likelihood.alpha, jnp.sum(log_pivots)


def short_length_terms(
    targets: Float[np.ndarray, " n"], *, variance: float = 1.0, noise: float = 0.0
) -> LikelihoodTerms:
    """The limit of the terms as every length scale of a stationary kernel goes to 0.

    Different points lose their covariance, Σ → (variance + noise) I: the data term goes to
    ½ yᵀy/(variance + noise), and the complexity to (n/2) ln(variance + noise), which is 0 where they sum to
    one, as published.

    Args:
        targets: y, at inputs of which no two are equal.
        variance: in front of the kernel.
        noise: variance of the noise.

    Reference: table 1.1 of the thesis.
    """
    n, total = len(targets), variance + noise
    data = 0.5 * float(targets @ targets) / total
    return LikelihoodTerms(data, 0.5 * n * float(np.log(total)), _constant(n))


def long_length_terms(
    targets: Float[np.ndarray, " n"], *, variance: float = 1.0, noise: float = 0.0
) -> LikelihoodTerms:
    """The limit of the terms as every length scale of a stationary kernel goes to infinity.

    All points become one, Σ → variance 11ᵀ + noise I. Without noise the data term goes to infinity (of
    targets that are not all equal) and the complexity to minus infinity, as published; any noise makes both
    finite, and the likelihood a plateau.

    Args:
        targets: y, two or more.
        variance: in front of the kernel.
        noise: variance of the noise; 0 for none.

    Reference: table 1.1 of the thesis.
    """
    n, mean = len(targets), float(np.mean(targets))
    squares = float(np.sum((targets - mean) ** 2))
    shared = noise + n * variance
    if noise == 0:
        data = np.inf if squares > 0 else 0.5 * n * mean**2 / shared
        return LikelihoodTerms(float(data), -np.inf, _constant(n))
    data = 0.5 * (squares / noise + n * mean**2 / shared)
    complexity = 0.5 * ((n - 1) * np.log(noise) + np.log(shared))
    return LikelihoodTerms(float(data), float(complexity), _constant(n))


def _constant(n: int) -> float:
    return 0.5 * n * float(np.log(2 * np.pi))
