"""Activations of hidden units: one table of their JAX, NumPy and PyTorch forms.

The JAX form comes with the derivatives that a hand-derived Hessian needs; the NumPy and PyTorch forms
are those of a trained network. A new activation is one more entry of `ACTIVATIONS`; one of your own
is an `Activation` that is passed in place of a name. Each entry begins a family: "sigmoid(20)" is twenty
times as steep, and the steeper the nearer to a step or to ReLU, which have no landscape of smooth minima.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.special as jsp
import numpy as np
from jaxtyping import Array, Float
from scipy import special

from ...numbers import Real, real_number
from ...precision import with_float64

_Values = Float[Array, "..."]
_NumPyValues = Float[np.ndarray, "..."]
_TWO_OVER_SQRT_PI = 2 / np.sqrt(np.pi)
_SQRT_2 = np.sqrt(2)


@dataclass(frozen=True)
class Activation:
    """An elementwise activation φ(a), twice differentiable but for isolated points.

    Attributes:
        name: how it is named in a configuration, a file and the name of a problem.
        value: φ(a), in JAX.
        slope: φ′ as a function of (a, φ(a)), in JAX.
        bend: φ″ as a function of (a, φ(a), φ′(a)), in JAX.
        numpy_value, numpy_slope: φ and φ′ in NumPy, with the same arguments.
        torch_value: φ of a PyTorch tensor; None if there is none, and then superposed minima cannot
            be turned into a PyTorch module.
        is_odd: φ(−a) = −φ(a), so that flipping all weights of a unit leaves the outputs alone.
        is_ramp: φ(a) → a for large a and 0 for large −a, as ReLU is; otherwise it stays between two values.
        has_true_derivatives: whether `slope` and `bend` are the derivatives in real arithmetic, with no
            constant that is rounded: of those in the table proofs then need not derive φ themselves.
    """

    name: str
    value: Callable[[_Values], _Values]
    slope: Callable[[_Values, _Values], _Values]
    bend: Callable[[_Values, _Values, _Values], _Values]
    numpy_value: Callable[[_NumPyValues], _NumPyValues]
    numpy_slope: Callable[[_NumPyValues, _NumPyValues], _NumPyValues]
    torch_value: Callable[[Any], Any] | None = None
    is_odd: bool = False
    is_ramp: bool = False
    has_true_derivatives: bool = False

    @classmethod
    def from_function(
        cls,
        name: str,
        function: Callable[[_Values], _Values],
        *,
        torch: Callable[[Any], Any] | None = None,
        is_odd: bool = False,
    ) -> "Activation":
        """An activation of your own from its JAX form alone, with derivatives by autodiff.

        Args:
            name: for people and files.
            function: φ(a), elementwise and made of JAX operations.
            torch: the same function of a PyTorch tensor, if one is wanted.
            is_odd: whether φ(−a) = −φ(a).
        """
        return cls(
            name,
            function,
            partial(_slope_of, function),
            partial(_bend_of, function),
            partial(_numpy_value_of, function),
            partial(_numpy_slope_of, function),
            torch,
            is_odd,
        )

    @property
    def is_built_in(self) -> bool:
        """Whether its name alone identifies it: an entry of the table, or of the family of one."""
        if ACTIVATIONS.get(self.name) is self:
            return True
        try:
            return _in_family(self.name) is self
        except ValueError:
            # One of the user's own, whose name is no one's concern.
            return False

    def __reduce__(self) -> Any:
        # An entry of the table is itself again in another process, and its functions need no pickle.
        if self.is_built_in:
            return activation_named, (self.name,)
        return type(self), tuple(getattr(self, field.name) for field in fields(self))


# Module-level functions with the activation bound travel to other processes; closures need not.


def _slope_of(function: Callable[[_Values], _Values], a: _Values, h: _Values) -> _Values:
    derivative: _Values = jax.jvp(function, (a,), (jnp.ones_like(a),))[1]
    return derivative


def _bend_of(function: Callable[[_Values], _Values], a: _Values, h: _Values, s: _Values) -> _Values:
    slope = jax.jvp(partial(_slope_of, function), (a, h), (jnp.ones_like(a), jnp.zeros_like(h)))[1]
    return jnp.asarray(slope)


@with_float64
def _numpy_value_of(function: Callable[[_Values], _Values], a: _NumPyValues) -> _NumPyValues:
    return np.asarray(function(jnp.asarray(a)))


@with_float64
def _numpy_slope_of(
    function: Callable[[_Values], _Values], a: _NumPyValues, h: _NumPyValues
) -> _NumPyValues:
    return np.asarray(_slope_of(function, jnp.asarray(a), jnp.asarray(h)))


def activation_named(activation: str | Activation) -> Activation:
    """The activation of that name, with its steepness where it has one; an object stays as it is.

    Raises:
        ValueError: for an unknown name, or a steepness that is not positive.
    """
    if isinstance(activation, Activation):
        return activation
    known = ACTIVATIONS.get(activation) or _in_family(activation)
    if known is None:
        limit = tends_to(activation)
        hint = (
            f"{activation} has no landscape of smooth minima; {limit} is near it and has one: the larger the "
            "number, the nearer."
            if limit
            else "Pass one of your own as the object it was made with."
        )
        raise ValueError(
            f"activation must be one of {', '.join(ACTIVATIONS)}, or an Activation object, got "
            f"{activation!r}. {hint}"
        )
    return known


def tends_to(name: str) -> str | None:
    """A name of the family that tends to an activation with kinks or jumps; None for any other."""
    return _LIMITS.get(name.lower())


_LIMITS = {
    "relu": "softplus(20)",
    "step": "sigmoid(20)",
    "binary": "sigmoid(20)",
    "heaviside": "sigmoid(20)",
    "hard_sigmoid": "sigmoid(20)",
    "sign": "tanh(20)",
    "hard_tanh": "tanh(20)",
}
"""Activations with kinks or jumps."""


def steep(activation: str, steepness: Real) -> Activation:
    """The member of a family of activations: φ(βa), or φ(βa)/β of softplus, swish and gelu.

    As β grows, sigmoid tends to the step of a binary unit, tanh, erf and softsign to the sign, and softplus,
    swish and gelu to ReLU, from which softplus(β) is never further than ln 2/β. Minima and transition
    states are those of a smooth loss at every β. A steep tanh or sigmoid is the plain one with its incoming
    weights penalised β² times less.

    Args:
        activation: a name of `ACTIVATIONS`.
        steepness: β, positive.

    Returns:
        An activation with the name "sigmoid(20)", by which configurations and files know it.

    Raises:
        ValueError: for an unknown name, or a steepness that is not positive.
    """
    if activation not in ACTIVATIONS:
        raise ValueError(
            f"activation must be one of {', '.join(ACTIVATIONS)}, got {activation!r}. Of one of your own "
            "make another with the factor in it."
        )
    return _steep(activation, real_number(steepness, "steepness", above=0))


@cache
def _steep(name: str, beta: float) -> Activation:
    base = ACTIVATIONS[name]
    if beta == 1:
        return base
    size = beta if base.is_ramp else 1.0
    torch_value = base.torch_value
    return Activation(
        f"{name}({_digits(beta)})",
        lambda a: base.value(beta * a) / size,
        slope=lambda a, h: beta / size * base.slope(beta * a, size * h),
        bend=lambda a, h, s: beta**2 / size * base.bend(beta * a, size * h, size / beta * s),
        numpy_value=lambda a: base.numpy_value(beta * a) / size,
        numpy_slope=lambda a, h: beta / size * base.numpy_slope(beta * a, size * h),
        torch_value=None if torch_value is None else lambda a: torch_value(beta * a) / size,
        is_odd=base.is_odd,
        is_ramp=base.is_ramp,
    )


def _digits(beta: float) -> str:
    """Such that the same number is read from it."""
    return repr(beta).removesuffix(".0")


def _in_family(name: str) -> Activation | None:
    """The activation of a name with a steepness; None if it is none.

    Raises:
        ValueError: for a steepness that is not positive.
    """
    parts = _STEEP.fullmatch(name)
    if parts is None or parts["name"] not in ACTIVATIONS:
        return None
    try:
        steepness = float(parts["steepness"])
    except ValueError:
        return None
    return steep(parts["name"], steepness)


_STEEP = re.compile(r"(?P<name>\w+)\((?P<steepness>[^()]*)\)")


def _sigmoid_bend(a: _Values, h: _Values, s: _Values) -> _Values:
    return s * (1 - 2 * h)


def _swish_slope(a: _Values, h: _Values) -> _Values:
    s = jax.nn.sigmoid(a)
    return s + h * (1 - s)


def _swish_bend(a: _Values, h: _Values, slope: _Values) -> _Values:
    s = jax.nn.sigmoid(a)
    return s * (1 - s) * (2 + a * (1 - 2 * s))


def _normal_density(a: _Values) -> _Values:
    return jnp.exp(-a * a / 2) / jnp.sqrt(2 * jnp.pi)


def _normal_distribution(a: _Values) -> _Values:
    return jsp.erfc(-a / _SQRT_2) / 2


def _in_table(*activations: Activation) -> dict[str, Activation]:
    return {activation.name: activation for activation in activations}


ACTIVATIONS = _in_table(
    Activation(
        "tanh",
        jnp.tanh,
        slope=lambda a, h: 1 - h * h,
        bend=lambda a, h, s: -2 * h * s,
        numpy_value=np.tanh,
        numpy_slope=lambda a, h: 1 - h * h,
        torch_value=lambda a: a.tanh(),
        is_odd=True,
        has_true_derivatives=True,
    ),
    Activation(
        "erf",
        jsp.erf,
        slope=lambda a, h: _TWO_OVER_SQRT_PI * jnp.exp(-a * a),
        bend=lambda a, h, s: -2 * a * s,
        numpy_value=special.erf,
        numpy_slope=lambda a, h: _TWO_OVER_SQRT_PI * np.exp(-a * a),
        torch_value=lambda a: a.erf(),
        is_odd=True,
    ),
    # φ(−a) = 1 − φ(a) is a symmetry of the outputs, but the bias that it moves is penalised.
    Activation(
        "sigmoid",
        jax.nn.sigmoid,
        slope=lambda a, h: h * (1 - h),
        bend=_sigmoid_bend,
        numpy_value=special.expit,
        numpy_slope=lambda a, h: h * (1 - h),
        torch_value=lambda a: a.sigmoid(),
        has_true_derivatives=True,
    ),
    Activation(
        "softplus",
        jax.nn.softplus,
        slope=lambda a, h: jax.nn.sigmoid(a),
        bend=lambda a, h, s: s * (1 - s),
        numpy_value=lambda a: np.logaddexp(0, a),
        numpy_slope=lambda a, h: special.expit(a),
        # PyTorch's own softplus is cut off at 20, where it is 2e-9 too small.
        torch_value=lambda a: a.logaddexp(a.new_zeros(())),
        is_ramp=True,
        has_true_derivatives=True,
    ),
    Activation(
        "swish",
        jax.nn.swish,
        slope=_swish_slope,
        bend=_swish_bend,
        numpy_value=lambda a: a * special.expit(a),
        numpy_slope=lambda a, h: special.expit(a) * (1 + a * special.expit(-a)),
        torch_value=lambda a: a * a.sigmoid(),
        is_ramp=True,
        has_true_derivatives=True,
    ),
    Activation(
        "gelu",
        lambda a: a * _normal_distribution(a),
        slope=lambda a, h: _normal_distribution(a) + a * _normal_density(a),
        bend=lambda a, h, s: _normal_density(a) * (2 - a * a),
        numpy_value=lambda a: a * special.ndtr(a),
        numpy_slope=lambda a, h: special.ndtr(a) + a * np.exp(-a * a / 2) / np.sqrt(2 * np.pi),
        torch_value=lambda a: a * (-a / _SQRT_2).erfc() / 2,
        is_ramp=True,
    ),
    # φ″ jumps from 2 to −2 at a = 0: the Hessian of the loss jumps where a unit's pre-activation of a
    # data point changes sign. Its gradient does not, and no minimum is drawn to such points.
    Activation(
        "softsign",
        lambda a: a / (1 + jnp.abs(a)),
        slope=lambda a, h: (1 - jnp.abs(h)) ** 2,
        bend=lambda a, h, s: -2 * jnp.sign(a) * s * (1 - jnp.abs(h)),
        numpy_value=lambda a: a / (1 + np.abs(a)),
        numpy_slope=lambda a, h: (1 - np.abs(h)) ** 2,
        torch_value=lambda a: a / (1 + a.abs()),
        is_odd=True,
        has_true_derivatives=True,
    ),
)
