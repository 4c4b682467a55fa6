"""The loss along a straight piece of a path, from above.

φ(t) = f(x + t δ) for 0 ≤ t ≤ 1. With its derivatives at 0 enclosed up to an order n − 1, and an upper
bound M on the n-th over all of [0, 1], Taylor's theorem bounds φ(t) by φ(0) and a polynomial without
constant term. So a piece that leads down from a pass is known to stay below it, without loss beyond
rounding. A second derivative would not do: along a soft mode the parts of the sum over the data are a
thousand times larger than what they add up to, and their changes over the piece are added up as if they
did not cancel; each order more makes those smaller. Where a comparison is not decided on the piece, φ may
have no derivatives: then the enclosure of φ over the whole piece counts alone.
"""

from collections.abc import Callable
from math import factorial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental import jet
from jaxtyping import Array, Float

from .balls import Ball, Balls
from .own_derivatives import with_own_derivatives
from .program import Program

_ORDER = 6
"""n: on the demo's landscape it gives the longest pieces for the time that they take."""
_ROUNDED_SERIES = {"erf", "erfc"}
"""Operations whose series in JAX has a constant that is rounded, which is not that of the loss."""
_PARTS = 32
"""Of [0, 1], in each of which the polynomial is bounded."""


class PathEnclosure:
    """Upper bounds on a loss along straight pieces, in float64 balls.

    Args:
        loss: of a float64 vector [d], as JAX can trace it.
        dimension: d.
    """

    def __init__(self, loss: Callable[[Any], Any], dimension: int) -> None:
        self._d, self._balls = dimension, Balls()
        self._loss = Program(loss, dimension)
        # Of the loss itself, whatever rules it states for its derivatives.
        plain = with_own_derivatives(loss, dimension)
        derivatives = _two_derivatives if self._loss.operations & _ROUNDED_SERIES else _derivatives

        def along(u: Float[Array, " two_d_plus_1"]) -> list[Any]:
            x, delta, t = u[:dimension], u[dimension:-1], u[-1]
            return derivatives(plain, x + t * delta, delta)

        self._along = Program(along, 2 * dimension + 1)

    def at(self, x: Float[np.ndarray, " d"]) -> float:
        """An upper bound on the loss at a point [d]."""
        with self._balls.precision():
            return _upper(self._loss.enclose(self._balls, self._balls.exact(x))[0])

    def near(self, x: Float[np.ndarray, " d"], radius: float) -> float:
        """An upper bound on the loss at all points within `radius` of `x` [d]."""
        with self._balls.precision():
            box = self._balls.box(x, np.full(len(x), radius))
            return _upper(self._loss.enclose(self._balls, box)[0])

    def between(self, x: Float[np.ndarray, " d"], y: Float[np.ndarray, " d"]) -> float:
        """An upper bound on the loss along the straight piece from `x` to `y` [d]; infinite if not known."""
        switches = self._balls.switches
        with self._balls.precision():
            switches.undecided.clear()
            whole = self._enclose(x, y, Ball(np.asarray(0.5), np.asarray(0.5)))
            plain = _upper(whole[0])
            if switches.undecided or not np.isfinite(whole[-1].magnitude):
                return plain
            start = self._enclose(x, y, Ball(np.asarray(0.0)))
            rise = _largest_rise([*map(_upper, start[1:-1]), _upper(whole[-1])])
            high = float(np.nextafter(_upper(start[0]) + rise, np.inf))
        return min(plain, high if np.isfinite(high) else np.inf)

    def _enclose(
        self, x: Float[np.ndarray, " d"], y: Float[np.ndarray, " d"], t: Ball
    ) -> list[Ball]:
        """φ and its derivatives over all t of a ball."""
        delta = y - x
        # y need not be x + δ in float64: the pieces that are bounded hold the one that is meant.
        slack = np.abs(delta) * 2.0**-52 + 2.0**-1000
        mid = np.concatenate([x, delta, [t.mid]])
        radius = np.concatenate([np.zeros(self._d), slack, [t.radius]])
        return self._along.enclose(self._balls, self._balls.box(mid, radius))


def _derivatives(loss: Callable[[Any], Any], x: Array, delta: Array) -> list[Any]:
    """The loss at `x` [d] and its derivatives along `delta` [d]; two where JAX has no series of a part."""
    series = [delta, *[jnp.zeros_like(delta)] * (_ORDER - 1)]
    try:
        value, derivatives = jet.jet(loss, (x,), (series,))  # type: ignore[no-untyped-call]
    except (KeyError, NotImplementedError, TypeError):
        return _two_derivatives(loss, x, delta)
    return [value, *derivatives]


def _two_derivatives(loss: Callable[[Any], Any], x: Array, delta: Array) -> list[Any]:
    """The loss at `x` [d] and two derivatives along `delta` [d]."""

    def slope(t: Any) -> tuple[Any, Any]:
        return jax.jvp(lambda s: loss(x + s * delta), (t,), (jnp.ones_like(t),))

    zero = jnp.zeros((), x.dtype)
    (value, first), (_, second) = jax.jvp(slope, (zero,), (jnp.ones_like(zero),))
    return [value, first, second]


def _largest_rise(derivatives: list[float]) -> float:
    """An upper bound on max(0, Σ_k D_k tᵏ/k!) over 0 ≤ t ≤ 1, k from 1, given upper bounds D_k."""
    terms = [d / factorial(k) for k, d in enumerate(derivatives, start=1)]
    edges = np.linspace(0.0, 1.0, _PARTS + 1)
    low, high = edges[:-1], edges[1:]
    total, size = np.zeros(_PARTS), np.zeros(_PARTS)
    for term in reversed(terms):
        # Horner's rule from above: the larger of both ends' products.
        total = term + np.maximum(total * low, total * high)
        size = abs(term) + size * high
    rise = np.maximum(total * low, total * high)
    # Some thirty roundings, each of no more than the sizes of all terms.
    return float(np.maximum(rise + 2.0**-46 * size * high, 0.0).max())


def _upper(ball: Ball) -> float:
    upper = float(ball.upper)
    return upper if np.isfinite(upper) else np.inf
