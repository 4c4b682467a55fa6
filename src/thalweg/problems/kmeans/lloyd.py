"""Lloyd's iteration: exact minima and transition states of the K-means cost function."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ..native_search import NativeResult, NativeSearch
from .distances import squared_distances

_TIE = 1e-9
"""Relative difference of squared distances below which a point is as near to one centroid as to another."""
_MAX_ROUNDS = 1000
_LINE_POINTS = 101


@dataclass(frozen=True, eq=False)
class _SharedPoint:
    """Centroids [K p] where one point belongs to two clusters, and its share in the second."""

    centroids: Float[np.ndarray, "K p"]
    share: float


class LloydSearch(NativeSearch):
    """Lloyd's iteration to minima, and along a ridge to transition states."""

    def __init__(
        self, points: Float[np.ndarray, "N p"], weights: Float[np.ndarray, " N"], k: int
    ) -> None:
        self._points, self._weights, self._k = points, weights, k
        self._tolerance = 1e-10 + 1e-12 * self._weights.sum() * np.abs(self._points).max()

    # ---- minima ---------------------------------------------------------------------------------

    def quench(self, x: Float[np.ndarray, " d"]) -> NativeResult:
        """Move every centroid to the mean of its points until none changes its centroid.

        At rest in a minimum if no point is as near to a second centroid, and no centroid is without points.
        """
        centroids = x.reshape(self._k, -1).copy()
        labels = self._squares(centroids).argmin(axis=1)
        rounds, is_settled = 0, False
        while rounds < _MAX_ROUNDS and not is_settled:
            rounds += 1
            centroids = self._means(labels, centroids)
            squares = self._squares(centroids)
            before, labels = labels, squares.argmin(axis=1)
            is_settled = np.array_equal(before, labels)
        sizes = np.bincount(labels, self._weights, self._k)
        near = np.sort(squares, axis=1)
        is_tied = self._k > 1 and bool(np.any(near[:, 1] - near[:, 0] <= _TIE * near[:, 1]))
        return NativeResult(
            x=centroids.ravel(),
            loss=float(self._weights @ near[:, 0]),
            rms_gradient=self._rms(centroids, labels),
            tolerance=self._tolerance,
            spectrum=np.sort(np.repeat(2 * sizes, centroids.shape[1])),
            converged=bool((sizes > 0).all() and not is_tied and is_settled),
            steps=rounds,
        )

    # ---- transition states ----------------------------------------------------------------------

    def candidates(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, "candidates d"]:
        """Points on all ridges around a minimum `x` [d] that may hold a transition state next to it."""
        centroids = x.reshape(self._k, -1)
        labels = self._squares(centroids).argmin(axis=1)
        points = []
        for point in range(len(self._points)):
            for other in range(self._k):
                if other != labels[point]:
                    shared_point = self._shared(labels, point, int(labels[point]), other, centroids)
                    if shared_point is not None:
                        points.append(shared_point.centroids.ravel())
        return np.array(points).reshape(-1, x.size)

    def candidates_between(
        self, a: Float[np.ndarray, " d"], b: Float[np.ndarray, " d"]
    ) -> Float[np.ndarray, "candidates d"]:
        """Where the straight line crosses a ridge at a local maximum of the loss, highest first."""
        shares = np.linspace(0, 1, _LINE_POINTS)
        labels = [self._labels_at(a, b, t) for t in shares]
        crossings = []
        for i in range(len(shares) - 1):
            crossings += self._crossings(a, b, (shares[i], shares[i + 1]), labels[i], labels[i + 1])
        line = np.array([0.0, *sorted(crossings), 1.0])
        losses = np.array([self._loss((1 - t) * a + t * b) for t in line])
        inner = losses[1:-1]
        is_peak = (inner >= losses[:-2]) & (inner >= losses[2:])
        peaks = 1 + np.flatnonzero(is_peak)
        peaks = peaks[np.argsort(-losses[peaks], kind="stable")]
        position = line[peaks, None]
        starts: Float[np.ndarray, "candidates d"] = (1 - position) * a + position * b
        return starts

    def _crossings(
        self,
        a: Float[np.ndarray, " d"],
        b: Float[np.ndarray, " d"],
        between: tuple[float, float],
        before: Int[np.ndarray, " N"],
        after: Int[np.ndarray, " N"],
    ) -> list[float]:
        """Positions on the line at which points change from one centroid to another, by bisection."""
        crossings = []
        for point in (int(i) for i in np.flatnonzero(before != after)):
            lower, upper = between
            for _ in range(40):
                middle = 0.5 * (lower + upper)
                if self._labels_at(a, b, middle, point)[0] == before[point]:
                    lower = middle
                else:
                    upper = middle
            crossings.append(0.5 * (lower + upper))
        return crossings

    def _labels_at(
        self,
        a: Float[np.ndarray, " d"],
        b: Float[np.ndarray, " d"],
        share: float,
        point: int | None = None,
    ) -> Int[np.ndarray, " some"]:
        """The nearest centroid of every point, or of one, at a position on the line."""
        centroids = ((1 - share) * a + share * b).reshape(self._k, -1)
        points = self._points if point is None else self._points[[point]]
        labels: Int[np.ndarray, " some"] = squared_distances(points, centroids).argmin(axis=1)
        return labels

    def _loss(self, x: Float[np.ndarray, " d"]) -> float:
        return float(self._weights @ self._squares(x.reshape(self._k, -1)).min(axis=1))

    def eigenvector_following(self, x: Float[np.ndarray, " d"]) -> NativeResult:
        """Lloyd's iteration along the ridge nearest to `x` [d], on which one point is shared by two clusters.

        The shared point has a part of its weight in each, such that both centroids come to lie as near to
        it: the minimum along the ridge, if every other point keeps its centroid.
        """
        centroids = x.reshape(self._k, -1).copy()
        point, one, other = self._nearest_ridge(centroids)
        labels = self._squares(centroids).argmin(axis=1)
        for rounds in range(1, _MAX_ROUNDS):
            shared_point = self._shared(labels, point, one, other, centroids)
            if shared_point is None:
                return self._not_converged(x, rounds)
            centroids = shared_point.centroids
            squares = self._squares(centroids)
            before, labels = labels, squares.argmin(axis=1)
            labels[point] = before[point]
            if np.array_equal(before, labels):
                break
        else:
            return self._not_converged(x, rounds)
        near = np.sort(np.delete(squares, point, axis=0), axis=1)
        from_point = squares[point]
        is_strict = bool(np.all(near[:, 1] - near[:, 0] > _TIE * near[:, 1])) and bool(
            np.all(np.delete(from_point, [one, other]) > (1 + _TIE) * from_point[one])
        )
        if not is_strict:
            return self._not_converged(x, rounds)
        return self._transition_state(shared_point, labels, (point, one, other), rounds)

    def _transition_state(
        self,
        shared_point: _SharedPoint,
        labels: Int[np.ndarray, " N"],
        ridge: tuple[int, int, int],
        rounds: int,
    ) -> NativeResult:
        point, one, other = ridge
        centroids, share = shared_point.centroids, shared_point.share
        sides, gradient = [], np.zeros_like(centroids)
        for owner, weight in ((one, 1 - share), (other, share)):
            labels[point] = owner
            sides.append(self._means(labels, centroids).ravel())
            gradient += weight * self._gradient(centroids, labels)
        across = np.zeros_like(centroids)
        across[one] = centroids[one] - self._points[point]
        across[other] = self._points[point] - centroids[other]
        sizes = np.bincount(labels, self._weights, self._k)
        # `labels` has the shared point in `other`; a part of it belongs to `one`.
        sizes[other] -= (1 - share) * self._weights[point]
        sizes[one] += (1 - share) * self._weights[point]
        along = _spectrum_across(np.repeat(2 * sizes, centroids.shape[1]), across.ravel())
        return NativeResult(
            x=centroids.ravel(),
            loss=float(self._weights @ self._squares(centroids).min(axis=1)),
            rms_gradient=float(np.sqrt(np.mean(gradient**2))),
            tolerance=self._tolerance,
            spectrum=np.concatenate([[-np.inf], along]),
            converged=bool(along[0] > 0) if len(along) else True,
            steps=rounds,
            sides=np.array(sides),
        )

    def _shared(
        self,
        labels: Int[np.ndarray, " N"],
        point: int,
        one: int,
        other: int,
        centroids: Float[np.ndarray, "K p"],
    ) -> _SharedPoint | None:
        """A point in the clusters `one` and `other`, at the same distance from both; None if impossible.

        With the point x of weight w and the share s, the centroid of the n others of a cluster, of mean m,
        lies at a distance of n |x − m|/(n + s w) from x: equal distances are linear in s.
        """
        x, w = self._points[point], self._weights[point]
        weights = self._weights.copy()
        weights[point] = 0.0
        n = np.bincount(labels, weights, self._k)
        if n[one] == 0 or n[other] == 0:
            return None
        means = centroids.copy()
        for k in (int(i) for i in np.flatnonzero(n)):
            means[k] = weights[labels == k] @ self._points[labels == k] / n[k]
        a = n[one] * np.linalg.norm(x - means[one])
        b = n[other] * np.linalg.norm(x - means[other])
        if a + b == 0:
            return None
        share = float((b * (n[one] + w) - a * n[other]) / (w * (a + b)))
        if not 0 < share < 1:
            return None
        for k, part in ((one, 1 - share), (other, share)):
            means[k] = (n[k] * means[k] + part * w * x) / (n[k] + part * w)
        return _SharedPoint(means, share)

    def _nearest_ridge(self, centroids: Float[np.ndarray, "K p"]) -> tuple[int, int, int]:
        """The point that is most nearly shared, its centroid, and the second nearest."""
        squares = self._squares(centroids)
        order = np.argsort(squares, axis=1)[:, :2]
        near = np.take_along_axis(squares, order, axis=1)
        ratio = (near[:, 1] - near[:, 0]) / np.maximum(near[:, 1], 1e-300)
        point = int(np.argmin(ratio))
        one, other = sorted(int(k) for k in order[point])
        return point, one, other

    def _not_converged(self, x: Float[np.ndarray, " d"], rounds: int) -> NativeResult:
        return NativeResult(
            x=x,
            loss=np.nan,
            rms_gradient=np.inf,
            tolerance=self._tolerance,
            spectrum=np.full(x.size, np.nan),
            converged=False,
            steps=rounds,
        )

    # ---- clusters -------------------------------------------------------------------------------

    def _squares(self, centroids: Float[np.ndarray, "K p"]) -> Float[np.ndarray, "N K"]:
        return squared_distances(self._points, centroids)

    def _means(
        self, labels: Int[np.ndarray, " N"], centroids: Float[np.ndarray, "K p"]
    ) -> Float[np.ndarray, "K p"]:
        """Means of the clusters; a centroid without points stays where it is."""
        sums = np.zeros_like(centroids)
        np.add.at(sums, labels, self._weights[:, None] * self._points)
        sizes = np.bincount(labels, self._weights, self._k)[:, None]
        return np.where(sizes > 0, sums / np.maximum(sizes, 1e-300), centroids)

    def _gradient(
        self, centroids: Float[np.ndarray, "K p"], labels: Int[np.ndarray, " N"]
    ) -> Float[np.ndarray, "K p"]:
        gradient = np.zeros_like(centroids)
        pulls = 2 * self._weights[:, None] * (centroids[labels] - self._points)
        np.add.at(gradient, labels, pulls)
        return gradient

    def _rms(self, centroids: Float[np.ndarray, "K p"], labels: Int[np.ndarray, " N"]) -> float:
        return float(np.sqrt(np.mean(self._gradient(centroids, labels) ** 2)))


def _spectrum_across(
    diagonal: Float[np.ndarray, " d"], normal: Float[np.ndarray, " d"]
) -> Float[np.ndarray, " d_minus_1"]:
    """Eigenvalues [d − 1] of a diagonal matrix in the plane perpendicular to `normal` [d], ascending."""
    basis = np.linalg.qr(np.column_stack([normal, np.eye(len(normal))]))[0][:, 1:]
    return np.linalg.eigvalsh(basis.T @ (diagonal[:, None] * basis))
