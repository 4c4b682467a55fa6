"""Logits without their common shift, which leaves softmax unchanged."""

import numpy as np
from jaxtyping import Float


def shift_free_basis(n_classes: int) -> Float[np.ndarray, "classes classes_minus_1"]:
    """Orthonormal basis [classes, classes − 1] of the logits that sum to zero (Helmert contrasts).

    For two classes the one column is (−1, 1)/√2.
    """
    basis = np.zeros((n_classes, n_classes - 1))
    for k in range(1, n_classes):
        basis[:k, k - 1] = -1.0
        basis[k, k - 1] = k
    return np.asarray(basis / np.linalg.norm(basis, axis=0))
