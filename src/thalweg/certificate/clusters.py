"""Minima and transition states of a within-cluster sum of squares, proved in whole numbers alone.

J(c) = Σ_i w_i min_k |x_i − c_k|². Data, weights and boxes are float64 numbers, so whole ones times a power
of two: every comparison here is one of whole numbers, without any rounding. Let x̃ ± r be a box of
centroids.

*A minimum.* If each point is strictly nearer to one centroid than to all others, anywhere in the box, J is
there Σ_i w_i |x_i − c_k(i)|²: quadratic, with the Hessian 2 W_k > 0 of each centroid's coordinates, and the
means of the clusters for its only stationary point. They lie in the box: S_k − x̃_k W_k is no more than r
W_k.

*A transition state.* All of that holds but for one point p of weight w, which is as near to two centroids:
J is the smaller of f and g, in which it belongs to the one or the other. Where p is as near to both, on the
ridge, J = f = g = L_s = (1 − s) f + s g for every share s, and off it J < max(f, g). L_s is strictly convex
and has for its minimum the means of the clusters in which p has the weights (1 − s) w and s w. With n
others of weighted sum S in a cluster, its mean lies at |n p − S|/(n + its part of w) from p: the one
distance grows with s, the other falls, and they are equal for one s. A change of sign between two fractions
proves it there, 0 < s < 1, and the means at it, c*, lie in the box. Hence

- c* is the strict minimum of J along the ridge (for c on it, J(c) = L_s(c) > L_s(c*)), and the only
  stationary point there with such an assignment;
- J falls on both sides of it: (1 − s) ∇f + s ∇g = 0 with ∇f ≠ ∇g, because p lies on neither centroid.

So near c* the points lower than it form two parts, one on each side of the ridge: a pass, of index one. It
is no stationary point of a smooth function, and has no Hessian across the ridge.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from jaxtyping import Float, Int

from ..problems.capabilities import SumOfClusterSquares
from .balls import Array
from .truth import Unprovable

_FIRST_WIDTH, _WIDEST = Fraction(1, 2**46), Fraction(1, 2**20)
"""Of the interval of shares in which the change of sign is looked for, narrow ones first."""


@dataclass(frozen=True, eq=False)
class ClusterProof:
    """A point of rest of a sum of squares of clusters, in the box `centre` ± `radius`.

    Attributes:
        centre: centroids, one after the other [d].
        radius: of every coordinate.
        loss, square: of the loss, and of the squared norm of the Hessian 2 W_k, from below and above.
        trace: of that Hessian, likewise.
        weights: W_k [K], rounded; the shared point of a transition state in parts.
    """

    centre: Float[np.ndarray, " d"]
    radius: float
    loss: tuple[float, float]
    trace: tuple[float, float]
    square: tuple[float, float]
    weights: Float[np.ndarray, " K"]


class Clusters:
    """Proofs about the points of rest of one sum of squares.

    Args:
        problem: points [N p], their weights [N], and the number of clusters.

    Raises:
        Unprovable: if a weight is not positive, or a number not finite.
    """

    def __init__(self, problem: SumOfClusterSquares) -> None:
        self._points = np.asarray(problem.points, dtype=np.float64)
        self._weights = np.asarray(problem.weights_of_squares, dtype=np.float64)
        self._k = problem.n_clusters
        if not (np.isfinite(self._points).all() and np.isfinite(self._weights).all()):
            raise Unprovable("the points or their weights are not finite")
        if not (self._weights > 0).all():
            raise Unprovable("the weights of the points are not all positive")
        self._exact_points = _fractions(self._points)
        self._exact_weights = _fractions(self._weights)

    def minimum(self, x: Float[np.ndarray, " d"]) -> ClusterProof:
        """The minimum whose clusters are those of the centroids `x` [d].

        Raises:
            Unprovable: if there is none; the message says why.
        """
        labels = self._squares(x).argmin(axis=1)
        sums, sizes = self._sums(labels)
        if (sizes == 0).any():
            raise Unprovable("a centroid has no points")
        means = sums / sizes[:, None]
        centre, radius = _box([means])
        self._require_strict(centre, radius, labels, ())
        spread = (self._exact_points**2).sum(axis=1) @ self._exact_weights
        loss = spread - ((sums**2).sum(axis=1) / sizes).sum()
        return self._proof(centre, radius, (loss, loss), (sizes, sizes))

    def transition_state(self, x: Float[np.ndarray, " d"]) -> ClusterProof:
        """The transition state on the ridge next to the centroids `x` [d].

        Raises:
            Unprovable: if there is none; the message says why.
        """
        if self._k < 2:
            raise Unprovable("one cluster alone has no ridge")
        squares = self._squares(x)
        order = np.argsort(squares, axis=1)[:, :2]
        near = np.take_along_axis(squares, order, axis=1)
        point = int(np.argmin((near[:, 1] - near[:, 0]) / np.maximum(near[:, 1], 1e-300)))
        pair = (int(order[point, 0]), int(order[point, 1]))
        labels = order[:, 0].copy()
        labels[point] = -1
        sums, sizes = self._sums(labels)
        if (sizes == 0).any():
            raise Unprovable("a centroid has no points but the shared one")
        ends = [
            self._shared(sums, sizes, point, pair, s)
            for s in self._shares(sums, sizes, point, pair)
        ]
        centre, radius = _box([means for means, _ in ends])
        labels[point] = pair[0]
        self._require_strict(centre, radius, labels, (point, *pair))
        low, high = (self._loss(centre, radius, labels, side) for side in (-1, 1))
        lowest, highest = (extreme(ends[0][1], ends[1][1]) for extreme in (np.minimum, np.maximum))
        return self._proof(centre, radius, (low, high), (lowest, highest))

    # ---- the shared point -----------------------------------------------------------------------

    def _shares(
        self, sums: Array, sizes: Array, point: int, pair: tuple[int, int]
    ) -> tuple[Fraction, Fraction]:
        """Two shares between which the point is as near to both centroids."""
        x, w = self._exact_points[point], self._exact_weights[point]
        # |n p − S|² of both: a distance is its root over the weight of the cluster.
        a, b = (((sizes[k] * x - sums[k]) ** 2).sum() for k in pair)
        if not a or not b:
            raise Unprovable("the shared point lies on a centroid")
        n, m = (sizes[k] for k in pair)

        def excess(s: Fraction) -> Fraction:
            one, other = n + (1 - s) * w, m + s * w
            return Fraction(a * other**2 - b * one**2)

        root_a, root_b = np.sqrt(float(a)), np.sqrt(float(b))
        about = (root_b * float(n + w) - root_a * float(m)) / (float(w) * (root_a + root_b))
        width = _FIRST_WIDTH
        while width <= _WIDEST and np.isfinite(about):
            low, high = Fraction(about) - width, Fraction(about) + width
            if low > 0 and high < 1 and excess(low) < 0 < excess(high):
                return low, high
            width *= 2**6
        raise Unprovable("no share of the point lies as near to two centroids")

    def _shared(
        self, sums: Array, sizes: Array, point: int, pair: tuple[int, int], share: Fraction
    ) -> tuple[Array, Array]:
        """Means [K p] and weights [K] of the clusters if the second of two has a share of the point."""
        x, w = self._exact_points[point], self._exact_weights[point]
        sums, sizes = sums.copy(), sizes.copy()
        for k, part in zip(pair, (1 - share, share), strict=True):
            sums[k], sizes[k] = sums[k] + part * w * x, sizes[k] + part * w
        return sums / sizes[:, None], sizes

    # ---- clusters -------------------------------------------------------------------------------

    def _squares(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, "N K"]:
        """About |x_i − c_k|²: it says only of what a proof is tried."""
        centroids = x.reshape(self._k, -1)
        return np.asarray(((self._points[:, None] - centroids) ** 2).sum(axis=2))

    def _sums(self, labels: Int[np.ndarray, " N"]) -> tuple[Array, Array]:
        """Weighted sums [K p] and weights [K] of the clusters, exact."""
        zero = Fraction(0)
        sums = np.full((self._k, self._points.shape[1]), zero, dtype=object)
        sizes = np.full(self._k, zero, dtype=object)
        for k in range(self._k):
            rows = labels == k
            weights = self._exact_weights[rows]
            if len(weights):
                sums[k], sizes[k] = weights @ self._exact_points[rows], weights.sum()
        return sums, sizes

    def _require_strict(
        self,
        centre: Float[np.ndarray, "K p"],
        radius: float,
        labels: Int[np.ndarray, " N"],
        shared: tuple[int, ...],
    ) -> None:
        """Each point is strictly nearest to its centroid in the box; `shared` to one of two."""
        points, centroids, reach = _whole_numbers(self._points, centre, np.asarray(radius))
        least, most = [], []
        for centroid in centroids:
            distance = abs(points - centroid)
            least.append((np.maximum(distance - reach, 0) ** 2).sum(axis=1))
            most.append(((distance + reach) ** 2).sum(axis=1))
        nearest, farthest = np.array(least), np.array(most)
        rows = np.arange(len(points))
        own = farthest[labels, rows]
        nearest[labels, rows] = own + 1
        if shared:
            point, one, other = shared
            own[point] = max(farthest[one, point], farthest[other, point])
            nearest[[one, other], point] = own[point] + 1
        if not (nearest > own).all():
            raise Unprovable(
                "a point is not proved to be nearer to its centroid than to all others"
            )

    def _loss(
        self,
        centre: Float[np.ndarray, "K p"],
        radius: float,
        labels: Int[np.ndarray, " N"],
        side: int,
    ) -> Fraction:
        """A bound on the loss of the box, from below for a `side` of −1 and from above for 1."""
        distance = abs(self._exact_points - _fractions(centre)[labels]) + side * Fraction(radius)
        squares = np.maximum(distance, 0) ** 2
        return Fraction(squares.sum(axis=1) @ self._exact_weights)

    def _proof(
        self,
        centre: Float[np.ndarray, "K p"],
        radius: float,
        loss: tuple[Fraction, Fraction],
        sizes: tuple[Array, Array],
    ) -> ClusterProof:
        p = self._points.shape[1]
        low, high = sizes
        return ClusterProof(
            centre=centre.ravel(),
            radius=radius,
            loss=_bounds(*loss),
            trace=_bounds(2 * p * low.sum(), 2 * p * high.sum()),
            square=_bounds(4 * p * (low**2).sum(), 4 * p * (high**2).sum()),
            weights=np.array([float(size) for size in high]),
        )


def _box(means: list[Array]) -> tuple[Float[np.ndarray, "K p"], float]:
    """Float64 numbers and a radius that hold some exact centroids [K p], and all between them."""
    centre = np.array([[float(v) for v in row] for row in means[0]])
    exact = _fractions(centre)
    reach = float(max(abs(one - exact).max() for one in means))
    return centre, float(np.nextafter(reach, np.inf))


def _fractions(values: Float[np.ndarray, "*shape"]) -> Array:
    fractions = np.empty(values.shape, dtype=object)
    fractions.ravel()[:] = [Fraction(v) for v in values.ravel().tolist()]
    return fractions


def _whole_numbers(*arrays: Float[np.ndarray, "..."]) -> list[Array]:
    """All arrays times the one power of two that makes whole numbers of them."""
    ratios = [[v.as_integer_ratio() for v in a.ravel().tolist()] for a in arrays]
    common = max(denominator for each in ratios for _, denominator in each)
    whole = []
    for array, each in zip(arrays, ratios, strict=True):
        numbers = np.empty(array.size, dtype=object)
        numbers[:] = [n * (common // denominator) for n, denominator in each]
        whole.append(numbers.reshape(array.shape))
    return whole


def _bounds(low: Fraction, high: Fraction) -> tuple[float, float]:
    """Float64 numbers below and above."""
    return float(np.nextafter(float(low), -np.inf)), float(np.nextafter(float(high), np.inf))
