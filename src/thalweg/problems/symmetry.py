"""The group of transformations that leave a loss unchanged."""

import itertools
import math
from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float


class Symmetry:
    """Base of every symmetry group, and itself the trivial group.

    The contract: for every element of the group the loss of the image equals the loss of the point,
    `canonical` maps all generic points of one orbit to the same image and is idempotent, and `align`
    returns an image of its first argument. All methods take and return NumPy arrays on the host and
    may be called from any thread.
    """

    @property
    def order(self) -> int:
        """|G|, the number of elements of the finite part of the group, as an exact integer."""
        return 1

    @property
    def log_order(self) -> float:
        """ln |G|, which stays finite where |G| overflows a float."""
        return math.log(self.order)

    def canonical(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
        """The representative image of `x` [d]: the same for all images of a generic point."""
        return np.asarray(x, dtype=np.float64)

    def canonical_images(
        self, points: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, "points d"]:
        """The representative images of many points [points d], those of `canonical`, to the last bit.

        One after the other here; a group that is asked for thousands overrides it.
        """
        images = [self.canonical(x) for x in points]
        return np.array(images, dtype=np.float64).reshape(np.shape(points))

    def align(
        self, x: Float[np.ndarray, " d"], to: Float[np.ndarray, " d"]
    ) -> Float[np.ndarray, " d"]:
        """The image of `x` [d] that lies nearest to the point `to` [d] (Euclidean distance)."""
        return np.asarray(x, dtype=np.float64)

    def stabiliser_order(self, x: Float[np.ndarray, " d"], tolerance: float = 1e-6) -> int:
        """o_α, the number of elements of the group that map `x` [d] onto itself."""
        return 1

    def stabiliser_orders(self, points: Float[np.ndarray, "points d"]) -> list[int]:
        """o_α of each of many points [points d], those of `stabiliser_order`.

        That is asked only of points where more than the identity may map a point onto itself.
        """
        is_alone = self.is_moved_by_all(np.asarray(points, dtype=np.float64))
        pairs = zip(points, is_alone.tolist(), strict=True)
        return [1 if is_moved else self.stabiliser_order(x) for x, is_moved in pairs]

    def is_moved_by_all(self, points: Float[np.ndarray, "points d"]) -> Bool[np.ndarray, " points"]:
        """Which points [points d] all elements but the identity move, where that is quickly seen [points]."""
        return np.full(len(points), self.order == 1)

    def images(self, x: Float[np.ndarray, " d"]) -> Iterator[Float[np.ndarray, " d"]]:
        """Every image of `x` [d], |G| of them. For tests and very small groups only."""
        yield np.asarray(x, dtype=np.float64)

    def random_image(
        self, x: Float[np.ndarray, " d"], rng: np.random.Generator
    ) -> Float[np.ndarray, " d"]:
        """One of the images of `x` [d], all elements of the group alike.

        As a search that knows no symmetry comes upon a point. By counting through `images`, which a
        large group replaces by drawing an element.
        """
        number = int(rng.random() * self.order)
        return next(itertools.islice(self.images(x), number, None))

    def distance_bounds(
        self, x: Float[np.ndarray, " d"], others: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, " points"]:
        """Lower bounds on the distances from the images of `x` [d] to `others` [points d]."""
        distances: Float[np.ndarray, " points"] = np.linalg.norm(others - x, axis=1)
        return distances

    def invariants(
        self, points: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, "points invariants"]:
        """Numbers of each of `points` [points d] that no element changes [points invariants].

        Those of two points differ, in the Euclidean norm, by no more than the points' distance after
        alignment: near points are looked for among those of near invariants. By default the coordinates for
        a group that moves nothing; for one that does, as one that overrides `align`, a zero, which says
        nothing and makes each search for near points go through all of them.
        """
        if type(self).align is Symmetry.align:
            return np.asarray(points, dtype=np.float64)
        return np.zeros((len(points), 1))

    def distance(self, x: Float[np.ndarray, " d"], to: Float[np.ndarray, " d"]) -> float:
        """Euclidean distance from `to` [d] to the nearest image of `x` [d]."""
        return float(np.linalg.norm(self.align(x, to) - to))


_FEW_UNITS = 8
"""Units up to which all assignments are compared: 2^n·n vector operations."""


def largest_overlap(
    overlaps: Float[np.ndarray, "units units points"],
) -> Float[np.ndarray, " points"]:
    """Largest total overlap of any assignment of units to units, or an upper bound for many units.

    Exact by dynamic programming over subsets: best[S] is the best for the first |S| rows on columns S.
    """
    if len(overlaps) > _FEW_UNITS:
        bound: Float[np.ndarray, " points"] = np.minimum(
            overlaps.max(axis=1).sum(axis=0), overlaps.max(axis=0).sum(axis=0)
        )
        return bound
    largest = np.empty(overlaps.shape[2])
    for first in range(0, len(largest), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        largest[some] = _largest_overlap_of_few(overlaps[:, :, some])
    return largest


_AT_ONCE = 2048
"""Points whose partial assignments stay in the processor's cache."""


def _largest_overlap_of_few(
    overlaps: Float[np.ndarray, "units units points"],
) -> Float[np.ndarray, " points"]:
    n, _, n_points = overlaps.shape
    best = {0: np.zeros(n_points)}
    for subset in range(1, 1 << n):
        row = overlaps[subset.bit_count() - 1]
        last = [i for i in range(n) if subset >> i & 1]
        total = best[subset ^ 1 << last[0]] + row[last[0]]
        for i in last[1:]:
            np.maximum(total, best[subset ^ 1 << i] + row[i], out=total)
        best[subset] = total
    return best[(1 << n) - 1]


def all_differ(
    rows: Float[np.ndarray, "points rows columns"], radii: Float[np.ndarray, " points"]
) -> Bool[np.ndarray, " points"]:
    """Whether it is seen that no two rows of a point are within its radius in all of their columns [points].

    Seen along one direction, where few rows lie so near by chance.
    """
    direction = np.cos(np.arange(rows.shape[2]))
    along = np.sort(rows @ direction, axis=1)
    # Two rows that are near in all columns differ by no more than this.
    nearest = radii * np.abs(direction).sum()
    return np.asarray((np.diff(along, axis=1) > nearest[:, None]).all(axis=1))


def coinciding_radii(
    points: Float[np.ndarray, "points d"], tolerance: float = 1e-6
) -> Float[np.ndarray, " points"]:
    """Distance in any coordinate up to which two images of each point coincide [points]."""
    return np.asarray(tolerance * (1 + np.abs(points).max(axis=1, initial=0.0)))
