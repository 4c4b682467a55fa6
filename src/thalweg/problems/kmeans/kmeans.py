"""The K-means cost function: piecewise quadratic in the centroids, with exact searches."""

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from ...numbers import Whole, whole_number
from ..capabilities import Prediction
from ..problem import Problem, StartLaw
from ..registry import register
from .distances import squared_distances
from .lloyd import LloydSearch
from .symmetry import RelabellingSymmetry


@register
class KMeans(Problem):
    """Within-cluster sum of squares of data over the positions of K centroids.

    J(c) = Σ_i w_i min_k |x_i − c_k|². The parameter vector holds the centroids, one after the other. As long
    as every point keeps its nearest centroid, J is quadratic; the pieces meet in ridges, on which one point
    is as near to two centroids. Minima are the fixed points of Lloyd's iteration in which every point is
    strictly nearer to its own centroid; a transition state is a minimum along a ridge, where the gradients of
    the two sides point against each other. Both are computed in closed form: across a ridge the loss has a
    kink, so that the negative eigenvalue of a transition state is −∞.

    Points that occur more than once move together, as one point of their common weight.

    Args:
        x: data [N p], finite.
        n_clusters: K, from one to the number of distinct points.
        weights: of the points [N], positive; one each by default.

    Raises:
        ValueError: for data that are not a finite table, or a K that they cannot have.

    Reference: Dicks & Wales, J. Chem. Phys. 156, 054109 (2022).
    """

    points: Float[np.ndarray | Array, "N p"]
    weights: Float[np.ndarray | Array, " N"]
    n_clusters: int = eqx.field(static=True)

    kind = "kmeans"

    def __init__(
        self,
        x: Float[np.ndarray, "N p"],
        n_clusters: Whole,
        *,
        weights: Float[np.ndarray, " N"] | None = None,
    ) -> None:
        x = np.asarray(x, dtype=np.float64)
        if x.ndim != 2 or not x.size or not np.isfinite(x).all():
            raise ValueError(f"x must be a table [points inputs] of finite numbers, got {x.shape}.")
        weights = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=np.float64)
        if weights.shape != (len(x),) or not (np.isfinite(weights) & (weights > 0)).all():
            raise ValueError(
                f"weights must be {len(x)} positive numbers, got shape {weights.shape}."
            )
        points, index = np.unique(x, axis=0, return_inverse=True)
        k = whole_number(n_clusters, "n_clusters")
        if not 1 <= k <= len(points):
            raise ValueError(
                f"n_clusters must lie between 1 and the {len(points)} distinct points, got {k}."
            )
        self.points = points
        self.weights = np.bincount(index.ravel(), weights)
        self.n_clusters = k

    # ---- shape and symmetry ---------------------------------------------------------------------

    @property
    def dimension(self) -> int:
        return self.n_clusters * self.points.shape[1]

    @property
    def symmetry(self) -> RelabellingSymmetry:
        return RelabellingSymmetry(self.n_clusters, self.points.shape[1])

    @property
    def length_scale(self) -> float:
        """A tenth of the data's standard deviation."""
        centre = np.average(self.points, axis=0, weights=self.weights)
        squares = np.average((self.points - centre) ** 2, axis=0, weights=self.weights)
        return float(0.1 * np.sqrt(squares.sum())) or 1.0

    def centroids(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, "K p"]:
        """The centroids [K p] of a parameter vector [d]."""
        return np.asarray(x).reshape(self.n_clusters, -1)

    @property
    def weights_of_squares(self) -> Float[np.ndarray, " N"]:
        """Weights of the points [N] in the loss."""
        return np.asarray(self.weights)

    # ---- loss -----------------------------------------------------------------------------------

    @property
    def growth_doubt(self) -> str | None:
        return "its gradient jumps where points change their cluster"

    def loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        squares = self._squares(x, jnp.asarray(self.points))
        return jnp.sum(self.weights * jnp.min(squares, axis=1))

    def gradient_noise(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        """ε · w · |x|: the gradient sums N differences of numbers as large as the data."""
        size = jnp.max(jnp.abs(self.points))
        return 2 * np.finfo(np.float64).eps * jnp.sum(jnp.asarray(self.weights)) * size

    def predict(self, x: Float[Array, " d"], inputs: Float[Array, "N p"]) -> Int[Array, " N"]:
        """Index of the nearest centroid [N] for each row of `inputs` [N p]."""
        return jnp.argmin(self._squares(jnp.asarray(x), jnp.asarray(inputs)), axis=1)

    def _squares(self, x: Float[Array, " d"], points: Float[Array, "n p"]) -> Float[Array, "n K"]:
        """Squared distances of points [n p] from all centroids."""
        return squared_distances(points, x.reshape(self.n_clusters, -1))

    @property
    def prediction(self) -> Prediction:
        return Prediction.CLUSTERS

    # ---- search ---------------------------------------------------------------------------------

    def start(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        """K distinct data points, each set as likely as any other."""
        n = self.points.shape[0]
        rows = jax.random.choice(key, n, (self.n_clusters,), replace=False)
        return jnp.asarray(self.points)[rows].ravel()

    @property
    def start_law(self) -> str:
        return "distinct data points"

    @property
    def start_laws(self) -> Mapping[str, StartLaw]:
        """Data points, uniform centroids, random partitions and k-means++.

        Lloyd's iteration from data points alone ends in about half of the minima of small data. A random
        partition is every assignment with the same probability, so that none is out of reach.
        """
        return {
            self.start_law: self.start,
            "uniform centroids": self._uniform_centroids,
            "random partitions": self._random_partition,
            "k-means++": self._plus_plus,
        }

    def _uniform_centroids(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        """Centroids uniform in the smallest box around the data."""
        points = jnp.asarray(self.points)
        shape = (self.n_clusters, points.shape[1])
        share = jax.random.uniform(key, shape, dtype=points.dtype)
        lower, upper = points.min(axis=0), points.max(axis=0)
        return (lower + share * (upper - lower)).ravel()

    def _random_partition(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        """Means of a random partition in which no cluster is empty."""
        of_labels, of_order = jax.random.split(key)
        n, k = self.points.shape[0], self.n_clusters
        labels = jax.random.randint(of_labels, (n,), 0, k)
        # One point of each cluster is given, at random, so that each has one.
        labels = labels.at[jax.random.permutation(of_order, n)[:k]].set(jnp.arange(k))
        weights = jnp.asarray(self.weights)
        shares = (labels == jnp.arange(k)[:, None]) * weights
        return (shares @ jnp.asarray(self.points) / shares.sum(axis=1, keepdims=True)).ravel()

    def _plus_plus(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        """Data points, each with a probability that grows with the square to those chosen before.

        Reference: Arthur & Vassilvitskii, Proc. 18th ACM-SIAM Symp. Discrete Algorithms, 1027 (2007).
        """
        points, weights = jnp.asarray(self.points), jnp.asarray(self.weights)
        keys = jax.random.split(key, self.n_clusters)
        first = jax.random.categorical(keys[0], jnp.log(weights))
        centroids = jnp.broadcast_to(points[first], (self.n_clusters, points.shape[1]))

        def add(k: Int[Array, ""], centroids: Float[Array, "K p"]) -> Float[Array, "K p"]:
            # Centroids that are not chosen yet stand where the first one is.
            nearest = squared_distances(points, centroids).min(axis=1)
            row = jax.random.categorical(keys[k], jnp.log(weights * nearest))
            return centroids.at[k].set(points[row])

        chosen: Float[Array, "K p"] = jax.lax.fori_loop(1, self.n_clusters, add, centroids)
        return chosen.ravel()

    @property
    def native_search(self) -> LloydSearch:
        return LloydSearch(np.asarray(self.points), np.asarray(self.weights), self.n_clusters)

    # ---- identity -------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        n, p = self.points.shape
        return f"K-means, {self.n_clusters} clusters of {n} distinct points in {p} dimensions"

    @classmethod
    def from_record(cls, choices: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> "KMeans":
        return cls(arrays["points"], choices["n_clusters"], weights=arrays["weights"])
