"""The area under the ROC curve as a loss: surrogates summed over all pairs of points."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Num

from ...numbers import as_real, real_number
from .pair_loss import PairLoss
from .pair_sums import PairKernel
from .scores import class_scores
from .surrogates import SURROGATES, Surrogate, SurrogateSettings, surrogate_named


def _by_name(surrogate: str | Surrogate) -> str | Surrogate:
    """The name of an object that is in the table."""
    if isinstance(surrogate, Surrogate) and SURROGATES.get(surrogate.name) is surrogate:
        return surrogate.name
    return surrogate


def _optional_beta(beta: Any) -> float | None:
    try:
        return None if beta is None else real_number(beta, "beta", above=0)
    except ValueError as error:
        raise ValueError(
            f"beta must be positive, got {beta!r}. Published advice for the sigmoid is 50 to 60."
        ) from error


class ApproximateAUC(PairLoss):
    """The area under the ROC curve with its step replaced by a surrogate, to be minimised.

    The surrogate s(z) is −1/(1 + e^{−βz}), −tanh(βz), max(0, m − z), (m − z)² or e^{−βz}, of the difference
    z of two softmax probabilities. The hinge is linear in z for a margin of 1 or more; below, it has a
    kink, and needs `smoothing` ε to be mapped: max(0, u) becomes (u + √(u² + ε²))/2.

    Attributes:
        surrogate: sigmoid, tanh, hinge, quadratic, exponential, or a `Surrogate` of your own.
        beta: steepness of the sigmoid, tanh (default 50) and exponential (default 1).
        margin: of the hinge and the quadratic.
        smoothing: of a hinge with a margin below 1.
    """

    surrogate: str | Surrogate = eqx.field(static=True, default="sigmoid", converter=_by_name)
    beta: float | None = eqx.field(static=True, default=None, converter=_optional_beta)
    margin: float = eqx.field(static=True, default=1.0, converter=as_real("margin"))
    smoothing: float = eqx.field(static=True, default=0.0, converter=as_real("smoothing", least=0))

    kind = "approximate_auc"

    def __check_init__(self) -> None:
        surrogate_named(self.surrogate)

    @property
    def steepness(self) -> float:
        """β, or 1 for surrogates without one."""
        default = surrogate_named(self.surrogate).default_beta
        return self.beta if self.beta is not None else (default or 1.0)

    @property
    def kernel(self) -> PairKernel:
        return surrogate_named(self.surrogate).kernel(self._settings)

    @property
    def has_plain_kernel(self) -> bool:
        # Those of the table are made of products, roots, exponentials and tanh.
        return isinstance(self.surrogate, str) and type(self) is ApproximateAUC

    @property
    def nonsmooth_reason(self) -> str:
        return surrogate_named(self.surrogate).nonsmooth_reason(self._settings)

    @property
    def name(self) -> str:
        surrogate = surrogate_named(self.surrogate)
        if surrogate.default_beta is not None:
            return f"appAUC {surrogate.name} (beta {self.steepness:g})"
        smoothing = f", smoothing {self.smoothing:g}" if self.smoothing else ""
        return f"appAUC {surrogate.name} (margin {self.margin:g}{smoothing})"

    def auc_of(self, values: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"] | None:
        area = surrogate_named(self.surrogate).auc_of_mean
        return None if area is None else area(values)

    def choices(self) -> dict[str, Any]:
        return {**super().choices(), "surrogate": surrogate_named(self.surrogate).name}

    def __call__(
        self, outputs: Float[Array, "N outputs"], targets: Num[Array, "N ..."]
    ) -> Float[Array, ""]:
        if not self.nonsmooth_reason:
            return super().__call__(outputs, targets)
        exact_mean = surrogate_named(self.surrogate).exact_mean
        if exact_mean is None:
            raise ValueError(f"the loss has no value as it is: {self.nonsmooth_reason}.")
        scores = class_scores(outputs.T, is_shift_free=False, derivatives=0)
        pairs = zip(scores.value, scores.classes, strict=True)
        return jnp.mean(jnp.stack([exact_mean(x, targets == c, self.margin) for x, c in pairs]))

    @property
    def _settings(self) -> SurrogateSettings:
        return SurrogateSettings(self.steepness, self.margin, self.smoothing)
