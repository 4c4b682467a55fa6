"""The periodic kernel."""

from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

from .base import LENGTHS, Hyperparameter, Interval, Kernel
from .registry import register


@register
@dataclass(frozen=True)
class Periodic(Kernel):
    """exp(−2 Σ_k sin²(π |x_k − z_k|/p)/l²), of one period and one length scale.

    Attributes:
        length_bounds: of the length scale l.
        period_bounds: of the period p.
    """

    length_bounds: Interval = LENGTHS
    period_bounds: Interval = (1e-2, 1e2)
    name = "periodic"

    def hyperparameters(self, n_inputs: int) -> tuple[Hyperparameter, ...]:
        return (
            Hyperparameter("length scale", self.length_bounds),
            Hyperparameter("period", self.period_bounds),
        )

    def covariance(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> Float[Array, "n m"]:
        phases = jnp.pi * (x[:, None] - z[None]) * jnp.exp(-logs[1])
        return jnp.exp(-2 * jnp.exp(-2 * logs[0]) * jnp.sum(jnp.sin(phases) ** 2, axis=2))
