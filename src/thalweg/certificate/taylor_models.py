"""Functions of one variable, enclosed by polynomials with a bound on what they miss: Taylor models.

A value is a function of s, −1 ≤ s ≤ 1, known as a polynomial with float64 coefficients to within an error
that holds for all of these s (Makino and Berz, Int. J. Pure Appl. Math. 4 (2003) 379). Sums that nearly
cancel do so in the polynomials, where balls would add their radii up. Every rounding goes into the error.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np

from .balls import Array, Ball, Balls, gamma
from .taylor_coefficients import taylor_coefficients
from .truth import UNKNOWN, Switches

_BALLS = Balls()
_GROW = 1 + 2.0**-40
"""Covers the roundings of an error, up to a thousand of positive terms."""
_TINY = 2.0**-900
"""Covers what is lost below the smallest normal number in the products of one operation."""


@dataclass(frozen=True, eq=False, slots=True)
class TaylorModel:
    """Functions of s, element by element: Σ_k coefficients[k] sᵏ for −1 ≤ s ≤ 1, give or take `error`.

    Attributes:
        coefficients: [n ...].
        error: not negative [...]; infinite or NaN if nothing is known.
    """

    coefficients: Array
    error: Array

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.coefficients.shape[1:])

    @property
    def size(self) -> Array:
        """An upper bound on the polynomial's absolute value [...]."""
        return np.asarray(np.abs(self.coefficients).sum(axis=0) * _GROW)

    @property
    def reach(self) -> Array:
        """How far at most the function is from its constant coefficient [...]."""
        return np.asarray((np.abs(self.coefficients[1:]).sum(axis=0) + self.error) * _GROW)


class TaylorModels:
    """Arithmetic with `TaylorModel`: what a program is evaluated in along a straight line.

    Args:
        order: coefficients that are kept; what belongs to higher powers goes into the error.
    """

    def __init__(self, order: int) -> None:
        self.order = order
        self.name = f"Taylor models of order {order}"
        self.switches = Switches()

    def precision(self) -> AbstractContextManager[None]:
        """In what they are computed: what overflows has an error that says so, without a warning."""
        return np.errstate(over="ignore", invalid="ignore", divide="ignore")

    def exact(self, values: Array) -> TaylorModel:
        """These very numbers, for all s."""
        values = np.asarray(values, dtype=np.float64)
        return TaylorModel(values[None], np.zeros_like(values))

    def box(self, mid: Array, rad: Array) -> TaylorModel:
        """Whatever stays within `rad` of `mid`."""
        return TaylorModel(np.asarray(mid, dtype=np.float64)[None], np.asarray(rad))

    def line(self, x: Array, y: Array) -> TaylorModel:
        """The straight way from `x` at s = −1 to `y` at s = 1."""
        middle, half = 0.5 * x + 0.5 * y, 0.5 * y - 0.5 * x
        # Two roundings each, none of more than half a unit of the largest number.
        slack = 2.0**-51 * (np.abs(x) + np.abs(y)) + _TINY
        return TaylorModel(np.stack([middle, half]), slack)

    def as_ball(self, value: TaylorModel) -> Ball:
        return Ball(value.coefficients[0], value.reach)

    def _constant(self, ball: Ball) -> TaylorModel:
        return TaylorModel(ball.mid[None], ball.radius)

    def move(self, function: Callable[..., Array], *values: TaylorModel) -> TaylorModel:
        """What a function that only moves elements makes of values."""
        rows = zip(*_of_equal_length([value.coefficients for value in values]), strict=True)
        coefficients = np.stack([function(*row) for row in rows])
        return TaylorModel(coefficients, np.asarray(function(*(value.error for value in values))))

    # ---- elementwise ----------------------------------------------------------------------------

    def neg(self, a: TaylorModel) -> TaylorModel:
        return TaylorModel(-a.coefficients, a.error)

    def add(self, a: TaylorModel, b: TaylorModel) -> TaylorModel:
        shape = np.broadcast_shapes(a.shape, b.shape)
        n_a, n_b = len(a.coefficients), len(b.coefficients)
        total = np.zeros((max(n_a, n_b), *shape))
        total[:n_a] = _with_axes(a.coefficients, len(shape))
        # Only where both have a coefficient is there a rounding.
        total[:n_b] += _with_axes(b.coefficients, len(shape))
        rounding = gamma(1) * np.abs(total).sum(axis=0)
        return TaylorModel(total, (a.error + b.error + rounding) * _GROW + _TINY)

    def sub(self, a: TaylorModel, b: TaylorModel) -> TaylorModel:
        return self.add(a, self.neg(b))

    def mul(self, a: TaylorModel, b: TaylorModel) -> TaylorModel:
        return self._product(a, b, np.multiply, 1)

    def _product(
        self, a: TaylorModel, b: TaylorModel, times: Callable[..., Array], n_terms: int
    ) -> TaylorModel:
        """The product by `times`, of numbers or of matrices with an inner dimension of `n_terms`."""
        n_a, n_b = len(a.coefficients), len(b.coefficients)
        n = min(n_a + n_b - 1, self.order)
        rows = [
            sum(
                times(a.coefficients[i], b.coefficients[k - i])
                for i in range(max(0, k - n_b + 1), min(k + 1, n_a))
            )
            for k in range(n)
        ]
        size_a, size_b = a.size, b.size
        # γ of as many roundings as a coefficient has at most, of the sizes of all its terms.
        error = gamma(n_terms + min(n_a, n_b)) * times(size_a, size_b)
        error = error + times(size_a, b.error) + times(a.error, size_b + b.error)
        if n < n_a + n_b - 1:
            sizes_a, sizes_b = np.abs(a.coefficients), np.abs(b.coefficients)
            beyond = np.cumsum(sizes_b[::-1], axis=0)[::-1]
            for i in range(max(0, n - n_b + 1), n_a):
                error = error + times(sizes_a[i], beyond[n - i])
        grow = _GROW + gamma(2 * n_terms)
        return TaylorModel(np.stack(rows), np.asarray(error * grow + (n_terms + 1) * _TINY))

    def div(self, a: TaylorModel, b: TaylorModel) -> TaylorModel:
        return self.mul(a, self.elementary("reciprocal", b))

    def power(self, a: TaylorModel, n: int) -> TaylorModel:
        """a to the power of a whole number n."""
        if n < 0:
            return self.power(self.elementary("reciprocal", a), -n)
        if n == 0:
            return self.exact(np.ones(a.shape))
        if n == 1:
            return a
        half = self.power(a, n // 2)
        square = self.mul(half, half)
        return self.mul(square, a) if n % 2 else square

    def sqrt(self, a: TaylorModel) -> TaylorModel:
        return self.elementary("sqrt", a)

    def elementary(self, name: str, a: TaylorModel) -> TaylorModel:
        """An elementary function by its name: its series about the constant coefficients, and a remainder.

        Of a function whose series is not known here only the range is.
        """
        start = Ball(a.coefficients[0])
        if not a.reach.any():
            return self._constant(self._range(name, start))
        whole = Ball(start.mid, a.reach)
        series = taylor_coefficients(name, start, self.order - 1)
        over = taylor_coefficients(name, whole, self.order)
        if series is None or over is None:
            return self._constant(self._range(name, whole))
        change = TaylorModel(np.concatenate([np.zeros((1, *a.shape)), a.coefficients[1:]]), a.error)
        result = self._constant(series[-1])
        for coefficient in reversed(series[:-1]):
            result = self.add(self.mul(result, change), self._constant(coefficient))
        # Taylor's theorem: f_n somewhere in the range, times the n-th power of the change.
        remainder = over[-1].magnitude * whole.radius**self.order * _GROW + _TINY
        return TaylorModel(result.coefficients, (result.error + remainder) * _GROW)

    def _range(self, name: str, x: Ball) -> Ball:
        known = taylor_coefficients(name, x, 0)
        return _BALLS.elementary(name, x) if known is None else known[0]

    # ---- sums -----------------------------------------------------------------------------------

    def sum(self, a: TaylorModel, axis: tuple[int, ...]) -> TaylorModel:
        n = int(np.prod([a.shape[k] for k in axis], dtype=int))
        total = a.coefficients.sum(axis=tuple(k + 1 for k in axis))
        error = (a.error + gamma(n) * a.size).sum(axis=axis)
        return TaylorModel(total, np.asarray(error * (_GROW + gamma(n)) + (n + 1) * _TINY))

    def matmul(self, a: TaylorModel, b: TaylorModel) -> TaylorModel:
        """Products of matrices [... m k] and [... k n]."""
        return self._product(a, b, np.matmul, a.shape[-1])

    # ---- kinks and order: by the ranges of the functions ----------------------------------------

    def abs(self, a: TaylorModel) -> TaylorModel:
        zero = self.exact(np.zeros(a.shape))
        is_negative = self.is_less(a, zero)
        self.switches.note("abs", (is_negative == UNKNOWN) & (a.reach > 0))
        return self._chosen(a, self.neg(a), is_negative, _BALLS.abs(self.as_ball(a)))

    def maximum(self, a: TaylorModel, b: TaylorModel) -> TaylorModel:
        return self._larger(a, b, "max")

    def minimum(self, a: TaylorModel, b: TaylorModel) -> TaylorModel:
        return self.neg(self._larger(self.neg(a), self.neg(b), "min"))

    def _larger(self, a: TaylorModel, b: TaylorModel, name: str) -> TaylorModel:
        is_less = self.is_less(a, b)
        self.switches.note(name, is_less == UNKNOWN)
        range_of_both = _BALLS.maximum(self.as_ball(a), self.as_ball(b))
        return self._chosen(a, b, is_less, range_of_both)

    def largest(self, a: TaylorModel, axis: tuple[int, ...]) -> TaylorModel:
        result = a
        for k in sorted(axis, reverse=True):
            rows = [
                self.move(lambda x, i=i, k=k: x.take(i, axis=k), result)
                for i in range(result.shape[k])
            ]
            result = rows[0]
            for row in rows[1:]:
                result = self.maximum(result, row)
        return result

    def is_less(self, a: TaylorModel, b: TaylorModel) -> Array:
        """Whether a < b for all s: 1, 0, or `UNKNOWN`, as int8."""
        if not (a.reach.any() or b.reach.any()):
            return _BALLS.is_less(Ball(a.coefficients[0]), Ball(b.coefficients[0]))
        # Of the difference, in which what both have in common cancels.
        return _BALLS.is_less(self.as_ball(self.sub(a, b)), Ball(np.zeros(())))

    def is_equal(self, a: TaylorModel, b: TaylorModel) -> Array:
        """Whether a = b for all s: 1, 0, or `UNKNOWN`, as int8."""
        return _BALLS.is_equal(self.as_ball(a), self.as_ball(b))

    def hull(self, a: TaylorModel, b: TaylorModel, where: Array) -> TaylorModel:
        """Both a and b where `where` is `UNKNOWN`, a where it is 0, b where it is 1."""
        return self._chosen(a, b, where, _BALLS.hull(self.as_ball(a), self.as_ball(b), where))

    def _chosen(self, a: TaylorModel, b: TaylorModel, where: Array, other: Ball) -> TaylorModel:
        """a where `where` is 0, b where it is 1, a constant range elsewhere."""
        n_axes = max(len(a.shape), len(b.shape))
        both = [_with_axes(one.coefficients, n_axes) for one in (a, b)]
        first, second = _of_equal_length(both)
        coefficients = np.where(where == 1, second, np.where(where == 0, first, 0.0))
        coefficients[0] = np.where(where == UNKNOWN, other.mid, coefficients[0])
        error = np.where(where == 1, b.error, np.where(where == 0, a.error, other.radius))
        return TaylorModel(coefficients, error)


def _with_axes(series: Array, n_axes: int) -> Array:
    """The same coefficients [n ...] with `n_axes` axes after the first, as broadcasting adds them."""
    missing = n_axes - (series.ndim - 1)
    return np.asarray(series).reshape(len(series), *[1] * missing, *series.shape[1:])


def _of_equal_length(series: Sequence[Array]) -> list[Array]:
    """The same coefficients, with zeros after those that are fewer."""
    n = max(len(one) for one in series)
    return [
        one if len(one) == n else np.concatenate([one, np.zeros((n - len(one), *one.shape[1:]))])
        for one in series
    ]
