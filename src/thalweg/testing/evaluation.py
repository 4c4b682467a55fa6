"""A problem under test: the points at which it is checked, and everything it gives there."""

from functools import cached_property
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ..precision import with_float64
from ..problems.problem import Problem

N_POINTS = 3
"""Points to check at where none are given."""

_HESSIAN_UP_TO = 500
"""Dimension up to which the Hessian is formed; products with it are checked beyond."""

_INSIDE = 0.9
"""Share of the width between the bounds in which a problem is checked: differences need room."""


class Evaluation(eqx.Module):
    """All that a problem computes at one point `x` [d], with products along one vector [d].

    Attributes:
        loss: from `loss`.
        value, gradient: from `value_and_gradient`.
        hessian_parts: from `value_gradient_hessian`; None in high dimensions.
        noise_parts: from `value_gradient_hessian_noise`; None in high dimensions.
        noise: from `gradient_noise`.
        product: from `hessian_vector`.
        linear_gradient, linear_product: from `gradient_and_products`.
        zero_modes: from `zero_modes`; None if there are none.
    """

    loss: Array
    value: Array
    gradient: Array
    hessian_parts: tuple[Array, Array, Array] | None
    noise_parts: tuple[Array, Array, Array, Array] | None
    noise: Array
    product: Array
    linear_gradient: Array
    linear_product: Array
    zero_modes: Array | None


class Lone(eqx.Module):
    """Loss, gradient [d] and Hessian [d d] (None in high dimensions) of one point without a batch."""

    loss: Array
    gradient: Array
    hessian: Array | None


class Subject:
    """A problem with the points at which it is checked.

    Args:
        problem: what is checked.
        points: where [points d]; starts of the problem's own, drawn by `seed`, if None.
        seed: of all random choices.
    """

    def __init__(
        self, problem: Problem, points: Float[np.ndarray, "points d"] | None, seed: int
    ) -> None:
        self.problem, self.seed = problem, seed
        self.random = np.random.default_rng(seed)
        if points is None:
            self.points = _away_from_bounds(problem, np.asarray(self.starts, np.float64))
        else:
            self.points = np.asarray(points, dtype=np.float64)
            self._require_shape("points", self.points)
        vector = self.random.normal(size=problem.dimension)
        self.vector = vector / np.linalg.norm(vector)

    @cached_property
    def starts(self) -> np.ndarray:
        """A few starts [points d] of the problem's own.

        Raises:
            ValueError: if they have another shape.
        """
        starts = self.draw(N_POINTS)
        self._require_shape("start()", starts)
        return starts

    def _require_shape(self, name: str, points: np.ndarray) -> None:
        if points.ndim != 2 or points.shape[1] != self.problem.dimension:
            raise ValueError(
                f"{name} must give points of dimension {self.problem.dimension}, got the shape "
                f"{points.shape} for {len(points)} points."
            )

    @with_float64
    def draw(self, n: int) -> np.ndarray:
        """Starts [n d] of the problem, from keys made of the seed."""
        keys = jax.random.split(jax.random.key(self.seed), n)
        return np.asarray(_starts(self.problem, keys))

    @with_float64
    def evaluate(self) -> Evaluation:
        """All points at once, as a search evaluates them; the arrays have the points first."""
        vectors = np.broadcast_to(self.vector, self.points.shape)
        every = _evaluate_batch(self.problem, jnp.asarray(self.points), jnp.asarray(vectors))
        evaluation: Evaluation = jax.tree.map(np.asarray, every)
        return evaluation

    @with_float64
    def evaluate_alone(self, index: int) -> Lone:
        """One of the points on its own, without a batch."""
        evaluation = _evaluate_alone(self.problem, jnp.asarray(self.points[index]))
        alone: Lone = jax.tree.map(np.asarray, evaluation)
        return alone

    @with_float64
    def losses_and_gradients(
        self, points: Float[np.ndarray, "points d"]
    ) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, "points d"]]:
        """Losses [points] and gradients [points d] of any number of points, a few at a time."""
        n, size = len(points), max(1, int(self.problem.walkers_per_chunk))
        # Chunks of one shape: nothing is compiled twice.
        padded_points = np.resize(points, (-(-n // size) * size, points.shape[1]))
        chunks = [
            _losses_and_gradients(self.problem, jnp.asarray(padded_points[i : i + size]))
            for i in range(0, len(padded_points), size)
        ]
        losses, gradients = (np.concatenate([np.asarray(c[k]) for c in chunks]) for k in (0, 1))
        return losses[:n].astype(np.float64), gradients[:n].astype(np.float64)

    def losses(self, points: Float[np.ndarray, "points d"]) -> Float[np.ndarray, " points"]:
        """Losses [points]."""
        return self.losses_and_gradients(points)[0]

    def gradients(self, points: Float[np.ndarray, "points d"]) -> Float[np.ndarray, "points d"]:
        """Gradients [points d]."""
        return self.losses_and_gradients(points)[1]

    @property
    def scale(self) -> float:
        """The problem's length scale, one where it is not a positive number."""
        scale = float(self.problem.length_scale)
        return scale if np.isfinite(scale) and scale > 0 else 1.0


# The problem is an argument of what is compiled: an equal one is not compiled again.


@jax.jit
def _starts(problem: Any, keys: Array) -> Array:
    starts: Array = jax.vmap(problem.start)(keys)
    return starts


def _evaluate_at(problem: Any, x: Array, vector: Array) -> Evaluation:
    value, gradient = problem.value_and_gradient(x)
    has_hessian = problem.dimension <= _HESSIAN_UP_TO
    linear_gradient, products = problem.gradient_and_products(x)
    return Evaluation(
        problem.loss(x),
        value,
        gradient,
        problem.value_gradient_hessian(x) if has_hessian else None,
        problem.value_gradient_hessian_noise(x) if has_hessian else None,
        problem.gradient_noise(x),
        problem.hessian_vector(x, vector),
        linear_gradient,
        products(vector),
        problem.zero_modes(x),
    )


_evaluate_batch = jax.jit(jax.vmap(_evaluate_at, in_axes=(None, 0, 0)))


@jax.jit
def _evaluate_alone(problem: Any, x: Array) -> Lone:
    gradient = problem.value_and_gradient(x)[1]
    has_hessian = problem.dimension <= _HESSIAN_UP_TO
    hessian = problem.value_gradient_hessian(x)[2] if has_hessian else None
    return Lone(problem.loss(x), gradient, hessian)


@jax.jit
def _losses_and_gradients(problem: Any, points: Array) -> tuple[Array, Array]:
    def evaluated(x: Array) -> tuple[Array, Array]:
        return problem.loss(x), problem.value_and_gradient(x)[1]

    losses, gradients = jax.vmap(evaluated)(points)
    return losses, gradients


def _away_from_bounds(
    problem: Problem, points: Float[np.ndarray, "points d"]
) -> Float[np.ndarray, "points d"]:
    if problem.bounds is None:
        return points
    lower, upper = (np.asarray(bound, dtype=np.float64) for bound in problem.bounds)
    is_bounded = np.isfinite(lower) & np.isfinite(upper)
    middle = np.where(is_bounded, 0.5 * (lower + upper), 0.0)
    return np.where(is_bounded, middle + _INSIDE * (points - middle), points)
