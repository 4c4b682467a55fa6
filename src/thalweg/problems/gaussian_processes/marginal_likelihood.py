"""The likelihood of targets under a covariance matrix, and what follows from its factorisation."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import block_diag, cho_solve
from jaxtyping import Array, Float

from ..kernels.base import KernelDerivatives


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


def likelihood_derivatives(
    likelihood: FactorisedLikelihood,
    kernel: KernelDerivatives,
    noise: Float[Array, " q"],
    known_noise: Float[Array, "*n"],
) -> tuple[Float[Array, " d"], Float[Array, "d d"]]:
    """Gradient [d] and Hessian [d d] of L in the logarithms of the hyperparameters and of the noise.

    With G = ½(Σ⁻¹ − ααᵀ): ∂ᵢL = ⟨G, ∂ᵢΣ⟩ and ∂ᵢⱼL = ⟨G, ∂ᵢⱼΣ⟩ − ½ tr(Σ⁻¹∂ᵢΣ Σ⁻¹∂ⱼΣ) + αᵀ∂ᵢΣ P ∂ⱼΣ α.

    Args:
        likelihood: factorised at Σ.
        kernel: the covariance without noise, and its derivatives.
        noise: the noise variance that is a coordinate [1], or none [0].
        known_noise: the variance that is known beforehand.
    """
    inverse, alpha = likelihood.inverse, likelihood.alpha
    n = len(alpha)
    # ∂Σ/∂(ln noise) = noise · I and, of a variance in front, ∂Σ = Σ − noise · I: no multiplication.
    by_noise = noise[:, None, None] * inverse
    by_scale = []
    if kernel.has_scale:
        known = jnp.broadcast_to(known_noise, (n,))[:, None] * inverse
        by_scale = [(jnp.eye(n) - by_noise.sum(axis=0) - known)[None]]
    others = kernel.gradient[len(by_scale) :]
    by_others = (others.reshape(-1, n) @ inverse).reshape(len(others), n, n)
    # ∂ᵢΣ Σ⁻¹ and ∂ᵢΣ α.
    products = jnp.concatenate([*by_scale, by_others, by_noise])
    on_alpha = jnp.concatenate([kernel.gradient @ alpha, noise[:, None] * alpha])
    gradient = 0.5 * (jnp.einsum("iaa->i", products) - on_alpha @ alpha)
    traces = jnp.einsum("iab,jba->ij", products, products)
    of_kernel = kernel.contracted_hessian(likelihood.slope)
    curvature = block_diag(of_kernel, jnp.diag(gradient[len(of_kernel) :]))
    hessian = curvature - 0.5 * traces + on_alpha @ likelihood.projected_inverse @ on_alpha.T
    return gradient, 0.5 * (hessian + hessian.T)


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
