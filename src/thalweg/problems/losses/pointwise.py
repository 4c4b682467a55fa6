"""Losses of a model's outputs, with the derivatives that a hand-derived Hessian needs."""

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, Num

from .approximate_auc import ApproximateAUC
from .base import Loss, OutputTerms, check_smoothing

__all__ = ["ApproximateAUC", "CrossEntropy", "Loss", "MeanAbsoluteError", "MeanSquaredError"]


class CrossEntropy(Loss):
    """Softmax cross-entropy, −ln p of the correct class, averaged over the data points.

    p_i = exp(y_i) / Σ_j exp(y_j) over the outputs y. The derivatives are p − e and diag(p) − p pᵀ,
    with e the unit vector of the correct class.
    """

    kind = "cross_entropy"

    def __call__(
        self, outputs: Float[Array, "N classes"], targets: Int[Array, " N"]
    ) -> Float[Array, ""]:
        shifted = jax.nn.log_softmax(outputs, axis=1)
        return -jnp.mean(jnp.take_along_axis(shifted, targets[:, None], axis=1))

    def terms(self, outputs: Float[Array, "classes N"], targets: Int[Array, " N"]) -> OutputTerms:
        log_p = jax.nn.log_softmax(outputs, axis=0)
        correct = targets[None, :] == jnp.arange(outputs.shape[0])[:, None]
        p = jnp.exp(log_p)
        curvatures = jnp.eye(outputs.shape[0])[:, :, None] * p[:, None] - p[:, None] * p[None, :]
        return OutputTerms(-jnp.sum(jnp.where(correct, log_p, 0), axis=0), p - correct, curvatures)

    def shift_free_terms(
        self, outputs: Float[Array, "contrasts N"], targets: Int[Array, " N"]
    ) -> OutputTerms:
        if outputs.shape[0] == 1:
            return self._two_class_terms(outputs[0], targets)
        return super().shift_free_terms(outputs, targets)

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


class MeanSquaredError(Loss):
    """(1/N) Σ_n ‖ŷ_n − y_n‖², summed over outputs, for real targets."""

    kind = "mean_squared_error"
    is_classification = False

    def __call__(
        self, outputs: Float[Array, "N outputs"], targets: Num[Array, "N ..."]
    ) -> Float[Array, ""]:
        return jnp.mean(jnp.sum((outputs - targets.reshape(outputs.shape)) ** 2, axis=1))

    def terms(
        self, outputs: Float[Array, "outputs N"], targets: Num[Array, "... N"]
    ) -> OutputTerms:
        rest = outputs - targets.reshape(outputs.shape)
        two = 2 * jnp.eye(outputs.shape[0])[:, :, None]
        curvatures = jnp.broadcast_to(two, (*two.shape[:2], outputs.shape[1]))
        return OutputTerms(jnp.sum(rest**2, axis=0), 2 * rest, curvatures)


class MeanAbsoluteError(Loss):
    """(1/N) Σ_n |ŷ_n − y_n|, summed over outputs, for real targets.

    It has no derivative where a residual is zero, and its minima lie at such points: they have neither
    a Hessian nor an index. To map it, choose `smoothing` ε > 0: |r| becomes √(r² + ε²) − ε, which lies
    at most ε lower. Minima are then those of the smooth loss, verified by its gradient and Hessian.

    Attributes:
        smoothing: ε, in the unit of the targets.
    """

    smoothing: float = eqx.field(static=True, default=0.0)

    kind = "mean_absolute_error"
    is_classification = False

    def __check_init__(self) -> None:
        check_smoothing(self.smoothing)

    def __call__(
        self, outputs: Float[Array, "N outputs"], targets: Num[Array, "N ..."]
    ) -> Float[Array, ""]:
        rest = outputs - targets.reshape(outputs.shape)
        return jnp.mean(jnp.sum(self._size(rest), axis=1))

    def _size(self, rest: Float[Array, "..."]) -> Float[Array, "..."]:
        if self.smoothing == 0:
            return jnp.abs(rest)
        return jnp.sqrt(rest**2 + self.smoothing**2) - self.smoothing

    def terms(
        self, outputs: Float[Array, "outputs N"], targets: Num[Array, "... N"]
    ) -> OutputTerms:
        rest = outputs - targets.reshape(outputs.shape)
        size = jnp.sqrt(rest**2 + self.smoothing**2)
        bend = self.smoothing**2 / size**3
        curvatures = jnp.eye(outputs.shape[0])[:, :, None] * bend
        return OutputTerms(jnp.sum(self._size(rest), axis=0), rest / size, curvatures)

    @property
    def nonsmooth_reason(self) -> str:
        if self.smoothing > 0:
            return ""
        return (
            "the mean absolute error has no derivative where a residual is zero, which is where its "
            "minima lie; pass MeanAbsoluteError(smoothing=…), a small residual in the unit of the "
            "targets, to map a smooth loss that differs by less than that"
        )


LOSSES: dict[str, type[Loss]] = {
    loss.kind: loss for loss in (CrossEntropy, MeanSquaredError, MeanAbsoluteError, ApproximateAUC)
}


def from_choices(choices: Mapping[str, Any]) -> Loss:
    """The loss whose `choices` these are.

    Raises:
        ValueError: if the kind is unknown.
    """
    settings = dict(choices)
    kind = settings.pop("kind")
    if kind not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(LOSSES)}, got {kind!r}.")
    return LOSSES[kind](**settings)
