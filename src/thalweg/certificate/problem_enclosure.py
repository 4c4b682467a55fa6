"""Loss, gradient and Hessian of a problem in enclosures."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ..precision import with_float64
from ..problems.problem import Problem
from .balls import Array, Ball
from .program import Arithmetic, Program
from .truth import Switched


class ProblemPrograms:
    """The programs of a problem's derivatives, made once.

    Args:
        problem: in the coordinates that are searched.
    """

    def __init__(self, problem: Problem) -> None:
        self._gradient = Program(problem.value_and_gradient, problem.dimension)
        self._hessian = Program(problem.value_gradient_hessian, problem.dimension)
        self._as_computed = jax.jit(lambda x: problem.value_gradient_hessian(x)[2])

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
