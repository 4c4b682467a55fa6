"""When a point counts as at rest: one rule for minima, transition states and imported points.

A small gradient alone says little: where a loss dies out towards infinity, or hardly depends on a
coordinate, every gradient is small. At rest is where the gradient is small *and* the stationary point that
it points to is near, with curvatures that the loss can show.
"""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from ...problems.problem import Problem

NEAR = 0.1
"""Distance, in length scales, within which the stationary point has to lie: √d · RMS / |λ|min at most."""

LINGER = 20
"""Steps after which a walker whose gradient is small, but whose stationary point stays far, is given up.

Towards a stationary point Newton's steps shrink fast: a factor of ten takes one step where the Hessian is
regular, and six at a quartic minimum (two thirds a step). Where a loss dies out they never do.
"""

_EPS = float(np.finfo(np.float64).eps)


class Rest(eqx.Module):
    """What a gradient and the softest curvature say about a point (all fields [*b]).

    Attributes:
        tolerance: RMS gradient below which the point counts as at rest.
        is_at_rest: whether the gradient is below it.
        is_slow: whether the gradient is small in itself: walkers do not stay long at such a point.
        is_flat: whether the point is no stationary point even if it has to count as at rest: a stationary
            point may be far, or the softest curvature cannot be told from zero.
    """

    tolerance: Float[Array, "*b"]
    is_at_rest: Bool[Array, "*b"]
    is_slow: Bool[Array, "*b"]
    is_flat: Bool[Array, "*b"]


def rest(
    problem: Problem,
    loss: Float[Array, "*b"],
    rms_gradient: Float[Array, "*b"],
    softest: Float[Array, "*b"],
    noise: Float[Array, "*b"],
) -> Rest:
    """Whether points are at rest.

    Args:
        problem: what is walked on.
        loss: losses [*b].
        rms_gradient: RMS gradients without zero modes and frozen coordinates [*b].
        softest: |λ| of the eigenvalue nearest to zero, zero modes left out [*b].
        noise: rounding floors of the RMS gradient [*b].
    """
    length, root = problem.length_scale, problem.dimension**0.5
    floor = 10 * noise
    slow = jnp.maximum(problem.rms_tolerance, floor)
    # A curvature below this one is flat however small the gradient: there is nothing to wait for.
    curvature = jnp.maximum(softest, least_curvature(problem, jnp.zeros_like(loss)))
    tolerance = jnp.maximum(
        jnp.minimum(problem.rms_tolerance, NEAR * length * curvature / root), floor
    )
    is_at_rest = rms_gradient < tolerance
    is_far = root * rms_gradient > NEAR * length * softest
    return Rest(
        tolerance=jnp.where(is_at_rest, tolerance, slow),
        is_at_rest=is_at_rest,
        is_slow=rms_gradient < slow,
        is_flat=is_far | (softest < least_curvature(problem, loss)),
    )


def growth_resolution(problem: Problem, loss: Float[Array, "*b"]) -> Float[Array, "*b"]:
    """The least growth of the loss over a length scale that tells a minimum from a plain [*b].

    A gradient that counts as none changes the loss by `rms_tolerance` times the length; and a few roundings
    of the loss hide any growth.
    """
    return jnp.maximum(problem.rms_tolerance * problem.length_scale, 10 * _EPS * jnp.abs(loss))


def least_curvature(problem: Problem, loss: Float[Array, "*b"]) -> Float[Array, "*b"]:
    """The curvature λ whose growth ½λℓ² over a length scale ℓ is the least that shows [*b]."""
    return 2 * growth_resolution(problem, loss) / problem.length_scale**2
