"""The loss in the plane through three minima."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ...display import shown
from ...precision import with_float64
from ...problems.problem import Problem


@shown
@dataclass(frozen=True, eq=False)
class LossSlice:
    """The loss on a grid of the plane through two or three points.

    Attributes:
        origin: the first of the points [d].
        axes: orthonormal vectors that span the plane [2 d].
        corners: the points in the plane [points 2].
        u, v: coordinates of the grid along the two axes [columns], [rows].
        losses: on the grid [rows columns].
    """

    origin: Float[np.ndarray, " d"]
    axes: Float[np.ndarray, "2 d"]
    corners: Float[np.ndarray, "points 2"]
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
    """The loss in the plane through three points, or through two and the softest direction across.

    That direction is the eigenvector with the lowest eigenvalue of the Hessian at the first point, among the
    vectors orthogonal to the line to the second. Of a function of two variables it is the whole plane.

    Args:
        problem: whose loss it is.
        points: two or three points [d], usually minima.
        resolution: points of the grid along either axis.
        margin: border around the points, as a share of their spread.
        align: whether to take the images of the others that lie nearest to the first. The
            ends of two `pathway_profile`s from the same minimum are in one frame already.

    Raises:
        ValueError: unless there are two or three points of the problem's dimension that span a plane.
    """
    if len(points) not in (2, 3) or any(len(x) != problem.dimension for x in points):
        raise ValueError(
            f"a slice needs two or three points with {problem.dimension} parameters each."
        )
    if problem.dimension < 2:
        raise ValueError("a slice needs two parameters at least: a line has no plane.")
    origin = np.asarray(points[0], dtype=np.float64)
    images = [problem.symmetry.align(x, origin) if align else x for x in points[1:]]
    others = np.array(images) - origin
    across = [_softest_across(problem, origin, others[0])] if len(points) == 2 else []
    basis, triangle = np.linalg.qr(np.array([*others, *across]).T)
    if abs(triangle[1, 1]) < 1e-9 * max(abs(triangle[0, 0]), 1e-300) or triangle[0, 0] == 0:
        raise ValueError("the points lie on one line or are the same; choose different minima.")
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


def _softest_across(
    problem: Problem, origin: Float[np.ndarray, " d"], line: Float[np.ndarray, " d"]
) -> Float[np.ndarray, " d"]:
    """The direction of the lowest curvature at `origin` among those orthogonal to `line`."""
    hessian = np.asarray(problem.value_gradient_hessian(jnp.asarray(origin))[2])
    # The first vector of a complete basis is along the line, all others are across.
    complement = np.linalg.qr(line[:, None], mode="complete")[0][:, 1:]
    curvature_across = complement.T @ hessian @ complement
    softest = np.linalg.eigh(curvature_across)[1][:, 0]
    return np.asarray(complement @ softest)


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
