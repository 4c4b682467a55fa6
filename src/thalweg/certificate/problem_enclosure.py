"""Loss, gradient and Hessian of a problem in enclosures."""

from collections.abc import Iterator
from functools import cached_property

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ..precision import with_float64
from ..problems.derivative_enclosure import DerivativeEnclosure
from ..problems.own_word import own_word
from ..problems.problem import Problem
from .arbs import Arbs, has_arbs
from .balls import Array, Ball, Balls
from .derivatives import derivatives_of
from .krawczyk import Enclosure
from .program import Arithmetic, Program
from .truth import Switched

_FIRST_BITS, _MOST_BITS = 96, 384


class ProblemEnclosures:
    """The enclosures of a problem: its own where it has one, else those of its programs.

    Args:
        problem: in the coordinates that are searched.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem

    @cached_property
    def _programs(self) -> "ProblemPrograms":
        return ProblemPrograms(self._problem)

    def near(
        self, x: Float[np.ndarray, " d"]
    ) -> tuple[Float[np.ndarray, "d d"], Iterator[tuple[str, Enclosure]]]:
        """The Hessian [d d] at `x` [d] about as it is, and what to try there, by name.

        Raises:
            ValueError: if an enclosure of the problem's own has the wrong shape.
            Unprovable: if its program has a part without an enclosure.
        """
        enclosure = own_word(self._problem, "enclosure", lambda *_: None)
        own: DerivativeEnclosure | None = enclosure(x, np.zeros_like(x))
        if own is None:
            return self._programs.hessian(x), self._programs.tiers()
        hessian = _ball(own.hessian, (len(x), len(x)))
        about = np.where(np.isfinite(hessian.radius), hessian.mid, np.nan)
        return about, iter([("the problem's own enclosure", OwnEnclosure(self._problem))])


class OwnEnclosure:
    """An `Enclosure` that a problem brings with it."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem

    def at_point(self, x: Array) -> tuple[Ball, Ball]:
        """Loss [] and gradient [d] at a point [d]."""
        own = self._over(x, np.zeros_like(x))
        return _ball(own.loss, ()), _ball(own.gradient, (len(x),))

    def hessian_over(self, x: Array, radii: Array) -> Ball:
        """Hessian [d d] over all points within radii [d] of a point [d]; infinite where it is none."""
        return _ball(self._over(x, radii).hessian, (len(x), len(x)))

    def _over(self, x: Array, radii: Array) -> DerivativeEnclosure:
        own = self._problem.enclosure(np.asarray(x), np.asarray(radii))
        # Of another point of the same problem there was one: here nothing is known.
        return _nothing(len(x)) if own is None else own


def _nothing(d: int) -> DerivativeEnclosure:
    infinite = np.array([-np.inf, np.inf])
    gradient = np.repeat(infinite[:, None], d, axis=1)
    return DerivativeEnclosure(infinite, gradient, np.repeat(gradient[:, :, None], d, axis=2))


def _ball(bounds: Array, shape: tuple[int, ...]) -> Ball:
    """Balls that hold what lies between bounds [2 ...].

    Raises:
        ValueError: for bounds of another shape.
    """
    bounds = np.asarray(bounds, dtype=np.float64)
    if bounds.shape != (2, *shape):
        raise ValueError(
            f"enclosure() gave bounds of the shape {bounds.shape}, expected {(2, *shape)}: the lower "
            "ones, then the upper ones."
        )
    is_known = np.isfinite(bounds).all(axis=0) & (bounds[0] <= bounds[1])
    low, high = np.where(is_known, bounds, 0.0)
    mid = 0.5 * low + 0.5 * high
    reach = np.maximum(np.nextafter(high - mid, np.inf), np.nextafter(mid - low, np.inf))
    return Ball(np.asarray(mid), np.where(is_known, reach, np.inf))


class ProblemPrograms:
    """The programs of a problem's derivatives, made once.

    Args:
        problem: in the coordinates that are searched.
    """

    def __init__(self, problem: Problem) -> None:
        value_and_gradient, value_gradient_hessian = derivatives_of(problem)
        self._gradient = Program(value_and_gradient, problem.dimension)
        self._hessian = Program(value_gradient_hessian, problem.dimension)
        self._as_computed = jax.jit(lambda x: value_gradient_hessian(x)[2])

    def tiers(self) -> Iterator[tuple[str, Enclosure]]:
        """Loss and derivatives in float64 and in ever more bits, by name."""
        balls = Balls()
        yield balls.name, self.enclosed_by(balls)
        bits = _FIRST_BITS
        while bits <= _MOST_BITS and has_arbs():
            arbs = Arbs(bits)
            yield arbs.name, self.enclosed_by(arbs)
            bits *= 2

    def enclosed_by(self, arithmetic: Arithmetic) -> "ProblemEnclosure":
        """Loss and derivatives in this arithmetic."""
        return ProblemEnclosure(self._gradient, self._hessian, arithmetic)

    @with_float64
    def hessian(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, "d d"]:
        """The Hessian [d d] at `x` [d] as it is computed, with its roundings."""
        return np.asarray(self._as_computed(jnp.asarray(x)))


class ProblemEnclosure:
    """An `Enclosure` of a problem's loss in one arithmetic."""

    def __init__(self, gradient: Program, hessian: Program, arithmetic: Arithmetic) -> None:
        self._gradient, self._hessian, self._arithmetic = gradient, hessian, arithmetic

    def at_point(self, x: Array) -> tuple[Ball, Ball]:
        """Loss [] and gradient [d] at a point [d]."""
        with self._arithmetic.precision():
            loss, gradient = self._gradient.enclose(self._arithmetic, self._arithmetic.exact(x))
            return self._arithmetic.as_ball(loss), self._arithmetic.as_ball(gradient)

    def hessian_over(self, x: Array, radii: Array) -> Ball:
        """Hessian [d d] over all points within radii [d] of a point [d].

        Raises:
            Switched: if the loss switches between its branches inside, so that it may not be smooth there.
        """
        switches = self._arithmetic.switches
        switches.undecided.clear()
        with self._arithmetic.precision():
            box = self._arithmetic.box(x, radii)
            hessian = self._arithmetic.as_ball(self._hessian.enclose(self._arithmetic, box)[2])
        if switches.undecided:
            raise Switched(", ".join(sorted(switches.undecided)))
        return hessian
