"""Balls of float64: real numbers within a radius of a midpoint, in arrays, with every rounding counted.

Midpoints are computed to nearest, radii with a factor that covers their own roundings (Rump, Acta Numerica 19
(2010) 287). NumPy does each operation by itself: nothing is fused, reordered or flushed to zero. Sums and
products of matrices go to BLAS in whatever order it takes, so they are bounded by γₙ = n u/(1 − n u), which
holds for every order, with or without fused multiplication (Higham, Accuracy and Stability, §3.1).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .truth import UNKNOWN, Switches, Unprovable

UNIT = 2.0**-53
"""u, the largest relative error of one rounding to nearest."""
_GROW = 1 + 2.0**-47
"""Covers sixty roundings in the computation of a radius, all of whose terms are positive."""
_TINY = 2.0**-900
"""Covers what is lost below the smallest normal number, 2⁻¹⁰²², in any one operation here."""
_LOST = 2.0**-1073
"""No less than a rounding below the smallest normal number loses."""
_BLOCK = 64
"""Terms that are added in one go; the sums of blocks are added after, so that γ grows with n/64 + 64."""

if TYPE_CHECKING:
    Array = NDArray[Any]
else:
    # NumPy makes scalars of what has no axes.
    Array = np.ndarray | np.generic


@dataclass(frozen=True, eq=False, slots=True)
class Ball:
    """Reals within `rad` of `mid`, element by element; `rad` None if they are exactly `mid`.

    A radius that is infinite or NaN says that nothing is known.
    """

    mid: Array
    rad: Array | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.mid.shape)

    @property
    def radius(self) -> Array:
        """The radius [as `mid`], zero where the value is exact."""
        return np.zeros_like(self.mid) if self.rad is None else self.rad

    @property
    def magnitude(self) -> Array:
        """An upper bound on |value|."""
        return np.asarray((np.abs(self.mid) + self.radius) * _GROW)

    @property
    def lower(self) -> Array:
        """A lower bound."""
        return np.asarray(_down(self.mid - self.radius))

    @property
    def upper(self) -> Array:
        """An upper bound."""
        return np.asarray(_up(self.mid + self.radius))


def _up(x: Array) -> Array:
    return np.nextafter(x, np.inf)


def _down(x: Array) -> Array:
    return np.nextafter(x, -np.inf)


def _is_zero(a: Ball) -> Array:
    return np.asarray((a.mid == 0) & (a.radius == 0))


def _overlap(a: Ball, b: Ball) -> Array:
    """Whether it is not known which is the larger; two that are exact are."""
    is_exact = (a.radius == 0) & (b.radius == 0)
    return np.asarray(~(is_exact | (a.upper < b.lower) | (b.upper < a.lower)))


def require_float64() -> None:
    """Refuse to prove anything where float64 numbers are not added as IEEE 754 says.

    Some libraries have the processor take what is below the smallest normal number for zero.

    Raises:
        Unprovable: if they do, or the last bit is not rounded to nearest and even.
    """
    smallest, one = np.full(4, 2.0**-1074), np.ones(4)
    is_gradual = ((smallest + smallest) == 2.0**-1073).all()
    is_nearest = ((one + UNIT) == 1).all() and ((one + 1.5 * UNIT) == 1 + 2 * UNIT).all()
    if not (is_gradual and is_nearest):
        raise Unprovable(
            "this process does not round float64 numbers as IEEE 754 says (a library may have set the "
            "processor to flush small numbers to zero): prove in a fresh process"
        )


def gamma(n: int) -> float:
    """γₙ, an upper bound on the relative error of n roundings."""
    return 1.01 * n * UNIT


def most_length(x: Array) -> float:
    """An upper bound on the Euclidean length of a vector [d], also where its squares underflow."""
    n = x.size
    # Each square loses no more than 2⁻¹⁰⁷⁴; those that are not lost, and their sum, no more than γ.
    with np.errstate(over="ignore"):
        length = float(np.linalg.norm(x)) * (1 + gamma(n + 9)) + float(np.sqrt(n)) * 2.0**-536
    return length if np.isfinite(length) else np.inf


def _with_axes_before(x: Array, n_axes: int) -> Array:
    return np.asarray(x).reshape(*[1] * (n_axes - x.ndim), *x.shape)


class Balls:
    """Arithmetic with `Ball`: what an evaluation of a program is done in."""

    name = "float64"

    def __init__(self) -> None:
        self.switches = Switches()

    def precision(self) -> AbstractContextManager[None]:
        """In what float64 balls are computed: what overflows has a radius that says so, without a warning."""
        return np.errstate(over="ignore", invalid="ignore", divide="ignore")

    def exact(self, values: Array) -> Ball:
        """These very numbers."""
        return Ball(np.asarray(values, dtype=np.float64))

    def box(self, mid: Array, rad: Array) -> Ball:
        """All reals within `rad` of `mid`."""
        return Ball(np.asarray(mid, dtype=np.float64), np.asarray(rad, dtype=np.float64))

    def as_ball(self, value: Ball) -> Ball:
        return value

    def move(self, function: Callable[..., Array], *values: Ball) -> Ball:
        """What a function that only moves elements makes of values."""
        mid = function(*(value.mid for value in values))
        if all(value.rad is None for value in values):
            return Ball(mid)
        return Ball(mid, function(*(value.radius for value in values)))

    # ---- elementwise ----------------------------------------------------------------------------

    def neg(self, a: Ball) -> Ball:
        return Ball(-a.mid, a.rad)

    def add(self, a: Ball, b: Ball) -> Ball:
        return self._sum(a.mid + b.mid, a, b)

    def sub(self, a: Ball, b: Ball) -> Ball:
        return self._sum(a.mid - b.mid, a, b)

    def _sum(self, mid: Array, a: Ball, b: Ball) -> Ball:
        rad = UNIT * np.abs(mid)
        for one in (a.rad, b.rad):
            if one is not None:
                rad = rad + one
        # Sums of zeros are zero, and those below the smallest normal number exact.
        return Ball(mid, np.where(rad == 0, 0.0, rad * _GROW + _TINY))

    def mul(self, a: Ball, b: Ball) -> Ball:
        mid = a.mid * b.mid
        rad = UNIT * np.abs(mid)
        if b.rad is not None:
            rad = rad + np.abs(a.mid) * b.rad
        if a.rad is not None:
            rad = rad + a.rad * (np.abs(b.mid) if b.rad is None else np.abs(b.mid) + b.rad)
        rad = rad * _GROW + _TINY
        if mid.all():
            return Ball(mid, rad)
        # Zero times what has no bounds is not known to be zero: it may not exist.
        is_zero = (_is_zero(a) & np.isfinite(b.magnitude)) | (
            _is_zero(b) & np.isfinite(a.magnitude)
        )
        return Ball(mid, np.where(is_zero, 0.0, rad))

    def div(self, a: Ball, b: Ball) -> Ball:
        # a'/b' − q = (a' − q b')/b', and |a − q b| ≤ u |q b| up to underflow.
        with np.errstate(divide="ignore", invalid="ignore"):
            mid = a.mid / b.mid
            least = (np.abs(b.mid) - b.radius) * (2 - _GROW)
            error = 2 * UNIT * np.abs(mid * b.mid) + a.radius + np.abs(mid) * b.radius + _TINY
            rad = np.where(least > 0, error / np.abs(least) * _GROW + _TINY, np.inf)
        return Ball(np.where(np.isfinite(mid), mid, 0.0), rad)

    def abs(self, a: Ball) -> Ball:
        self.switches.note("abs", ~((a.radius == 0) | (np.abs(a.mid) > a.radius)))
        return Ball(np.abs(a.mid), a.rad)

    def maximum(self, a: Ball, b: Ball) -> Ball:
        """The larger: it moves by no more than the one that moves most."""
        self.switches.note("max", _overlap(a, b))
        return Ball(np.maximum(a.mid, b.mid), self._larger_radius(a, b))

    def minimum(self, a: Ball, b: Ball) -> Ball:
        self.switches.note("min", _overlap(a, b))
        return Ball(np.minimum(a.mid, b.mid), self._larger_radius(a, b))

    def _larger_radius(self, a: Ball, b: Ball) -> Array | None:
        if a.rad is None and b.rad is None:
            return None
        return np.broadcast_to(
            np.maximum(a.radius, b.radius), np.broadcast_shapes(a.shape, b.shape)
        ).copy()

    def power(self, a: Ball, n: int) -> Ball:
        """a to the power of a whole number n."""
        if n < 0:
            return self.div(self.exact(np.ones_like(a.mid)), self.power(a, -n))
        if n == 0:
            return Ball(np.ones_like(a.mid), np.where(np.isfinite(a.magnitude), 0.0, np.inf))
        half = self.power(a, n // 2) if n > 1 else None
        square = a if half is None else self.mul(half, half)
        return self.mul(square, a) if n % 2 and n > 1 else square

    def sqrt(self, a: Ball) -> Ball:
        with np.errstate(divide="ignore", invalid="ignore"):
            mid = np.sqrt(np.maximum(a.mid, 0.0))
            # |√a' − √a| = |a' − a|/(√a' + √a)
            spread = np.where(a.radius > 0, a.radius / mid, 0.0)
            rad = np.where(a.mid - a.radius >= 0, (spread + UNIT * mid) * _GROW + _TINY, np.inf)
        return Ball(mid, rad)

    def elementary(self, name: str, a: Ball) -> Ball:
        """An elementary function by its name, with a proved bound on its error."""
        from .elementary import elementary

        return elementary(self, name, a)

    # ---- sums -----------------------------------------------------------------------------------

    def sum(self, a: Ball, axis: tuple[int, ...]) -> Ball:
        n = int(np.prod([a.shape[k] for k in axis], dtype=int))
        mid = a.mid.sum(axis=axis)
        rad = gamma(n) * np.abs(a.mid).sum(axis=axis)
        if a.rad is not None:
            rad = rad + a.rad.sum(axis=axis)
        return Ball(mid, np.where(rad == 0, 0.0, rad * (_GROW + gamma(n)) + (n + 1) * _TINY))

    def matmul(self, a: Ball, b: Ball) -> Ball:
        """Products of matrices [... m k] and [... k n]."""
        k = a.shape[-1]
        if k > 2 * _BLOCK:
            return self._matmul_in_blocks(a, b)
        mid, size_a, size_b = a.mid @ b.mid, np.abs(a.mid), np.abs(b.mid)
        reach = gamma(k) * size_b if b.rad is None else gamma(k) * size_b + b.rad
        rad = size_a @ reach
        if a.rad is not None:
            rad = rad + a.rad @ (size_b if b.rad is None else size_b + b.rad)
        # What γ of a tiny number loses below the smallest number, a huge one would make more of.
        rad = rad + size_a.sum(axis=-1, keepdims=True) * _LOST
        return Ball(mid, rad * (_GROW + gamma(2 * k)) + (k + 1) * _TINY)

    def _matmul_in_blocks(self, a: Ball, b: Ball) -> Ball:
        """The same by blocks of the inner dimension, whose products are added in pairs: a smaller γ."""
        k = a.shape[-1]
        n_blocks = k // _BLOCK
        whole = n_blocks * _BLOCK
        # The axis of the blocks comes before those of the batch, which must not be taken for it.
        n_axes = max(a.mid.ndim, b.mid.ndim)
        a, b = (self.move(lambda x: _with_axes_before(x, n_axes), one) for one in (a, b))

        def rows(x: Array) -> Array:
            split = x[..., :whole].reshape(*x.shape[:-1], n_blocks, _BLOCK)
            return np.moveaxis(split, -2, 0)

        def columns(x: Array) -> Array:
            split = x[..., :whole, :].reshape(*x.shape[:-2], n_blocks, _BLOCK, x.shape[-1])
            return np.moveaxis(split, -3, 0)

        total = self.sum(self.matmul(self.move(rows, a), self.move(columns, b)), (0,))
        if whole == k:
            return total
        left = self.move(lambda x: x[..., whole:], a)
        return self.add(total, self.matmul(left, self.move(lambda x: x[..., whole:, :], b)))

    def largest(self, a: Ball, axis: tuple[int, ...]) -> Ball:
        if a.rad is None:
            return Ball(a.mid.max(axis=axis))
        n_largest = (~(a.upper < a.lower.max(axis=axis, keepdims=True))).sum(axis=axis)
        self.switches.note("max", n_largest > 1)
        return Ball(a.mid.max(axis=axis), a.rad.max(axis=axis))

    # ---- order ----------------------------------------------------------------------------------

    def is_less(self, a: Ball, b: Ball) -> Array:
        """Whether a < b: 1, 0, or `UNKNOWN`, as int8."""
        below, not_below = a.upper < b.lower, a.lower >= b.upper
        if a.rad is None and b.rad is None:
            below, not_below = a.mid < b.mid, a.mid >= b.mid
        return np.where(below, 1, np.where(not_below, 0, UNKNOWN)).astype(np.int8)

    def is_equal(self, a: Ball, b: Ball) -> Array:
        """Whether a = b: 1, 0, or `UNKNOWN`, as int8."""
        if a.rad is None and b.rad is None:
            return np.asarray(a.mid == b.mid).astype(np.int8)
        apart = (a.upper < b.lower) | (b.upper < a.lower)
        same = (a.radius == 0) & (b.radius == 0) & (a.mid == b.mid)
        return np.where(same, 1, np.where(apart, 0, UNKNOWN)).astype(np.int8)

    def hull(self, a: Ball, b: Ball, where: Array) -> Ball:
        """Both a and b where `where` is `UNKNOWN`, a where it is 0, b where it is 1."""
        mid = np.where(where == 1, b.mid, a.mid)
        rad = np.where(where == 1, b.radius, a.radius)
        if (where == UNKNOWN).any():
            low, high = np.minimum(a.lower, b.lower), np.maximum(a.upper, b.upper)
            centre = 0.5 * low + 0.5 * high
            reach = np.maximum(_up(high - centre), _up(centre - low))
            mid, rad = (
                np.where(where == UNKNOWN, centre, mid),
                np.where(where == UNKNOWN, reach, rad),
            )
        return Ball(mid, rad)
