"""Directions along which a loss never changes, such as the common shift of all logits before a softmax."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from ..symmetry import Symmetry

_ROUNDING = 1e-12
"""Slopes below this share of the steepest are rounding."""


def invariant_directions(gradients: Float[np.ndarray, "points d"]) -> Float[np.ndarray, "d k"]:
    """Orthonormal directions [d k] that are orthogonal to every gradient of a loss.

    With more random points than parameters, the loss is constant along exactly these, everywhere.
    """
    _, sizes, rows = np.linalg.svd(gradients)
    rank = int(np.sum(sizes > _ROUNDING * sizes[0]))
    return np.asarray(rows[rank:].T)


class ShiftSymmetry(Symmetry):
    """A finite group together with all shifts along some directions, which it must map onto themselves.

    Args:
        finite: the finite group, acting by orthogonal matrices.
        directions: orthonormal [d k].
    """

    def __init__(self, finite: Symmetry, directions: Float[np.ndarray, "d k"]) -> None:
        self._finite, self._directions = finite, directions

    @property
    def order(self) -> int:
        return self._finite.order

    def canonical(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
        return self._finite.canonical(self._unshifted(x))

    def canonical_images(
        self, points: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, "points d"]:
        # One by one: a product of matrices and one of vectors differ in the last bits.
        unshifted = [self._unshifted(x) for x in points]
        return self._finite.canonical_images(np.array(unshifted).reshape(np.shape(points)))

    def align(
        self, x: Float[np.ndarray, " d"], to: Float[np.ndarray, " d"]
    ) -> Float[np.ndarray, " d"]:
        aligned_point = self._finite.align(self._unshifted(x), self._unshifted(to))
        return np.asarray(aligned_point + to - self._unshifted(to))

    def stabiliser_order(self, x: Float[np.ndarray, " d"], tolerance: float = 1e-6) -> int:
        return self._finite.stabiliser_order(self._unshifted(x), tolerance)

    def images(self, x: Float[np.ndarray, " d"]) -> Iterator[Float[np.ndarray, " d"]]:
        return self._finite.images(self._unshifted(x))

    def random_image(
        self, x: Float[np.ndarray, " d"], rng: np.random.Generator
    ) -> Float[np.ndarray, " d"]:
        return self._finite.random_image(self._unshifted(x), rng)

    def distance_bounds(
        self, x: Float[np.ndarray, " d"], others: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, " points"]:
        return self._finite.distance_bounds(self._unshifted(x), self._unshifted(others))

    def invariants(
        self, points: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, "points invariants"]:
        return self._finite.invariants(self._unshifted(points))

    def _unshifted(self, x: Float[np.ndarray, "*points d"]) -> Float[np.ndarray, "*points d"]:
        points = np.asarray(x, dtype=np.float64)
        return np.asarray(points - points @ self._directions @ self._directions.T)
