"""Cross-entropy, squared and absolute error, with their derivatives by hand."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, Num

from ...numbers import as_real
from .point_loss import OutputTerms, PointLoss


class CrossEntropy(PointLoss):
    """Softmax cross-entropy, −ln p of the correct class, averaged over the data points.

    p_i = exp(y_i) / Σ_j exp(y_j) over the outputs y. The derivatives are p − e and diag(p) − p pᵀ,
    with e the unit vector of the correct class.
    """

    kind = "cross_entropy"

    @property
    def has_true_derivatives(self) -> bool:
        return True

    def values(
        self, outputs: Float[Array, "classes N"], targets: Int[Array, " N"]
    ) -> Float[Array, " N"]:
        log_p = jax.nn.log_softmax(outputs, axis=0)
        return -jnp.sum(jnp.where(_is_correct(outputs, targets), log_p, 0), axis=0)

    def terms(self, outputs: Float[Array, "classes N"], targets: Int[Array, " N"]) -> OutputTerms:
        p = jnp.exp(jax.nn.log_softmax(outputs, axis=0))
        curvatures = jnp.eye(outputs.shape[0])[:, :, None] * p[:, None] - p[:, None] * p[None, :]
        residuals = p - _is_correct(outputs, targets)
        return OutputTerms(self.values(outputs, targets), residuals, curvatures)

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

    def without_switches(self) -> "CrossEntropy":
        return _UnguardedCrossEntropy()


class _UnguardedCrossEntropy(CrossEntropy):
    """The same without a comparison: it overflows for differences of logits beyond 700."""

    kind = "unguarded cross-entropy"

    def values(
        self, outputs: Float[Array, "classes N"], targets: Int[Array, " N"]
    ) -> Float[Array, " N"]:
        correct = jnp.sum(_is_correct(outputs, targets) * outputs, axis=0)
        return jnp.log(jnp.sum(jnp.exp(outputs - correct), axis=0))

    def terms(self, outputs: Float[Array, "classes N"], targets: Int[Array, " N"]) -> OutputTerms:
        # 1/p_i = Σ_j exp(y_j − y_i).
        p = 1 / jnp.sum(jnp.exp(outputs[None] - outputs[:, None]), axis=1)
        curvatures = jnp.eye(outputs.shape[0])[:, :, None] * p[:, None] - p[:, None] * p[None, :]
        residuals = p - _is_correct(outputs, targets)
        return OutputTerms(self.values(outputs, targets), residuals, curvatures)

    def shift_free_terms(
        self, outputs: Float[Array, "contrasts N"], targets: Int[Array, " N"]
    ) -> OutputTerms:
        return PointLoss.shift_free_terms(self, outputs, targets)


class MeanSquaredError(PointLoss):
    """(1/N) Σ_n ‖ŷ_n − y_n‖², summed over outputs, for real targets."""

    kind = "mean_squared_error"
    is_classification = False

    @property
    def has_true_derivatives(self) -> bool:
        return True

    def values(
        self, outputs: Float[Array, "outputs N"], targets: Num[Array, "... N"]
    ) -> Float[Array, " N"]:
        return jnp.sum(_residuals(outputs, targets) ** 2, axis=0)

    def terms(
        self, outputs: Float[Array, "outputs N"], targets: Num[Array, "... N"]
    ) -> OutputTerms:
        two = 2 * jnp.eye(outputs.shape[0])[:, :, None]
        curvatures = jnp.broadcast_to(two, (*two.shape[:2], outputs.shape[1]))
        residuals = _residuals(outputs, targets)
        return OutputTerms(jnp.sum(residuals**2, axis=0), 2 * residuals, curvatures)


class MeanAbsoluteError(PointLoss):
    """(1/N) Σ_n |ŷ_n − y_n|, summed over outputs, for real targets.

    It has no derivative where a residual is zero, and its minima lie at such points: they have neither
    a Hessian nor an index. To map it, choose `smoothing` ε > 0: |r| becomes √(r² + ε²) − ε, which lies
    at most ε lower. Minima are then those of the smooth loss, verified by its gradient and Hessian.

    Attributes:
        smoothing: ε, in the unit of the targets.
    """

    smoothing: float = eqx.field(static=True, default=0.0, converter=as_real("smoothing", least=0))

    kind = "mean_absolute_error"
    is_classification = False

    @property
    def has_true_derivatives(self) -> bool:
        return True

    def values(
        self, outputs: Float[Array, "outputs N"], targets: Num[Array, "... N"]
    ) -> Float[Array, " N"]:
        residuals = _residuals(outputs, targets)
        if self.smoothing == 0:
            return jnp.sum(jnp.abs(residuals), axis=0)
        return jnp.sum(jnp.sqrt(residuals**2 + self.smoothing**2) - self.smoothing, axis=0)

    def terms(
        self, outputs: Float[Array, "outputs N"], targets: Num[Array, "... N"]
    ) -> OutputTerms:
        residuals = _residuals(outputs, targets)
        size = jnp.sqrt(residuals**2 + self.smoothing**2)
        bend = self.smoothing**2 / size**3
        curvatures = jnp.eye(outputs.shape[0])[:, :, None] * bend
        return OutputTerms(self.values(outputs, targets), residuals / size, curvatures)

    @property
    def nonsmooth_reason(self) -> str:
        if self.smoothing > 0:
            return ""
        return (
            "the mean absolute error has no derivative where a residual is zero, which is where its "
            "minima lie; pass MeanAbsoluteError(smoothing=…), a small residual in the unit of the "
            "targets, to map a smooth loss that differs by less than that"
        )


def _is_correct(
    outputs: Float[Array, "classes N"], targets: Int[Array, " N"]
) -> Bool[Array, "classes N"]:
    return targets[None, :] == jnp.arange(outputs.shape[0])[:, None]


def _residuals(
    outputs: Float[Array, "outputs N"], targets: Num[Array, "... N"]
) -> Float[Array, "outputs N"]:
    """Prediction minus target; targets of one output may be a vector [N]."""
    return outputs - targets.reshape(outputs.shape)
