"""The loss along straight lines: from a start to a minimum, and between minima."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ...display import shown
from ...precision import with_float64
from ...problems.problem import Problem

_NOISE = 1e-12
"""A fall of the loss smaller than this, in units of the loss's size, is rounding."""


@shown
@dataclass(frozen=True, eq=False)
class LinearInterpolation:
    """The loss on the straight line between two points.

    Attributes:
        shares: from 0 at the first point to 1 at the second [points].
        losses: [points].
        length: distance between the ends.
        is_monotone: whether the loss only falls, or only rises, along the line.
        barrier: highest loss on the line above the higher end; zero if no point lies higher.
    """

    shares: Float[np.ndarray, " points"]
    losses: Float[np.ndarray, " points"]
    length: float
    is_monotone: bool
    barrier: float


@with_float64
def linear_interpolation(
    problem: Problem,
    start: Float[np.ndarray, " d"],
    end: Float[np.ndarray, " d"],
    *,
    points: int = 101,
    align: bool = True,
) -> LinearInterpolation:
    """The loss on the line from `start` [d] to `end` [d].

    Args:
        problem: whose loss it is.
        points: on the line, both ends included.
        align: whether to take the symmetry image of `end` that lies nearest to `start`: without it a
            line between two networks crosses the copies of both.

    Raises:
        ValueError: for fewer than three points, or ends of another dimension.

    Reference: Goodfellow, Vinyals & Saxe, ICLR (2015); Lucas et al., ICML (2021).
    """
    if points < 3:
        raise ValueError(f"points must be at least 3, got {points}.")
    if len(start) != problem.dimension or len(end) != problem.dimension:
        raise ValueError(
            f"both ends must have {problem.dimension} parameters, got {len(start)} and {len(end)}."
        )
    if align:
        end = problem.symmetry.align(end, start)
    shares = np.linspace(0, 1, points)
    losses = np.asarray(_along(problem, jnp.asarray(start), jnp.asarray(end), jnp.asarray(shares)))
    steps = np.diff(losses)
    noise = _NOISE * max(1.0, float(np.abs(losses).max()))
    return LinearInterpolation(
        shares,
        losses,
        float(np.linalg.norm(end - start)),
        bool((steps <= noise).all() or (steps >= -noise).all()),
        max(0.0, float(losses.max() - max(losses[0], losses[-1]))),
    )


@jax.jit
def _along(
    problem: Problem,
    start: Float[Array, " d"],
    end: Float[Array, " d"],
    shares: Float[Array, " points"],
) -> Float[Array, " points"]:
    losses: Float[Array, " points"]
    losses = jax.lax.map(lambda s: problem.loss((1 - s) * start + s * end), shares)
    return losses
