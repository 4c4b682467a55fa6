"""The same arithmetic with balls of any precision: Arb (Johansson, IEEE Trans. Comput. 66 (2017) 1281)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

import numpy as np

from .balls import Array, Ball
from .truth import UNKNOWN, Switches, Unprovable

HOW_TO_INSTALL = "proofs beyond float64 need python-flint: pip install 'thalweg[certify]'"


def has_arbs() -> bool:
    """Whether python-flint is installed."""
    return find_spec("flint") is not None


def _import_flint() -> Any:
    if not has_arbs():
        raise Unprovable(f"{HOW_TO_INSTALL}.")
    return import_module("flint")


class Arbs:
    """Arithmetic with arrays of Arb balls (dtype object): as `Balls`, slower, at any precision.

    Args:
        bits: of the midpoints.
    """

    def __init__(self, bits: int) -> None:
        self._flint = _import_flint()
        self.bits = bits
        self.switches = Switches()
        self.name = f"{bits} bits"

    @contextmanager
    def precision(self) -> Iterator[None]:
        """Computes with these bits inside; they are a setting of the whole process."""
        before = self._flint.ctx.prec
        self._flint.ctx.prec = self.bits
        try:
            yield
        finally:
            self._flint.ctx.prec = before

    def exact(self, values: Array) -> Array:
        """These very numbers."""
        return self._map(self._flint.arb, np.asarray(values, dtype=np.float64))

    def box(self, mid: Array, rad: Array) -> Array:
        """All reals within `rad` of `mid`."""
        return self._map(self._flint.arb, np.asarray(mid), np.asarray(rad))

    def as_ball(self, value: Array) -> Ball:
        """Balls of float64 that hold these."""
        mid = np.array([float(a.mid()) for a in value.ravel()]).reshape(value.shape)
        arb = self._flint.arb
        # The middle in float64 is another number: the radius has to reach what lies around the true one.
        reach = [
            float(abs(a - arb(m)).upper()) for a, m in zip(value.ravel(), mid.ravel(), strict=True)
        ]
        rad = np.nextafter(np.array(reach), np.inf).reshape(value.shape)
        rad = np.where(np.isfinite(rad), rad, np.inf)
        is_same = [
            a.is_exact() and (x == 0 or x != x) for a, x in zip(value.ravel(), reach, strict=True)
        ]
        return Ball(mid, np.where(np.array(is_same).reshape(value.shape), 0.0, rad))

    def move(self, function: Callable[..., Array], *values: Array) -> Array:
        return _array(function(*values))

    def _map(self, function: Callable[..., Any], *arrays: Array) -> Array:
        n = len(arrays)
        wide = np.broadcast_arrays(*arrays) if n > 1 else arrays
        lists = [a.ravel().tolist() for a in wide]
        result = np.empty(wide[0].size, dtype=object)
        result[:] = [function(*row) for row in zip(*lists, strict=True)]
        return cast(Array, result.reshape(wide[0].shape))

    # ---- elementwise ----------------------------------------------------------------------------

    def neg(self, a: Array) -> Array:
        return _array(-a)

    def add(self, a: Array, b: Array) -> Array:
        return _array(a + b)

    def sub(self, a: Array, b: Array) -> Array:
        return _array(a - b)

    def mul(self, a: Array, b: Array) -> Array:
        return _array(a * b)

    def div(self, a: Array, b: Array) -> Array:
        return _array(a / b)

    def abs(self, a: Array) -> Array:
        self.switches.note("abs", self._map(lambda x: not x.is_zero() and x.contains(0), a))
        return self._map(abs, a)

    def maximum(self, a: Array, b: Array) -> Array:
        self.switches.note("max", self._overlap(a, b))
        return self._map(lambda x, y: x.max(y), a, b)

    def minimum(self, a: Array, b: Array) -> Array:
        self.switches.note("min", self._overlap(a, b))
        return self._map(lambda x, y: x.min(y), a, b)

    def _overlap(self, a: Array, b: Array) -> Array:
        """Whether it is not known which is the larger; two that are exact are."""
        return self._map(lambda x, y: x.overlaps(y) and not (x.is_exact() and y.is_exact()), a, b)

    def power(self, a: Array, n: int) -> Array:
        """a to the power of a whole number n, by products: Arb's own is NaN for balls around zero."""
        if n <= 0:
            one = self.exact(np.ones(a.shape))
            # What has no bounds may not exist, and then it has no power.
            zero = self._map(lambda x: x * 0, a)
            return self.add(one, zero) if n == 0 else self.div(one, self.power(a, -n))
        if n == 1:
            return a
        half = self.power(a, n // 2)
        square = self.mul(half, half)
        return self.mul(square, a) if n % 2 else square

    def sqrt(self, a: Array) -> Array:
        return self._map(lambda x: x.sqrt(), a)

    def elementary(self, name: str, a: Array) -> Array:
        """A function by its name in JAX.

        Raises:
            Unprovable: if Arb has none that is known here.
        """
        if name == "logistic":
            return self._map(lambda x: 1 / (1 + (-x).exp()), a)
        method = _METHODS.get(name)
        if method is None:
            raise Unprovable(f"there is no enclosure of {name}")
        return self._map(lambda x: getattr(x, method)(), a)

    # ---- sums -----------------------------------------------------------------------------------

    def sum(self, a: Array, axis: tuple[int, ...]) -> Array:
        return _array(a.sum(axis=axis))

    def matmul(self, a: Array, b: Array) -> Array:
        """Products of matrices [... m k] and [... k n]."""
        batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        result = np.empty((*batch, a.shape[-2], b.shape[-1]), dtype=object)
        a, b = (np.broadcast_to(x, (*batch, *x.shape[-2:])) for x in (a, b))
        for index in np.ndindex(*batch):
            result[index] = self._product(a[index], b[index])
        return result

    def _product(self, a: Array, b: Array) -> Array:
        matrix = self._flint.arb_mat
        left = matrix(*a.shape, a.ravel().tolist())
        right = matrix(*b.shape, b.ravel().tolist())
        result = np.empty(a.shape[0] * b.shape[1], dtype=object)
        result[:] = (left * right).entries()
        return cast(Array, result.reshape(a.shape[0], b.shape[1]))

    def largest(self, a: Array, axis: tuple[int, ...]) -> Array:
        result = a
        for k in sorted(axis, reverse=True):
            slices = np.moveaxis(result, k, 0)
            total = slices[0]
            for one in slices[1:]:
                total = self.maximum(np.asarray(total, dtype=object), np.asarray(one, dtype=object))
            result = np.asarray(total, dtype=object)
        return result

    # ---- order ----------------------------------------------------------------------------------

    def is_less(self, a: Array, b: Array) -> Array:
        """Whether a < b: 1, 0, or `UNKNOWN`, as int8."""
        decided = self._map(lambda x, y: 1 if x < y else 0 if x >= y else int(UNKNOWN), a, b)
        return decided.astype(np.int8)

    def is_equal(self, a: Array, b: Array) -> Array:
        """Whether a = b: 1, 0, or `UNKNOWN`, as int8."""
        decided = self._map(lambda x, y: 1 if x == y else 0 if x != y else int(UNKNOWN), a, b)
        return decided.astype(np.int8)

    def hull(self, a: Array, b: Array, where: Array) -> Array:
        """Both a and b where `where` is `UNKNOWN`, a where it is 0, b where it is 1."""
        return self._map(lambda x, y, w: y if w == 1 else x if w == 0 else x.union(y), a, b, where)


def _array(value: Any) -> Array:
    """NumPy makes a bare element of what has no axes."""
    return np.asarray(value, dtype=object)


_METHODS = {
    name: name
    for name in (
        *("exp", "expm1", "log", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
        *("asin", "acos", "atan", "asinh", "acosh", "atanh", "erf", "erfc", "lgamma", "digamma"),
    )
}
