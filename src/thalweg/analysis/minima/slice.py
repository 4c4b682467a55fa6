"""The loss in the plane through three minima."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ...precision import with_float64
from ...problems.problem import Problem


@dataclass(frozen=True, eq=False)
class LossSlice:
    """The loss on a grid of the plane through three points.

    Attributes:
        origin: the first of the three points [d].
        axes: orthonormal vectors that span the plane [2 d].
        corners: the three points in the plane [3 2].
        u, v: coordinates of the grid along the two axes [columns], [rows].
        losses: on the grid [rows columns].
    """

    origin: Float[np.ndarray, " d"]
    axes: Float[np.ndarray, "2 d"]
    corners: Float[np.ndarray, "3 2"]
    u: Float[np.ndarray, " columns"]
    v: Float[np.ndarray, " rows"]
    losses: Float[np.ndarray, "rows columns"]

    def project(self, x: Float[np.ndarray, "points d"]) -> Float[np.ndarray, "points 2"]:
        """Coordinates [points 2] in the plane of points [points d] projected onto it."""
        return np.asarray((np.asarray(x) - self.origin) @ self.axes.T)

    def distance(self, x: Float[np.ndarray, "points d"]) -> Float[np.ndarray, " points"]:
        """Distance of points [points d] from the plane."""
        inside = self.project(x) @ self.axes
        return np.asarray(np.linalg.norm(np.asarray(x) - self.origin - inside, axis=1))


@with_float64
def loss_slice(
    problem: Problem,
    points: Sequence[Float[np.ndarray, " d"]],
    *,
    resolution: int = 80,
    margin: float = 0.35,
    align: bool = True,
) -> LossSlice:
    """The loss in the plane through three points.

    Args:
        problem: whose loss it is.
        points: three points [d], usually minima.
        resolution: points of the grid along either axis.
        margin: border around the three points, as a share of their spread.
        align: whether to take the images of the second and third that lie nearest to the first. The
            ends of two `pathway_profile`s from the same minimum are in one frame already.

    Raises:
        ValueError: unless there are three points of the problem's dimension that span a plane.
    """
    if len(points) != 3 or any(len(x) != problem.dimension for x in points):
        raise ValueError(f"a slice needs three points with {problem.dimension} parameters each.")
    origin = np.asarray(points[0], dtype=np.float64)
    images = [problem.symmetry.align(x, origin) if align else x for x in points[1:]]
    others = np.array(images) - origin
    basis, triangle = np.linalg.qr(others.T)
    if abs(triangle[1, 1]) < 1e-9 * max(abs(triangle[0, 0]), 1e-300) or triangle[0, 0] == 0:
        raise ValueError("the three points lie on one line; choose three different minima.")
    signs = np.sign(np.diag(triangle))
    axes = (basis * signs).T
    corners = np.concatenate([np.zeros((1, 2)), others @ axes.T])
    lower, upper = corners.min(axis=0), corners.max(axis=0)
    border = margin * float((upper - lower).max())
    u, v = (
        np.linspace(a - border, b + border, resolution) for a, b in zip(lower, upper, strict=True)
    )
    losses = _on_grid(problem, *(jnp.asarray(a) for a in (origin, axes, u, v)))
    return LossSlice(origin, axes, corners, u, v, np.asarray(losses))


@jax.jit
def _on_grid(
    problem: Problem,
    origin: Float[Array, " d"],
    axes: Float[Array, "2 d"],
    u: Float[Array, " columns"],
    v: Float[Array, " rows"],
) -> Float[Array, "rows columns"]:
    losses: Float[Array, "rows columns"] = jax.lax.map(
        lambda b: jax.lax.map(lambda a: problem.loss(origin + a * axes[0] + b * axes[1]), u), v
    )
    return losses
