"""Stationary points of a loss that motions leave unchanged, proved in a slice across their orbit.

The motions have velocities V(x) [d k], so that Vᵀ ∇f = 0 everywhere. A slice x̃ + B y, of m = d − k directions
B [d m], has one zero of the projected gradient Bᵀ ∇f in the box, by Krawczyk. At this point x*:

- *It is a stationary point of f.* ∇f(x*) is orthogonal to the columns of B, and by invariance to those of
  V(x*). If [B V(x*)] is nonsingular, which is proved over the whole box, they span everything, so ∇f(x*) = 0.
  And each stationary point of the slice is a zero of the projected gradient: there is no other one.
- *Its index is that of Bᵀ H B.* Differentiating Vᵀ ∇f = 0 gives H V = 0 where ∇f = 0. So in the basis [B V]
  the Hessian is Bᵀ H B and zeros, and by Sylvester's law it has the negative eigenvalues of Bᵀ H B and
  exactly k zero ones.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ..precision import with_float64
from ..problems.own_word import is_stated_of
from ..problems.problem import Problem
from .balls import Array, Ball, Balls, gamma
from .program import Program
from .truth import Unprovable

_BALLS = Balls()


class Generators:
    """The velocities [d k] of the motions that leave a loss unchanged.

    Args:
        problem: that states some.
    """

    def __init__(self, problem: Problem) -> None:
        self._program = Program(problem.generators, problem.dimension)
        self._as_computed = jax.jit(problem.generators)

    @with_float64
    def slice_at(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, "d m"]:
        """Directions [d m] across the orbit of `x` [d], orthonormal but for rounding."""
        velocities = np.asarray(self._as_computed(jnp.asarray(x)))
        return np.asarray(np.linalg.qr(velocities, mode="complete")[0][:, velocities.shape[1] :])

    def may_leave_unchanged(
        self, x: Float[np.ndarray, " d"], radii: Float[np.ndarray, " d"], hessian: Ball
    ) -> bool:
        """Whether H V may vanish within `radii` of x, as it does at a stationary point of an invariant loss.

        The invariance is what the problem states, a class perhaps of a loss that a subclass has changed.
        """
        with _BALLS.precision():
            velocities = self._program.enclose(_BALLS, _BALLS.box(x, radii))[0]
            change = _BALLS.matmul(hessian, velocities)
        return not (np.abs(change.mid) > change.radius).any()

    def are_transversal(
        self, x: Float[np.ndarray, " d"], radii: Float[np.ndarray, " d"], basis: Array
    ) -> bool:
        """Whether `basis` [d m] and the velocities span everything at all points within `radii` of x."""
        with _BALLS.precision():
            velocities = self._program.enclose(_BALLS, _BALLS.box(x, radii))[0]
            frame = _BALLS.move(lambda *xs: np.concatenate(xs, axis=1), Ball(basis), velocities)
            # Columns of length one: those of the basis are as long as its modes are soft.
            frame = _BALLS.mul(frame, Ball(1 / np.linalg.norm(frame.mid, axis=0)))
            if not np.isfinite(frame.magnitude).all():
                return False
            inverse = np.linalg.pinv(frame.mid)
            off = _BALLS.sub(_BALLS.matmul(Ball(inverse), frame), Ball(np.eye(len(x))))
        # |R M − 1| < 1 in the maximum norm of rows: R M is nonsingular, and so is M.
        return bool((off.magnitude.sum(axis=1) * (1 + gamma(len(x) + 9))).max() < 1)


def generators_of(problem: Problem) -> Generators | None:
    """The motions that leave a problem's loss unchanged; None if there are none.

    Raises:
        Unprovable: if its zero modes come from a test of the loss, or are stated of another loss.
    """
    shape = jax.eval_shape(problem.zero_modes, np.empty(problem.dimension))
    if shape is None or not shape.shape[1]:
        return None
    if jax.eval_shape(problem.generators, np.empty(problem.dimension)) is None:
        raise Unprovable(
            "the loss does not change along some directions, which a test of it has shown and nobody has "
            "stated: no proof can rest on that. Add a penalty (l2=…), or state them (`Problem.generators`)."
        )
    if not is_stated_of(problem, "generators"):
        raise Unprovable(
            f"that the loss does not change along some directions is stated by a class of which "
            f"{type(problem).__name__} has changed the loss: let it define `generators` and `zero_modes` "
            "as they are for its own"
        )
    return Generators(problem)
