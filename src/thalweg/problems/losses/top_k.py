"""Cross-entropy of the correct class being among the k that are chosen."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from ...numbers import as_whole
from .point_loss import PointLoss

_LOG_OF_NOTHING = -1e30
"""ln 0, finite so that derivatives are: e to it is zero, and 1e-30 of it is one."""


class TopKCrossEntropy(PointLoss):
    """−ln P(correct class among k), for sets S of k classes drawn with P(S) ∝ ∏_{i∈S} exp(y_i).

    P = exp(y_c) σ_{k−1}(others) / σ_k(all), with σ the elementary symmetric polynomials of exp(y); for
    k = 1 it is the cross-entropy. It is the smooth top-k loss without a margin and at temperature one; a
    network that scales its outputs sets the temperature itself. Derivatives are by automatic
    differentiation.

    Attributes:
        k: classes that may be named, at least one and fewer than there are.

    Reference:
        Berrada, Zisserman & Kumar, Smooth loss functions for deep top-k classification, ICLR (2018),
        eq. 9–10, with α = 0 and τ = 1.
    """

    k: int = eqx.field(static=True, default=2, converter=as_whole("k", least=1))

    kind = "top_k_cross_entropy"

    @property
    def name(self) -> str:
        return f"top-{self.k} cross-entropy"

    def values(
        self, outputs: Float[Array, "classes N"], targets: Int[Array, " N"]
    ) -> Float[Array, " N"]:
        n_classes = outputs.shape[0]
        if self.k >= n_classes:
            raise ValueError(
                f"k must be below the number of classes, got {self.k} for {n_classes}: naming all of them "
                "is always right. Two classes have the cross-entropy."
            )
        is_correct = targets[None, :] == jnp.arange(n_classes)[:, None]
        correct = jnp.sum(jnp.where(is_correct, outputs, 0), axis=0)
        others = jnp.where(is_correct, _LOG_OF_NOTHING, outputs)
        return _log_symmetric(outputs, self.k) - correct - _log_symmetric(others, self.k - 1)


def _log_symmetric(logs: Float[Array, "classes N"], k: int) -> Float[Array, " N"]:
    """ln σ_k of the exponentials of `logs`: sums over all sets of k classes, class after class."""
    none = jnp.full(logs.shape[1:], _LOG_OF_NOTHING)
    sums = [jnp.zeros(logs.shape[1:]), *(none for _ in range(k))]
    for log in logs:
        # From the largest sets down, so that each class enters a set once.
        for size in range(k, 0, -1):
            sums[size] = jnp.logaddexp(sums[size], sums[size - 1] + log)
    return sums[k]
