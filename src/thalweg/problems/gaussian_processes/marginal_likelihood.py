"""The likelihood of targets under a covariance matrix, and what follows from its factorisation."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import cho_solve
from jaxtyping import Array, Float


class FactorisedLikelihood(eqx.Module):
    """L = −ln p(y) = ½ yᵀΣ⁻¹y + ½ ln|Σ| + (n/2) ln 2π, and what follows from Σ.

    Attributes:
        value: L.
        factor: lower Cholesky factor of Σ [n n].
        inverse: Σ⁻¹ [n n].
        alpha: Σ⁻¹y [n].
        slope: derivative of L in Σ, ½(Σ⁻¹ − ααᵀ) [n n].
        gradient_noise: rounding floor of the gradient, eps · cond(Σ) · ½(yᵀΣ⁻¹y + n), with the spread of
            the Cholesky pivots in place of the condition.
    """

    value: Float[Array, ""]
    factor: Float[Array, "n n"]
    inverse: Float[Array, "n n"]
    alpha: Float[Array, " n"]
    slope: Float[Array, "n n"]
    gradient_noise: Float[Array, ""]


def factorise(covariance: Float[Array, "n n"], targets: Float[Array, " n"]) -> FactorisedLikelihood:
    """The likelihood of `targets` [n] under `covariance` [n n]; NaN if that is not positive definite."""
    factor = jnp.linalg.cholesky(covariance)
    inverse = cho_solve((factor, True), jnp.eye(len(targets)))
    alpha = inverse @ targets
    pivots = jnp.diagonal(factor)
    condition = (pivots.max() / pivots.min()) ** 2
    terms = 0.5 * (targets @ alpha + len(pivots))
    return FactorisedLikelihood(
        value=negative_log_likelihood(factor, alpha, targets),
        factor=factor,
        inverse=inverse,
        alpha=alpha,
        slope=0.5 * (inverse - alpha[:, None] * alpha),
        gradient_noise=np.finfo(np.float64).eps * condition * terms,
    )


def negative_log_likelihood(
    factor: Float[Array, "n n"], alpha: Float[Array, " n"], targets: Float[Array, " n"]
) -> Float[Array, ""]:
    """L from the Cholesky factor [n n] and α = Σ⁻¹y [n]."""
    log_determinant = 2 * jnp.sum(jnp.log(jnp.diagonal(factor)))
    value: Float[Array, ""] = 0.5 * (
        targets @ alpha + log_determinant + len(targets) * np.log(2 * np.pi)
    )
    return value
