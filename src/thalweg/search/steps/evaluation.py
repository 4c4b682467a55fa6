"""The landscape at some points, as walkers see it: without zero modes, and within the bounds."""

from collections.abc import Callable
from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from ...problems.problem import Problem
from .batching import in_chunks


class Evaluation(eqx.Module):
    """The landscape at some points, as walkers see it.

    Zero modes are projected out of the gradient and moved to the top of the Hessian's spectrum;
    coordinates that press against the bounds are frozen.
    """

    value: Float[Array, "*b"]
    gradient: Float[Array, "*b m"]
    hessian: Float[Array, "*b m m"]
    at_bounds: Bool[Array, "*b"]
    """Whether a coordinate of the point presses against its bound."""
    noise: Float[Array, "*b"]
    """Rounding floor of the RMS gradient."""


def evaluate(
    problem: Problem, x: Float[Array, "b m"], needed: Bool[Array, " b"], chunk: int
) -> Evaluation:
    """Evaluate the lanes marked `needed`, `chunk` at once; zeros for the others."""
    batch: Evaluation = in_chunks(partial(evaluate_one, problem), chunk, x, needed)
    return batch


def free_coordinates(
    problem: Problem, x: Float[Array, " m"], gradient: Float[Array, " m"]
) -> Bool[Array, " m"]:
    """Which coordinates [m] do not press against the bounds at `x` [m]."""
    if problem.bounds is None:
        return jnp.ones(x.shape, bool)
    lower, upper = problem.bounds
    return ~(((x <= lower) & (gradient > 0)) | ((x >= upper) & (gradient < 0)))


def evaluate_products(
    problem: Problem, x: Float[Array, " m"]
) -> tuple[Float[Array, " m"], Callable[[Float[Array, " m"]], Float[Array, " m"]]]:
    """Gradient [m] at `x` [m] and the products with its Hessian, as walkers see them (`Evaluation`)."""
    gradient, product = problem.gradient_and_products(x)
    free, zero_modes = free_coordinates(problem, x, gradient), problem.zero_modes(x)

    def product_within_bounds(v: Float[Array, " m"]) -> Float[Array, " m"]:
        inside = jnp.where(free, projected(zero_modes, v), 0.0)
        return projected(zero_modes, jnp.where(free, product(inside), v))

    return jnp.where(free, projected(zero_modes, gradient), 0.0), product_within_bounds


def projected(zero_modes: Float[Array, "m k"] | None, v: Float[Array, " m"]) -> Float[Array, " m"]:
    """A vector [m] without its components along the zero modes."""
    return v if zero_modes is None else v - zero_modes @ (zero_modes.T @ v)


def evaluate_one(problem: Problem, x: Float[Array, " m"]) -> Evaluation:
    """Evaluate one point [m]."""
    value, gradient, hessian, noise = problem.value_gradient_hessian_noise(x)
    noise = jnp.maximum(noise, rounding_of_coordinates(hessian, x))
    zero_modes = problem.zero_modes(x)
    if zero_modes is not None:
        projector = jnp.eye(x.shape[0]) - zero_modes @ zero_modes.T
        scale = 1 + 2 * jnp.abs(hessian).sum(axis=1).max()
        gradient = projector @ gradient
        hessian = projector @ hessian @ projector + scale * zero_modes @ zero_modes.T
    if problem.bounds is None:
        return Evaluation(value, gradient, hessian, jnp.asarray(False), noise)
    free = free_coordinates(problem, x, gradient)
    hessian = jnp.where(free[:, None] & free[None, :], hessian, 0.0) + jnp.diag(1.0 * ~free)
    return Evaluation(value, jnp.where(free, gradient, 0.0), hessian, ~free.all(), noise)


def rounding_of_coordinates(
    hessian: Float[Array, "m m"], x: Float[Array, " m"]
) -> Float[Array, ""]:
    """What the rounding of `x` [m] alone does to the gradient, RMS: ε |H| |x|."""
    rounding = float(np.finfo(np.float64).eps) * (jnp.abs(hessian) @ jnp.abs(x))
    return jnp.sqrt(jnp.mean(rounding**2))


def n_zero_modes(problem: Problem, m: int) -> int:
    """How many zero modes a problem in `m` coordinates has."""
    shape = jax.eval_shape(problem.zero_modes, np.empty(m))
    return 0 if shape is None else int(shape.shape[1])


def clipped_to_bounds(problem: Problem, x: Float[Array, "*b m"]) -> Float[Array, "*b m"]:
    """The points [*b m], brought back to the nearest within the bounds."""
    return x if problem.bounds is None else jnp.clip(x, problem.bounds[0], problem.bounds[1])
