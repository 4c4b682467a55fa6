"""Operations on each element."""

from typing import Any

import numpy as np

from .registry import RULES, Rule, is_enclosure, rule

_METHODS = {
    "add": "add",
    "add_any": "add",
    "sub": "sub",
    "mul": "mul",
    "div": "div",
    "neg": "neg",
    "abs": "abs",
    "max": "maximum",
    "min": "minimum",
    "sqrt": "sqrt",
}
"""Operations that the arithmetic has a method for, of the same operands."""


def _rule_by_method(method: str) -> Rule:
    def apply(arithmetic: Any, equation: Any, *operands: Any) -> Any:
        return getattr(arithmetic, method)(*operands)

    return apply


RULES.update({name: _rule_by_method(method) for name, method in _METHODS.items()})


@rule("clamp")
def _clamp(arithmetic: Any, equation: Any, low: Any, a: Any, high: Any) -> Any:
    return arithmetic.minimum(arithmetic.maximum(a, low), high)


@rule("square")
def _square(arithmetic: Any, equation: Any, a: Any) -> Any:
    return arithmetic.power(a, 2)


@rule("integer_pow")
def _integer_pow(arithmetic: Any, equation: Any, a: Any) -> Any:
    return arithmetic.power(a, equation.params["y"])


@rule("pow")
def _pow(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    """a to the power of b: of b ln a, unless b is one whole number."""
    if not is_enclosure(b):
        b = arithmetic.exact(np.asarray(b, dtype=np.float64))
    exponent = arithmetic.as_ball(b)
    values = np.unique(exponent.mid)
    if not exponent.radius.any() and len(values) == 1 and values[0] == np.rint(values[0]):
        return arithmetic.power(a, int(values[0]))
    return arithmetic.elementary("exp", arithmetic.mul(b, arithmetic.elementary("log", a)))


@rule("rsqrt")
def _rsqrt(arithmetic: Any, equation: Any, a: Any) -> Any:
    one = arithmetic.exact(np.ones(equation.outvars[0].aval.shape))
    return arithmetic.div(one, arithmetic.sqrt(a))


@rule(
    *("exp", "expm1", "log", "log1p", "logistic", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
    *("asin", "acos", "atan", "asinh", "acosh", "atanh", "erf", "erfc", "lgamma", "digamma"),
)
def _elementary(arithmetic: Any, equation: Any, a: Any) -> Any:
    return arithmetic.elementary(equation.primitive.name, a)


@rule("stop_gradient", "copy", "copy_p", "optimization_barrier")
def _identity(arithmetic: Any, equation: Any, *values: Any) -> Any:
    return list(values)
