"""What a loss of a model's outputs must offer.

A loss is either a mean over points (`terms`), or a mean over pairs of points of different classes
(`is_pairwise`), which `pair_sums` sums in a time that grows with the points.
"""

import dataclasses
from typing import Any, ClassVar, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Num


class OutputTerms(NamedTuple):
    """A loss and its derivatives with respect to the outputs, one data point each.

    `values` [N], `residuals` [outputs N] (first derivatives), `curvatures` [outputs outputs N].
    """

    values: Float[Array, " N"]
    residuals: Float[Array, "m N"]
    curvatures: Float[Array, "m m N"]


class Loss(eqx.Module):
    """Base of the losses; its fields are its settings.

    Attributes:
        kind: name in a configuration and in a database.
        is_classification: whether outputs are logits of classes, of which softmax sees differences.
        is_pairwise: whether the loss is a mean over pairs of points instead of over points.
    """

    kind: ClassVar[str]
    is_classification: ClassVar[bool] = True
    is_pairwise: ClassVar[bool] = False

    def __call__(
        self, outputs: Float[Array, "N outputs"], targets: Num[Array, "N ..."]
    ) -> Float[Array, ""]:
        """Mean loss of the outputs [N outputs] for the targets [N], or [N outputs] of real numbers."""
        raise NotImplementedError

    def terms(
        self, outputs: Float[Array, "outputs N"], targets: Num[Array, "... N"]
    ) -> OutputTerms:
        """Loss and derivatives for the outputs [outputs N]; not for pairwise losses."""
        raise NotImplementedError

    def shift_free_terms(
        self, outputs: Float[Array, "contrasts N"], targets: Int[Array, " N"]
    ) -> OutputTerms:
        """As `terms`, for logits given by their `shift_free_basis` contrasts [classes − 1, N]."""
        basis = jnp.asarray(shift_free_basis(outputs.shape[0] + 1))
        values, residuals, curvatures = self.terms(basis @ outputs, targets)
        return OutputTerms(
            values, basis.T @ residuals, jnp.einsum("ka,kln,lb->abn", basis, curvatures, basis)
        )

    @property
    def nonsmooth_reason(self) -> str:
        """Where the loss has no derivative and what to do about it; empty for a smooth one."""
        return ""

    @property
    def name(self) -> str:
        """For people."""
        return self.kind

    def choices(self) -> dict[str, Any]:
        """The kind and all settings, as JSON can hold them."""
        return {"kind": self.kind, **dataclasses.asdict(self)}


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


def check_smoothing(smoothing: float) -> None:
    """Raise ValueError unless a smoothing length can be used."""
    if not (np.isfinite(smoothing) and smoothing >= 0):
        raise ValueError(f"smoothing must be zero or positive, got {smoothing}.")
