"""Mean functions that are polynomials of the inputs: none, a constant, a plane."""

from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

from .base import Mean
from .registry import register


@register
@dataclass(frozen=True)
class ZeroMean(Mean):
    """m(x) = 0."""

    name = "zero"

    def basis(self, x: Float[Array, "n inputs"]) -> Float[Array, "n 0"]:
        return jnp.zeros((len(x), 0))


@register
@dataclass(frozen=True)
class ConstantMean(Mean):
    """m(x) = β₀."""

    name = "constant"

    def basis(self, x: Float[Array, "n inputs"]) -> Float[Array, "n 1"]:
        return jnp.ones((len(x), 1))


@register
@dataclass(frozen=True)
class LinearMean(Mean):
    """m(x) = β₀ + Σ_k β_k x_k."""

    name = "linear"

    def basis(self, x: Float[Array, "n inputs"]) -> Float[Array, "n k"]:
        return jnp.concatenate([jnp.ones((len(x), 1)), x], axis=1)
