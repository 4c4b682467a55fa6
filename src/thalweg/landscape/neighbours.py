"""Which minima lie nearest to a point, over all symmetry images."""

from collections import defaultdict
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist

from ..problems.symmetry import Symmetry
from .growing_array import GrowingArray

_ROUNDING = 1e-9
"""By how much two distances, or a distance and its bound, may differ and be taken for equal: far more than
the rounding of sums of thousands of terms."""
_MOST_AXES = 16
"""Principal axes of the invariants in the tree: with more of them a tree becomes no faster than going through
all points."""
_SAMPLE = 512
"""Points from which the axes are computed."""
_FEW = 256
"""Points that are gone through one by one: a tree would take longer to ask."""
_LEAF = 40
"""Points in a leaf of the tree: in so many dimensions leaves are gone through faster than nodes."""
_FIRST_LOOK = 64
"""Points that are looked at first, to know how far to look."""
_COMPARED_AT_ONCE = 32
"""New points that are compared with all that were asked about, together: 26 MB for 100,000 of these."""
_Numbers = TypeVar("_Numbers", float, np.ndarray)
_GROWTH = 1.25
"""The tree is built anew once there are so many times the points that are in it."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The points nearest to another one, the nearest first.

    Attributes:
        indices: which they are [neighbours].
        distances: their distances after alignment [neighbours].
    """

    indices: Int[np.ndarray, " neighbours"]
    distances: Float[np.ndarray, " neighbours"]


def nearest(
    symmetry: Symmetry,
    x: Float[np.ndarray, " d"],
    others: Float[np.ndarray, "points d"],
    k: int,
) -> Neighbours:
    """The `k` points of `others` [points d] that are nearest to `x` [d] after alignment; fewer if there are.

    Points are aligned in the order of a lower bound on their distance, until no other can be nearer. Of
    points at one distance those come first that stand first.
    """
    lower_bounds = symmetry.distance_bounds(x, others)
    neighbours: list[tuple[float, int]] = []
    for i in np.argsort(lower_bounds, kind="stable"):
        if len(neighbours) >= k and lower_bounds[i] > _beyond(neighbours[k - 1][0]):
            break
        neighbours.append((symmetry.distance(x, others[i]), int(i)))
        neighbours.sort()
    distances, indices = zip(*neighbours[:k], strict=True) if neighbours[:k] else ((), ())
    return Neighbours(np.array(indices, np.int64), np.array(distances, np.float64))


def _beyond(distance: _Numbers) -> _Numbers:
    return distance + _ROUNDING * (1 + distance)


def _reach(neighbours: Neighbours, k: int) -> float:
    """How near a point has to be to come among them."""
    return float(neighbours.distances[-1]) if len(neighbours.distances) == k > 0 else np.inf


class NeighbourIndex:
    """Finds the nearest of many points without going through all of them.

    What the group leaves unchanged differs between two points by no more than their distance after alignment
    (`Symmetry.invariants`), and its projection on a few principal axes by less still: points that differ
    more than the nearest one known so far need not be looked at. A tree finds the others.

    Args:
        symmetry: over whose images distances are taken.
    """

    def __init__(self, symmetry: Symmetry) -> None:
        self._symmetry = symmetry
        self._points: Float[np.ndarray, "points d"] = np.zeros((0, 0))
        self._tree: KDTree | None = None
        self._of_all: dict[tuple[int, int], Neighbours] = {}
        self._later: defaultdict[tuple[int, int], list[int]] = defaultdict(list)

    @property
    def n_points(self) -> int:
        """How many points are known."""
        return len(self._points)

    def catch_up(self, points: Float[np.ndarray, "points d"]) -> None:
        """Know these points [points d]; those that are known already come first, and are the same.

        Fewer of them, as a landscape held before, are known already.
        """
        n_before = len(self._points)
        if len(points) <= n_before:
            return
        self._points = points
        n_in_tree = 0 if self._tree is None else self._tree.n
        if len(points) > max(_FEW, _GROWTH * n_in_tree):
            self._plant()
        elif self._tree is not None:
            self._places.extend(self._projected(points[n_before:]))
        self._note_later(n_before)

    def _plant(self) -> None:
        """Build the tree of all points."""
        step = -(-len(self._points) // _SAMPLE)
        sample = self._symmetry.invariants(self._points[::step])
        self._centre = sample.mean(axis=0)
        self._axes = np.linalg.svd(sample - self._centre, full_matrices=False)[2][:_MOST_AXES]
        places = self._projected(self._points)
        self._places = GrowingArray((places.shape[1],))
        self._places.extend(places)
        self._tree = KDTree(places, leafsize=_LEAF)

    def _projected(self, points: Float[np.ndarray, "points d"]) -> Float[np.ndarray, "points axes"]:
        places = np.empty((len(points), len(self._axes)))
        # Invariants of all points together may take as much memory as the points.
        for first in range(0, len(points), 4096):
            some = slice(first, first + 4096)
            invariants = self._symmetry.invariants(points[some])
            places[some] = (invariants - self._centre) @ self._axes.T
        return places

    def nearest(self, a: int, is_candidate: Bool[np.ndarray, " points"], k: int) -> Neighbours:
        """The `k` candidates that are nearest to point `a`, as `nearest` finds them.

        Args:
            a: index of a point.
            is_candidate: which points may be neighbours [points]; they may be fewer than are known.
            k: how many are wanted.
        """
        n = len(is_candidate)
        if self._tree is None or n < _FEW:
            return self._nearest_of(a, np.flatnonzero(is_candidate), k)
        n_looked_at = max(_FIRST_LOOK, 2 * k)
        while True:
            k_nearest = min(n_looked_at, self._tree.n)
            near = np.asarray(self._tree.query(self._places.view[a], k=k_nearest)[1])
            near = near[near < n]
            near = near[is_candidate[near]]
            if len(near) >= k or n_looked_at >= self._tree.n:
                break
            n_looked_at *= 8
        if len(near) < k:
            return self._nearest_of(a, np.flatnonzero(is_candidate), k)
        reach = self._nearest_of(a, near, k).distances[-1]
        return self._nearest_of(a, self._within(a, reach, is_candidate), k)

    def nearest_of_all(self, a: int, k: int) -> Neighbours:
        """The `k` points of all others that are nearest to point `a`, as `nearest` finds them.

        They are kept: when asked again it is looked only at points that have come since and may be nearer.
        """
        key = a, k
        known, later = self._of_all.get(key), self._later.pop(key, [])
        if known is None:
            is_candidate = np.ones(len(self._points), dtype=bool)
            is_candidate[a] = False
            known = self.nearest(a, is_candidate, k)
        elif later:
            known = self._nearest_of(a, np.sort(np.append(known.indices, later)), k)
        self._of_all[key] = known
        return known

    def _note_later(self, first: int) -> None:
        """Note for points that were asked about which of those from `first` on may be among their nearest."""
        if self._tree is None:
            # So few points have no places, and are gone through in no time.
            self._of_all.clear()
        if not self._of_all:
            return
        keys = list(self._of_all)
        asked = np.array([a for a, _ in keys])
        reach = np.array([_reach(self._of_all[key], key[1]) for key in keys])
        reach = _beyond(reach) + _ROUNDING * np.linalg.norm(self._points[asked], axis=1)
        here, places = self._places.view[asked], self._places.view
        for some in range(first, len(self._points), _COMPARED_AT_ONCE):
            distances = cdist(here, places[some : some + _COMPARED_AT_ONCE])
            for q, later in np.argwhere(distances <= reach[:, None]).tolist():
                self._later[keys[q]].append(some + later)

    def _within(
        self, a: int, reach: float, is_candidate: Bool[np.ndarray, " points"]
    ) -> Int[np.ndarray, " candidates"]:
        """Candidates of which nothing says that they lie farther away than `reach`."""
        assert self._tree is not None
        n, place = len(is_candidate), self._places.view[a]
        # Rounding of the projection is relative to the lengths of the vectors, not to their distance.
        reach = _beyond(reach) + _ROUNDING * float(np.linalg.norm(self._points[a]))
        in_tree = np.array(self._tree.query_ball_point(place, reach), dtype=np.int64)
        later = self._places.view[self._tree.n : n]
        is_near = np.linalg.norm(later - place, axis=1) <= reach
        near = np.concatenate(
            [np.sort(in_tree[in_tree < n]), self._tree.n + np.flatnonzero(is_near)]
        )
        return np.asarray(near[is_candidate[near]])

    def _nearest_of(self, a: int, others: Int[np.ndarray, " some"], k: int) -> Neighbours:
        neighbours = nearest(self._symmetry, self._points[a], self._points[others], k)
        return Neighbours(others[neighbours.indices], neighbours.distances)
