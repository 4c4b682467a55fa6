"""The likelihood of targets under a covariance matrix, and what follows from its factorisation."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import cho_solve
from jaxtyping import Array, Float


class FactorisedLikelihood(eqx.Module):
    """L = −ln p(y) = ½ yᵀPy + ½ ln|Σ| + (n/2) ln 2π, and what follows from Σ.

    P = Σ⁻¹ for a mean of zero. With a mean Hβ whose coefficients are profiled out,
    P = Σ⁻¹ − Σ⁻¹H (HᵀΣ⁻¹H)⁻¹ HᵀΣ⁻¹: then Py = Σ⁻¹(y − Hβ̂), and ∂P = −P ∂Σ P for both.

    Attributes:
        value: L.
        factor: lower Cholesky factor of Σ [n n].
        inverse: Σ⁻¹ [n n].
        projected_inverse: P [n n].
        alpha: Py [n].
        slope: derivative of L in Σ, ½(Σ⁻¹ − ααᵀ) [n n].
        gradient_noise: rounding floor of the gradient, eps · cond(Σ) · ½(yᵀPy + n), with the spread of
            the Cholesky pivots in place of the condition.
    """

    value: Float[Array, ""]
    factor: Float[Array, "n n"]
    inverse: Float[Array, "n n"]
    projected_inverse: Float[Array, "n n"]
    alpha: Float[Array, " n"]
    slope: Float[Array, "n n"]
    gradient_noise: Float[Array, ""]


def factorise(
    covariance: Float[Array, "n n"], targets: Float[Array, " n"], basis: Float[Array, "n k"]
) -> FactorisedLikelihood:
    """The likelihood of `targets` [n] under `covariance` [n n]; NaN if that is not positive definite.

    Args:
        covariance: Σ, noise included.
        targets: y.
        basis: H, the basis functions of the mean at the inputs; no columns for a mean of zero.
    """
    factor = jnp.linalg.cholesky(covariance)
    inverse = cho_solve((factor, True), jnp.eye(len(targets)))
    projected_inverse = _projected(inverse, basis)
    alpha = projected_inverse @ targets
    pivots = jnp.diagonal(factor)
    condition = (pivots.max() / pivots.min()) ** 2
    terms = 0.5 * (targets @ alpha + len(pivots))
    return FactorisedLikelihood(
        value=negative_log_likelihood(factor, alpha, targets),
        factor=factor,
        inverse=inverse,
        projected_inverse=projected_inverse,
        alpha=alpha,
        slope=0.5 * (inverse - alpha[:, None] * alpha),
        gradient_noise=np.finfo(np.float64).eps * condition * terms,
    )


def negative_log_likelihood(
    factor: Float[Array, "n n"], alpha: Float[Array, " n"], targets: Float[Array, " n"]
) -> Float[Array, ""]:
    """L from the Cholesky factor [n n] and α = Py [n]."""
    log_determinant = 2 * jnp.sum(jnp.log(jnp.diagonal(factor)))
    value: Float[Array, ""] = 0.5 * (
        targets @ alpha + log_determinant + len(targets) * np.log(2 * np.pi)
    )
    return value


def weights_of_targets(
    factor: Float[Array, "n n"], targets: Float[Array, " n"], basis: Float[Array, "n k"]
) -> Float[Array, " n"]:
    """α = Py [n] = Σ⁻¹(y − Hβ̂), without the inverse."""
    if not basis.shape[1]:
        return cho_solve((factor, True), targets)
    return cho_solve((factor, True), targets - basis @ mean_coefficients(factor, targets, basis))


def mean_coefficients(
    factor: Float[Array, "n n"], targets: Float[Array, " n"], basis: Float[Array, "n k"]
) -> Float[Array, " k"]:
    """β̂ = (HᵀΣ⁻¹H)⁻¹ HᵀΣ⁻¹y [k], the coefficients of highest likelihood under Σ (R&W 2006, eq. 2.41)."""
    weighted = cho_solve((factor, True), basis)
    coefficients: Float[Array, " k"] = jnp.linalg.solve(basis.T @ weighted, weighted.T @ targets)
    return coefficients


def _projected(inverse: Float[Array, "n n"], basis: Float[Array, "n k"]) -> Float[Array, "n n"]:
    if not basis.shape[1]:
        return inverse
    weighted = inverse @ basis
    projected: Float[Array, "n n"] = inverse - weighted @ jnp.linalg.solve(
        basis.T @ weighted, weighted.T
    )
    return projected
