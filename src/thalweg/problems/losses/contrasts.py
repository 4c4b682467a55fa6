"""Logits without their common shift, which leaves softmax unchanged."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float


def shift_free_basis(n_classes: int) -> Float[np.ndarray, "classes classes_minus_1"]:
    """Orthonormal basis [classes, classes − 1] of the logits that sum to zero (Helmert contrasts).

    For two classes the one column is (−1, 1)/√2.
    """
    return np.asarray(_contrasts(n_classes) / np.sqrt(_squares(n_classes)))


def traced_shift_free_basis(n_classes: int) -> Float[Array, "classes classes_minus_1"]:
    """The same as operations of JAX on whole numbers: in real arithmetic it is orthonormal exactly.

    Of the numbers of `shift_free_basis` neither the lengths are one nor the sums zero to the last bit.
    """
    return jnp.asarray(_contrasts(n_classes)) / jnp.sqrt(jnp.asarray(_squares(n_classes)))


def _contrasts(n_classes: int) -> Float[np.ndarray, "classes classes_minus_1"]:
    contrasts = np.zeros((n_classes, n_classes - 1))
    for k in range(1, n_classes):
        contrasts[:k, k - 1] = -1.0
        contrasts[k, k - 1] = k
    return contrasts


def _squares(n_classes: int) -> Float[np.ndarray, " classes_minus_1"]:
    """Squared lengths of the contrasts."""
    k = np.arange(1.0, n_classes)
    return k * (k + 1)
