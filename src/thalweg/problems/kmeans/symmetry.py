"""Permutations of the rows of a matrix: the order of clusters has no meaning."""

import itertools
import math
from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float
from scipy.optimize import linear_sum_assignment

from ..symmetry import Symmetry, all_differ, coinciding_radii, largest_overlap


class RelabellingSymmetry(Symmetry):
    """All permutations of the rows of the matrix [rows, columns] that the parameter vector holds.

    Args:
        rows, columns: shape of the matrix.
    """

    def __init__(self, rows: int, columns: int) -> None:
        self._shape = (rows, columns)

    @property
    def order(self) -> int:
        return math.factorial(self._shape[0])

    def canonical(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
        return np.asarray(self.canonical_images(np.asarray(x)[None])[0])

    def canonical_images(
        self, points: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, "points d"]:
        matrices = np.asarray(points, dtype=np.float64).reshape(len(points), *self._shape)
        # The first column is the last key, which decides first.
        order = np.lexsort(matrices.transpose(2, 0, 1)[::-1], axis=-1)
        ordered = np.take_along_axis(matrices, order[..., None], 1)
        return np.asarray(ordered.reshape(np.shape(points)))

    def align(
        self, x: Float[np.ndarray, " d"], to: Float[np.ndarray, " d"]
    ) -> Float[np.ndarray, " d"]:
        matrix = self._matrix(x)
        order = linear_sum_assignment(-(self._matrix(to) @ matrix.T))[1]
        image: Float[np.ndarray, " d"] = matrix[order].ravel()
        return image

    def stabiliser_order(self, x: Float[np.ndarray, " d"], tolerance: float = 1e-6) -> int:
        matrix = self._matrix(x)
        radius = tolerance * (1 + float(np.abs(matrix).max(initial=0.0)))
        rows, order = list(range(len(matrix))), 1
        while rows:
            equal = [i for i in rows if np.abs(matrix[i] - matrix[rows[0]]).max() <= radius]
            rows = [i for i in rows if i not in equal]
            order *= math.factorial(len(equal))
        return order

    def is_moved_by_all(self, points: Float[np.ndarray, "points d"]) -> Bool[np.ndarray, " points"]:
        return all_differ(points.reshape(len(points), *self._shape), coinciding_radii(points))

    def images(self, x: Float[np.ndarray, " d"]) -> Iterator[Float[np.ndarray, " d"]]:
        for order in itertools.permutations(range(self._shape[0])):
            yield self._matrix(x)[list(order)].ravel()

    def random_image(
        self, x: Float[np.ndarray, " d"], rng: np.random.Generator
    ) -> Float[np.ndarray, " d"]:
        return np.asarray(rng.permutation(self._matrix(x)).ravel())

    def distance_bounds(
        self, x: Float[np.ndarray, " d"], others: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, " points"]:
        n, (rows, columns) = len(others), self._shape
        by_column = others.reshape(n, rows, columns).transpose(2, 1, 0).reshape(columns, rows * n)
        overlaps = (self._matrix(x) @ by_column).reshape(rows, rows, n)
        squares = np.sum(x**2) + np.sum(others**2, axis=1) - 2 * largest_overlap(overlaps)
        distances: Float[np.ndarray, " points"] = np.sqrt(np.maximum(squares, 0.0))
        return distances

    def invariants(
        self, points: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, "points invariants"]:
        """The numbers of each column in order of size."""
        matrices = np.asarray(points, dtype=np.float64).reshape(len(points), *self._shape)
        return np.sort(matrices, axis=1).reshape(np.shape(points))

    def _matrix(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, "rows columns"]:
        return np.asarray(x, dtype=np.float64).reshape(self._shape)
