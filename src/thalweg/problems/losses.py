"""Losses of a model's outputs, with the derivatives that a hand-derived Hessian needs."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int


class OutputTerms(NamedTuple):
    """A loss and its derivatives with respect to the outputs, one data point each.

    `values` [N], `residuals` [outputs N] (first derivatives), `curvatures` [outputs outputs N].
    """

    values: Float[Array, " N"]
    residuals: Float[Array, "m N"]
    curvatures: Float[Array, "m m N"]


def shift_free_basis(n_classes: int) -> Float[np.ndarray, "classes classes_minus_1"]:
    """Orthonormal basis [classes, classes − 1] of the logits that sum to zero (Helmert contrasts).

    Softmax does not see a shift that is common to all logits; for two classes the one column is
    (−1, 1)/√2.
    """
    basis = np.zeros((n_classes, n_classes - 1))
    for k in range(1, n_classes):
        basis[:k, k - 1] = -1.0
        basis[k, k - 1] = k
    return basis / np.linalg.norm(basis, axis=0)


class CrossEntropy(eqx.Module):
    """Softmax cross-entropy, −ln p of the correct class, averaged over the data points.

    p_i = exp(y_i) / Σ_j exp(y_j) over the outputs y. The derivatives are p − e and diag(p) − p pᵀ,
    with e the unit vector of the correct class.
    """

    name = "cross_entropy"

    def __call__(
        self, outputs: Float[Array, "N classes"], targets: Int[Array, " N"]
    ) -> Float[Array, ""]:
        """Mean loss of the logits `outputs` [N classes] for the classes `targets` [N]."""
        shifted = jax.nn.log_softmax(outputs, axis=1)
        return -jnp.mean(jnp.take_along_axis(shifted, targets[:, None], axis=1))

    def terms(self, outputs: Float[Array, "classes N"], targets: Int[Array, " N"]) -> OutputTerms:
        """Loss and derivatives for the logits `outputs` [classes N]."""
        log_p = jax.nn.log_softmax(outputs, axis=0)
        correct = targets[None, :] == jnp.arange(outputs.shape[0])[:, None]
        p = jnp.exp(log_p)
        curvatures = jnp.eye(outputs.shape[0])[:, :, None] * p[:, None] - p[:, None] * p[None, :]
        return OutputTerms(-jnp.sum(jnp.where(correct, log_p, 0), axis=0), p - correct, curvatures)

    def shift_free_terms(
        self, outputs: Float[Array, "contrasts N"], targets: Int[Array, " N"]
    ) -> OutputTerms:
        """As `terms`, for logits given by their `shift_free_basis` contrasts [classes − 1, N]."""
        if outputs.shape[0] == 1:
            return self._two_class_terms(outputs[0], targets)
        basis = jnp.asarray(shift_free_basis(outputs.shape[0] + 1))
        values, residuals, curvatures = self.terms(basis @ outputs, targets)
        return OutputTerms(
            values, basis.T @ residuals, jnp.einsum("ka,kln,lb->abn", basis, curvatures, basis)
        )

    @staticmethod
    def _two_class_terms(contrast: Float[Array, " N"], targets: Int[Array, " N"]) -> OutputTerms:
        # One exponential and one logarithm instead of the two and more of a softmax.
        z = jnp.sqrt(2.0) * contrast
        e = jnp.exp(-jnp.abs(z))
        # A reciprocal for both uses would be computed in each, and at a higher price.
        p = jnp.where(z >= 0, 1.0, e) / (1 + e)
        values = jnp.log(1 + e) + jnp.maximum(z, 0) - targets * z
        return OutputTerms(
            values,
            (jnp.sqrt(2.0) * (p - targets))[None],
            (2 * e / (1 + e) ** 2)[None, None],
        )
