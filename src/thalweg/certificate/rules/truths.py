"""Comparisons, and what depends on them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..balls import Array
from ..truth import UNKNOWN, Truth, Unprovable
from .registry import is_enclosure, rule


def _as_truth(arithmetic: Any, equation: Any, values: Array) -> Array | Truth:
    truth = Truth(values)
    arithmetic.switches.note(equation.primitive.name, not truth.is_decided)
    return values.astype(bool) if truth.is_decided else truth


@rule("lt")
def _lt(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    return _as_truth(arithmetic, equation, arithmetic.is_less(a, b))


@rule("gt")
def _gt(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    return _as_truth(arithmetic, equation, arithmetic.is_less(b, a))


@rule("ge")
def _ge(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    return _as_truth(arithmetic, equation, _negated(arithmetic.is_less(a, b)))


@rule("le")
def _le(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    return _as_truth(arithmetic, equation, _negated(arithmetic.is_less(b, a)))


@rule("eq")
def _eq(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    if equation.invars[0] is equation.invars[1]:  # the test for NaN
        return _as_truth(arithmetic, equation, _is_real(arithmetic, a, _is_number))
    return _as_truth(arithmetic, equation, arithmetic.is_equal(a, b))


@rule("ne")
def _ne(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    if equation.invars[0] is equation.invars[1]:
        return _as_truth(arithmetic, equation, _negated(_is_real(arithmetic, a, _is_number)))
    return _as_truth(arithmetic, equation, _negated(arithmetic.is_equal(a, b)))


@rule("not")
def _not(arithmetic: Any, equation: Any, a: Truth) -> Any:
    return _as_truth(arithmetic, equation, _negated(a.values))


@rule("and")
def _and(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    x, y = _truth_values(a), _truth_values(b)
    return _as_truth(
        arithmetic,
        equation,
        np.where((x == 0) | (y == 0), 0, np.where((x == 1) & (y == 1), 1, UNKNOWN)).astype(np.int8),
    )


@rule("or")
def _or(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    x, y = _truth_values(a), _truth_values(b)
    return _as_truth(
        arithmetic,
        equation,
        np.where((x == 1) | (y == 1), 1, np.where((x == 0) & (y == 0), 0, UNKNOWN)).astype(np.int8),
    )


@rule("is_finite")
def _is_finite(arithmetic: Any, equation: Any, a: Any) -> Any:
    return _as_truth(arithmetic, equation, _is_real(arithmetic, a, np.isfinite))


@rule("is_largest")
def _is_largest(arithmetic: Any, equation: Any, a: Any) -> Any:
    """Decided where one element lies above all others along the axes."""
    axes, ball = equation.params["axes"], arithmetic.as_ball(a)
    is_below = ball.upper < ball.lower.max(axis=axes, keepdims=True)
    n_left = (~is_below).sum(axis=axes, keepdims=True)
    values = np.where(is_below, 0, np.where(n_left == 1, 1, UNKNOWN)).astype(np.int8)
    arithmetic.switches.note("max", values == UNKNOWN)
    return Truth(values) if (values == UNKNOWN).any() else values.astype(bool)


@rule("sign")
def _sign(arithmetic: Any, equation: Any, a: Any) -> Any:
    shape = equation.outvars[0].aval.shape
    zero, one = arithmetic.exact(np.zeros(shape)), arithmetic.exact(np.ones(shape))
    positive = arithmetic.hull(zero, one, arithmetic.is_less(zero, a))
    negative = arithmetic.hull(zero, one, arithmetic.is_less(a, zero))
    arithmetic.switches.note("sign", arithmetic.is_less(zero, a) == UNKNOWN)
    arithmetic.switches.note("sign", arithmetic.is_less(a, zero) == UNKNOWN)
    return arithmetic.sub(positive, negative)


@rule("select_n")
def _select_n(arithmetic: Any, equation: Any, which: Any, *cases: Any) -> Any:
    """One of the cases, or all that it may be: where the condition is not known, the hull of both."""
    if len(cases) != 2:
        raise Unprovable("there is no enclosure of a choice between more than two cases")
    if equation.outvars[0].aval.dtype.kind != "f":
        # An index or a truth: no ball stands for it.
        raise Unprovable("a whole number depends on a comparison that is not known")
    values = np.broadcast_to(_truth_values(which), equation.outvars[0].aval.shape)
    enclosures = [
        case if is_enclosure(case) else arithmetic.exact(np.asarray(case, dtype=np.float64))
        for case in cases
    ]
    return arithmetic.hull(*enclosures, values)


@rule("convert_element_type")
def _convert_element_type(arithmetic: Any, equation: Any, a: Any) -> Any:
    target = np.dtype(equation.params["new_dtype"])
    if isinstance(a, Truth):
        if target.kind != "f":
            raise Unprovable("a whole number depends on a comparison that is not known")
        shape = equation.outvars[0].aval.shape
        zero, one = arithmetic.exact(np.zeros(shape)), arithmetic.exact(np.ones(shape))
        return arithmetic.hull(zero, one, a.values)
    if target != np.float64:
        raise Unprovable(f"the loss is computed in {target} in part, not in float64")
    return a


def _is_number(values: Array) -> Array:
    return np.asarray(~np.isnan(values))


def _is_real(arithmetic: Any, a: Any, test: Callable[[Array], Array]) -> Array:
    """What a test for NaN or infinity says: of an exact constant, as it is computed.

    An enclosure within bounds holds real numbers alone. Without bounds it may hold what is none, such as a
    logarithm of zero.
    """
    ball = arithmetic.as_ball(a)
    is_constant = ball.radius == 0
    is_bounded = np.isfinite(ball.mid) & np.isfinite(ball.radius)
    known = np.where(is_constant, test(ball.mid), True)
    return np.where(is_constant | is_bounded, known, UNKNOWN).astype(np.int8)


def _negated(values: Array) -> Array:
    return np.where(values == UNKNOWN, UNKNOWN, 1 - values).astype(np.int8)


def _truth_values(value: Any) -> Array:
    if isinstance(value, Truth):
        return value.values
    return np.asarray(value).astype(np.int8)


OF_TRUTHS = frozenset({"not", "and", "or", "select_n", "convert_element_type", "copy", "copy_p"})
"""Operations that may be given truths that are not known."""
