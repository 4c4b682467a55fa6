"""Points where a walk ended although the loss is flat: along which direction, and whether it falls there.

A quadratic model cannot tell such a point from a degenerate minimum (x⁴) or from a slope that dies out
(exp(−x)): the loss itself is looked at, along the directions in which the model is in doubt.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ...problems.problem import Problem
from ..steps.evaluation import clipped_to_bounds, evaluate, n_zero_modes
from ..steps.rest import NEAR, growth_resolution, least_curvature
from ..steps.rule import Status
from .result import WalkResult

_AROUND = np.array([0.25, 0.5, 1.0])
_OUTWARDS = np.array([0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0])
"""Distances, in length scales, at which the loss is compared: of surroundings, and towards infinity."""

_EPS = float(np.finfo(np.float64).eps)


class _Eigensystem(NamedTuple):
    gradient: Float[np.ndarray, " m"]
    values: Float[np.ndarray, " kappa"]
    modes: Float[np.ndarray, "m kappa"]


def examine_flat_ends(
    problem: Problem, result: WalkResult, index: int, *, with_full_hessian: bool
) -> WalkResult:
    """Fill in `flat_direction` and `falls` of walkers that ended flat; accept degenerate minima.

    A minimum with a curvature of nearly zero (x⁴) counts as one if the loss grows along each such direction,
    both ways, by more than it takes to be seen. Called inside a float64 context.
    """
    flat = np.flatnonzero(result.status == Status.FLAT)
    if not len(flat):
        return result
    on_device = jax.device_put(problem)
    for i in flat.tolist():
        x, loss = result.x[i], float(result.loss[i])
        modes = _doubtful_modes(on_device, result, i, with_full_hessian)
        if modes is None:
            continue
        is_positive = bool((result.spectrum[i] > 0).all())
        if index == 0 and is_positive and _is_lower_than_surroundings(on_device, x, loss, modes):
            result.status[i] = int(Status.CONVERGED)
            continue
        result.flat_direction[i], result.falls[i] = _way_down(on_device, x, loss, modes.T[0])
    return result


def _doubtful_modes(
    problem: Problem, result: WalkResult, i: int, with_full_hessian: bool
) -> Float[np.ndarray, "m n"] | None:
    """The directions in which the model is in doubt, first that of Newton's step or the softest mode."""
    if not with_full_hessian:
        mode = result.mode[i]
        return mode[:, None] if np.isfinite(mode).all() else None
    system = _eigensystem(problem, result.x[i])
    size = np.maximum(np.abs(system.values), 1e-300)
    components = system.modes.T @ system.gradient / size
    least = float(least_curvature(problem, jnp.asarray(result.loss[i])))
    far = NEAR * problem.length_scale
    is_soft = (size < least) | (np.abs(components) > far / np.sqrt(len(size)))
    is_soft[np.argmin(size)] = True
    softest = system.modes[:, np.argmin(size)]
    newton = -system.modes[:, is_soft] @ components[is_soft]
    length = float(np.linalg.norm(newton))
    # Towards where the stationary point would be, if that is far; else where the loss is flattest.
    first = newton / length if length > far and np.isfinite(length) else softest
    return np.column_stack([first, system.modes[:, is_soft]])


def _eigensystem(problem: Problem, x: Float[np.ndarray, " m"]) -> _Eigensystem:
    gradient, values, modes = (np.asarray(a) for a in _gradient_and_eigensystem(problem, x))
    kappa = len(x) - n_zero_modes(problem, len(x))
    return _Eigensystem(gradient, values[:kappa], modes[:, :kappa])


@jax.jit
def _gradient_and_eigensystem(
    problem: Problem, x: Float[Array, " m"]
) -> tuple[Float[Array, " m"], Float[Array, " m"], Float[Array, "m m"]]:
    here = evaluate(problem, x[None], jnp.ones(1, bool))
    return (here.gradient[0], *jnp.linalg.eigh(here.hessian[0]))


def _is_lower_than_surroundings(
    problem: Problem,
    x: Float[np.ndarray, " m"],
    loss: float,
    modes: Float[np.ndarray, "m n"],
) -> bool:
    """Whether the loss grows along every mode, both ways, within a length scale."""
    least = float(growth_resolution(problem, jnp.asarray(loss)))
    for mode in modes.T:
        for sign in (1.0, -1.0):
            growth = _losses_along(problem, x, sign * mode, _AROUND) - loss
            if not (growth >= -4 * _EPS * abs(loss)).all() or not growth[-1] > least:
                return False
    return True


def _way_down(
    problem: Problem, x: Float[np.ndarray, " m"], loss: float, direction: Float[np.ndarray, " m"]
) -> tuple[Float[np.ndarray, " m"], bool]:
    """The direction, turned so that the loss falls along it if it does; and whether it falls without end."""
    if not _is_unbounded(problem, direction):
        return direction, False
    for sign in (1.0, -1.0):
        losses = _losses_along(problem, x, sign * direction, _OUTWARDS)
        rounding = 4 * _EPS * float(np.abs(losses).max())
        if (np.diff(losses) <= rounding).all() and losses[-1] < loss - rounding:
            return sign * direction, True
    return direction, False


def _is_unbounded(problem: Problem, direction: Float[np.ndarray, " m"]) -> bool:
    """Whether one can go along a direction for ever: every coordinate that it moves has no bounds."""
    if problem.bounds is None:
        return True
    is_moved = np.abs(direction) > 1e-3 * np.abs(direction).max()
    return not any(np.isfinite(np.asarray(bound)[is_moved]).any() for bound in problem.bounds)


def _losses_along(
    problem: Problem,
    x: Float[np.ndarray, " m"],
    direction: Float[np.ndarray, " m"],
    distances: Float[np.ndarray, " n"],
) -> Float[np.ndarray, " n"]:
    steps = problem.length_scale * distances[:, None] * direction
    return np.asarray(_losses(problem, x + steps))


@jax.jit
def _losses(problem: Problem, x: Float[Array, "n m"]) -> Float[Array, " n"]:
    losses: Float[Array, " n"] = jax.lax.map(problem.loss, clipped_to_bounds(problem, x))
    return losses
