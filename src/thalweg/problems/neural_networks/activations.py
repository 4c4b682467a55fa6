"""Activations of hidden units, with the derivatives that a hand-derived Hessian needs."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import jax.scipy.special as jsp
from jaxtyping import Array, Float

_Values = Float[Array, "..."]


@dataclass(frozen=True)
class Activation:
    """An elementwise activation.

    Attributes:
        name: how it is named in a configuration.
        value: φ(a).
        slope: φ′ as a function of (a, φ(a)).
        bend: φ″ as a function of (a, φ(a), φ′(a)).
        is_odd: φ(−a) = −φ(a), so that flipping all weights of a unit leaves the outputs alone.
    """

    name: str
    value: Callable[[_Values], _Values]
    slope: Callable[[_Values, _Values], _Values]
    bend: Callable[[_Values, _Values, _Values], _Values]
    is_odd: bool


def _swish_slope(a: _Values, h: _Values) -> _Values:
    s = jax.nn.sigmoid(a)
    return s + h * (1 - s)


def _swish_bend(a: _Values, h: _Values, slope: _Values) -> _Values:
    s = jax.nn.sigmoid(a)
    return s * (1 - s) * (2 + a * (1 - 2 * s))


_TWO_OVER_SQRT_PI = 1.1283791670955126

ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Activation("tanh", jnp.tanh, lambda a, h: 1 - h * h, lambda a, h, s: -2 * h * s, True),
        Activation(
            "erf",
            jsp.erf,
            lambda a, h: _TWO_OVER_SQRT_PI * jnp.exp(-a * a),
            lambda a, h, s: -2 * a * s,
            True,
        ),
        # φ(−a) = 1 − φ(a) is a symmetry of the outputs, but the bias that it moves is penalised.
        Activation(
            "sigmoid",
            jax.nn.sigmoid,
            lambda a, h: h * (1 - h),
            lambda a, h, s: s * (1 - 2 * h),
            False,
        ),
        Activation(
            "softplus",
            jax.nn.softplus,
            lambda a, h: jax.nn.sigmoid(a),
            lambda a, h, s: s * (1 - s),
            False,
        ),
        Activation("swish", jax.nn.swish, _swish_slope, _swish_bend, False),
    )
}
