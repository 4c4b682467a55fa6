"""Newton's method for a point of a branch: stationary, in a given plane of (coordinates, parameter)."""

from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ...display import shown
from ...problems.family import OneParameterFamily
from ...search.search_space import SearchSpace
from ...search.steps.rule import rms_tolerance

_NEWTON_STEPS = 8


class BranchPoint(eqx.Module):
    """A point z = (x in length scales, position along the family) of a branch [d + 1].

    Attributes:
        z: the point [d + 1].
        tangent: of the branch there, of unit length, towards a growing parameter [d + 1].
        loss: of the problem.
        spectrum: eigenvalues of the Hessian, ascending [d].
        softest: eigenvector of the eigenvalue of smallest size [d].
        rms_gradient: of the problem.
        newton_steps: that were taken.
        converged: whether the gradient vanishes, within the tolerance.
    """

    z: Float[Array, " d_plus_1"]
    tangent: Float[Array, " d_plus_1"]
    loss: Float[Array, ""]
    spectrum: Float[Array, " d"]
    softest: Float[Array, " d"]
    rms_gradient: Float[Array, ""]
    newton_steps: Int[Array, ""]
    converged: Bool[Array, ""]

    @property
    def index(self) -> int:
        """Number of negative eigenvalues."""
        return int(np.sum(np.asarray(self.spectrum) < 0))


@shown
@dataclass(frozen=True, eq=False)
class Corrector:
    """Finds the points of the branches of one family.

    Attributes:
        family: in the coordinates that are searched.
        space: of the problem at one value of the parameter.
    """

    family: OneParameterFamily
    space: SearchSpace

    @classmethod
    def of(cls, family: OneParameterFamily, value: float) -> "Corrector":
        """The corrector of a family, from its problem at one value of the parameter."""
        return cls(family.reduced(), SearchSpace(family.problem_at(value)))

    @property
    def scale(self) -> float:
        """Length scale of the problem, in which distances along a branch are measured."""
        return float(self.space.problem.length_scale)

    def position_of(self, value: float) -> float:
        """The position along the family of a value of the parameter."""
        return float(np.log(value)) if self.family.is_logarithmic else value

    def z_of(self, x: Float[np.ndarray, " d"], position: float) -> Float[np.ndarray, " d_plus_1"]:
        """The point z [d + 1] of the coordinates `x` [d] at a position."""
        return np.append(x / self.scale, position)

    def in_plane(
        self,
        guess: Float[np.ndarray | Array, " d_plus_1"],
        normal: Float[np.ndarray | Array, " d_plus_1"],
    ) -> BranchPoint:
        """The point of the branch in the plane through `guess` at right angles to `normal`."""
        point: BranchPoint = _corrected(self.family, guess, normal, self.scale)
        return point

    def at_position(
        self, guess: Float[np.ndarray | Array, " d_plus_1"], position: float
    ) -> BranchPoint:
        """The point of the branch at a position along the family."""
        guess = np.append(np.asarray(guess)[:-1], position)
        return self.in_plane(guess, np.eye(len(guess))[-1])


class _Iterate(eqx.Module):
    """A point of the iteration, with the matrix [∂g/∂z; normal] there."""

    z: Float[Array, " d_plus_1"]
    loss: Float[Array, ""]
    gradient: Float[Array, " d"]
    matrix: Float[Array, "d_plus_1 d_plus_1"]
    is_stationary: Bool[Array, ""]
    steps: Int[Array, ""]


@jax.jit
def _corrected(
    family: OneParameterFamily,
    guess: Float[np.ndarray | Array, " d_plus_1"],
    normal: Float[np.ndarray | Array, " d_plus_1"],
    scale: float | Float[Array, ""],
) -> BranchPoint:
    """Newton's method for a vanishing gradient in the plane through `guess` with a given normal.

    Args:
        family: a problem for each value of the parameter.
        guess: of the point z [d + 1].
        normal: of the plane, in which the point is looked for [d + 1].
        scale: length scale of the problem.
    """
    guess, normal = jnp.asarray(guess), jnp.asarray(normal)

    def iterate_at(z: Float[Array, " d_plus_1"], steps: Int[Array, ""]) -> _Iterate:
        x, position = scale * z[:-1], z[-1]
        problem = family.problem_at(family.value(position))
        value, gradient, hessian, noise = problem.value_gradient_hessian_noise(x)
        rate = family.gradient_and_rate(x, position)[1]
        matrix = jnp.vstack([jnp.column_stack([scale * hessian, rate]), normal])
        rms_gradient = jnp.sqrt(jnp.mean(gradient**2))
        is_stationary = rms_gradient < rms_tolerance(noise)
        return _Iterate(z, value, gradient, matrix, is_stationary, steps)

    def goes_on(current: _Iterate) -> Bool[Array, ""]:
        is_finite = jnp.isfinite(current.gradient).all()
        return ~current.is_stationary & (current.steps < _NEWTON_STEPS) & is_finite

    def newton(current: _Iterate) -> _Iterate:
        residual = jnp.append(-current.gradient, normal @ (guess - current.z))
        z = current.z + jnp.linalg.solve(current.matrix, residual)
        return iterate_at(z, current.steps + 1)

    last = jax.lax.while_loop(goes_on, newton, iterate_at(guess, jnp.asarray(0)))
    tangent = jnp.linalg.solve(last.matrix, jnp.zeros_like(last.z).at[-1].set(1.0))
    spectrum, modes = jnp.linalg.eigh(last.matrix[:-1, :-1] / scale)
    return BranchPoint(
        last.z,
        tangent / jnp.linalg.norm(tangent),
        last.loss,
        spectrum,
        modes[:, jnp.argmin(jnp.abs(spectrum))],
        jnp.sqrt(jnp.mean(last.gradient**2)),
        last.steps,
        last.is_stationary & jnp.isfinite(tangent).all(),
    )
