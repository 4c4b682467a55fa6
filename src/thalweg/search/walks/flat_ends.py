"""Points where a walk ended although the loss is flat: along which direction, and whether it falls there.

Whether such a point is a minimum after all, the loss along straight lines cannot tell: at the bottom of a
curved valley it grows along every line, though the valley has no lowest point.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ...problems.problem import Problem
from ..steps.evaluation import clipped_to_bounds, evaluate_one, n_zero_modes
from ..steps.rest import NEAR, least_curvature
from ..steps.rule import Status
from .result import WalkResult

_OUTWARDS = np.array([0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0])
"""Distances, in length scales, at which the loss is compared on the way to infinity."""

_EXAMINED = 8
"""Flat ends of one walk that are examined: they are alike, and one of them is told of."""

_LONGEST = 1e100

_EPS = float(np.finfo(np.float64).eps)


class _Eigensystem(NamedTuple):
    gradient: Float[np.ndarray, " m"]
    values: Float[np.ndarray, " kappa"]
    modes: Float[np.ndarray, "m kappa"]


def examine_flat_ends(
    problem: Problem, result: WalkResult, *, with_full_hessian: bool
) -> WalkResult:
    """Fill in `flat_direction` and `falls` of some walkers that ended flat, inside a float64 context."""
    flat = np.flatnonzero(result.status == Status.FLAT)[:_EXAMINED]
    # A search that was told to stop has no time for what takes a compilation.
    if not len(flat) or result.is_cut:
        return result
    on_device = jax.device_put(problem)
    for i in flat.tolist():
        if with_full_hessian:
            direction = _direction_in_doubt(on_device, result.x[i], float(result.loss[i]))
        else:
            direction = result.mode[i]
        if np.isfinite(direction).all():
            result.flat_direction[i], result.falls[i] = _way_down(
                on_device, result.x[i], float(result.loss[i]), direction
            )
    return result


def _direction_in_doubt(
    problem: Problem, x: Float[np.ndarray, " m"], loss: float
) -> Float[np.ndarray, " m"]:
    """Towards where the stationary point would be, if that is far; else where the loss is flattest."""
    system = _eigensystem(problem, x)
    far = NEAR * problem.length_scale
    least = float(least_curvature(problem, jnp.asarray(loss)))
    size = np.abs(system.values)
    # A longer step than this only has a direction; without a limit its square would overflow.
    size = np.maximum(size, np.abs(system.modes.T @ system.gradient) / _LONGEST)
    components = system.modes.T @ system.gradient / np.maximum(size, 1e-300)
    is_soft = (size < least) | (np.abs(components) > far / np.sqrt(len(size)))
    newton = -system.modes[:, is_soft] @ components[is_soft]
    length = float(np.linalg.norm(newton))
    if length > far:
        return np.asarray(newton / length)
    return system.modes[:, int(np.argmin(np.abs(system.values)))]


def _eigensystem(problem: Problem, x: Float[np.ndarray, " m"]) -> _Eigensystem:
    gradient, hessian = (np.asarray(a) for a in _gradient_and_hessian(problem, x))
    if np.isfinite(hessian).all():
        values, modes = np.linalg.eigh(hessian)
    else:
        # Its derivatives overflow: there is no direction to tell of.
        values, modes = np.full(len(x), np.nan), np.full((len(x), len(x)), np.nan)
    kappa = len(x) - n_zero_modes(problem, len(x))
    return _Eigensystem(gradient, values[:kappa], modes[:, :kappa])


@jax.jit
def _gradient_and_hessian(
    problem: Problem, x: Float[Array, " m"]
) -> tuple[Float[Array, " m"], Float[Array, "m m"]]:
    here = evaluate_one(problem, x)
    return here.gradient, here.hessian


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
