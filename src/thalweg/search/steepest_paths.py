"""The paths of steepest descent from a transition state, point by point."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.integrate import solve_ivp

from ..precision import with_float64
from ..problems.problem import Problem

_PUSH_OFF = 0.01
"""Displacement from a transition state along its unstable mode, in units of the problem's scale."""
_STATIONARY = 1e-8
"""RMS gradient at which the integration ends: the minimum is then as good as reached."""
_LONGEST = 1e9
"""Time of integration, in units of the inverse curvature."""


@with_float64
def steepest_paths(problem: Problem, x: Float[np.ndarray, " d"]) -> list[Float[np.ndarray, "_ d"]]:
    """The descents [points d] from both sides of a transition state `x` [d], from beside it outwards.

    Reference: dx/dt = −∇L is integrated by SciPy's BDF with the exact Hessian.
    """
    hessian = np.asarray(_hessian(problem, jnp.asarray(x)))
    curvatures, modes = np.linalg.eigh(hessian)
    shift = _PUSH_OFF * problem.length_scale * modes[:, 0]
    stiffest = float(np.abs(curvatures).max())
    return [_descend(problem, x + sign * shift, stiffest) for sign in (1, -1)]


def which_side(
    problem: Problem,
    sides: Sequence[Float[np.ndarray, "_ d"]],
    ends: Sequence[Float[np.ndarray, " d"]],
) -> tuple[tuple[int, int], float]:
    """Which of the two sides leads to the first end, and the larger of the two remaining distances."""

    def distance(side: int, end: int) -> float:
        return float(problem.symmetry.distance(sides[side][-1], ends[end]))

    gaps = {order: max(distance(order[0], 0), distance(order[1], 1)) for order in ((0, 1), (1, 0))}
    best = min(gaps, key=lambda order: gaps[order])
    return best, gaps[best]


def _descend(
    problem: Problem, start: Float[np.ndarray, " d"], stiffest: float
) -> Float[np.ndarray, "points d"]:
    def gradient(_: float, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
        return np.asarray(_gradient(problem, jnp.asarray(x)))

    def is_stationary(time: float, x: Float[np.ndarray, " d"]) -> float:
        return float(np.linalg.norm(gradient(time, x)) / np.sqrt(len(x))) - _STATIONARY

    is_stationary.terminal = True  # type: ignore[attr-defined]
    is_stationary.direction = -1  # type: ignore[attr-defined]
    # BDF's first step subtracts a row of its table that nobody has written yet, and never reads the result.
    with np.errstate(invalid="ignore", over="ignore"):
        solution = solve_ivp(
            lambda t, x: -gradient(t, x),
            (0.0, _LONGEST / stiffest),
            start,
            method="BDF",
            jac=lambda _, x: -np.asarray(_hessian(problem, jnp.asarray(x))),
            events=is_stationary,
            rtol=1e-6,
            atol=1e-8 * problem.length_scale,
            first_step=1e-3 / stiffest,
        )
    return solution.y.T


@jax.jit
def _gradient(problem: Problem, x: Float[Array, " d"]) -> Float[Array, " d"]:
    return problem.value_and_gradient(x)[1]


@jax.jit
def _hessian(problem: Problem, x: Float[Array, " d"]) -> Float[Array, "d d"]:
    return problem.value_gradient_hessian(x)[2]
