"""The variance of a Gaussian process, as a kernel."""

from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

from .base import Hyperparameter, Interval, Kernel, KernelDerivatives
from .registry import register


@register
@dataclass(frozen=True)
class Constant(Kernel):
    """The variance σ² as a factor: `Constant() * Matern(nu=2.5)`.

    Attributes:
        bounds: of the variance.
    """

    bounds: Interval = (1e-3, 1e3)
    name = "constant"
    has_variance = True

    def hyperparameters(self, n_inputs: int) -> tuple[Hyperparameter, ...]:
        return (Hyperparameter("variance", self.bounds),)

    def covariance(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> Float[Array, "n m"]:
        return jnp.full((len(x), len(z)), jnp.exp(logs[0]))

    def derivatives(
        self, logs: Float[Array, " p"], x: Float[Array, "n inputs"]
    ) -> KernelDerivatives:
        value = self.covariance(logs, x, x)
        return KernelDerivatives(
            value,
            value[None],
            lambda weights: jnp.sum(weights * value)[None, None],
            has_scale=True,
        )
