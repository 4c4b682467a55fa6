"""Consensus of clusterings: which points all minima put together, each weighted by its occupation."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Shaped
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.metrics import adjusted_rand_score

from ..analysis.graph.thermodynamics import occupation_probabilities
from ..analysis.minima.clustering_metrics import cluster_of
from ..analysis.minima.clustering_topography import noise_temperature
from ..display import shown
from ..landscape.network import Network
from ..numbers import Real, Whole, whole_number
from ..problems.capabilities import Clustering

_NEGLIGIBLE = 1e-12
"""Weight of a minimum below which it changes no digit that matters."""


@shown
@dataclass(frozen=True, eq=False)
class ConsensusClustering:
    """One clustering made of many.

    Attributes:
        weights: of the minima, which sum to one [minima].
        co_association: probability that two rows are in one cluster [N N].
        labels: cluster of each row; 0 is the largest [N].
        certainty: mean probability of being together with the others of its cluster [N]; 1 for a row alone.
        temperature: of the occupation, in the unit of the loss; None if the weights were given.
    """

    weights: Float[np.ndarray, " minima"]
    co_association: Float[np.ndarray, "N N"]
    labels: Int[np.ndarray, " N"]
    certainty: Float[np.ndarray, " N"]
    temperature: float | None = None

    @property
    def sizes(self) -> Int[np.ndarray, " clusters"]:
        """Rows of each cluster, the largest first."""
        return np.bincount(self.labels)

    @property
    def order(self) -> Int[np.ndarray, " N"]:
        """The rows cluster by cluster, the surest of each first [N]."""
        return np.lexsort((-self.certainty, self.labels))

    def agreement(self, labels: Shaped[np.ndarray, " N"]) -> float:
        """Adjusted Rand index with other labels of the rows [N]: 1 for the same groups, 0 by chance."""
        return float(adjusted_rand_score(labels, self.labels))


def consensus_clustering(
    problem: Clustering,
    network: Network,
    rows: Float[np.ndarray, "N p"] | None = None,
    *,
    n_clusters: Whole | None = None,
    temperature: Real | None = None,
    weights: Float[np.ndarray, " minima"] | None = None,
) -> ConsensusClustering:
    """The clusters on which the minima agree, by average linkage of the co-association matrix.

    Args:
        problem: points that are clustered; for example `KMeans`.
        network: its minima.
        rows: that are clustered [N p]; the distinct points of the problem if None.
        n_clusters: how many; those of the problem if None.
        temperature: of the occupation, in the unit of the loss; that of the noise in the clusters if None.
        weights: of the minima in place of their occupation [minima], not negative; they are normalised.

    Raises:
        ValueError: if the network has no minima, weights are none, or there are fewer rows than clusters.

    Reference:
        Fred & Jain, IEEE Trans. Pattern Anal. Mach. Intell. 27, 835 (2005). Weights by occupation are ours;
        the question is that of Niroomand et al., Digital Discovery 3, 637 (2024), section 5.2.
    """
    network.require_minima("a consensus")
    rows = np.asarray(problem.points if rows is None else rows, dtype=np.float64)
    k = whole_number(
        problem.n_clusters if n_clusters is None else n_clusters, "n_clusters", least=1
    )
    if len(rows) < k:
        raise ValueError(f"{k} clusters need as many rows, got {len(rows)}.")
    if weights is None and temperature is None:
        temperature = noise_temperature(problem, network)
    w = _weights(network, temperature, weights)
    together = np.zeros((len(rows), len(rows)))
    for minimum in np.flatnonzero(w > _NEGLIGIBLE):
        clusters = cluster_of(problem, network.coordinates[minimum], rows)
        together += w[minimum] * (clusters[:, None] == clusters)
    np.fill_diagonal(together, 1.0)
    labels = _cut(together, k)
    t = None if weights is not None or temperature is None else float(temperature)
    return ConsensusClustering(w, together, labels, _certainty(together, labels), t)


def _weights(
    network: Network,
    temperature: Real | None,
    weights: Float[np.ndarray, " minima"] | None,
) -> Float[np.ndarray, " minima"]:
    if weights is None:
        assert temperature is not None
        return occupation_probabilities(network, temperature)
    w = np.asarray(weights, dtype=np.float64)
    if w.shape != (network.n_minima,) or not (w >= 0).all() or not 0 < w.sum() < np.inf:
        raise ValueError(
            f"weights must be {network.n_minima} finite numbers, none negative and one positive."
        )
    normalised: Float[np.ndarray, " minima"] = w / w.sum()
    return normalised


def _cut(together: Float[np.ndarray, "N N"], k: int) -> Int[np.ndarray, " N"]:
    """Labels of at most k clusters, the largest first."""
    if len(together) == 1:
        return np.zeros(1, dtype=np.int64)
    # Probabilities sum to one up to rounding: the distance of what is always together is zero.
    distances = np.clip(1 - together, 0.0, 1.0)
    tree = linkage(squareform(distances, checks=False), method="average")
    cluster_numbers = fcluster(tree, k, criterion="maxclust")
    _, inverse, sizes = np.unique(cluster_numbers, return_inverse=True, return_counts=True)
    rank = np.argsort(np.argsort(-sizes, kind="stable"))
    return np.asarray(rank[inverse], dtype=np.int64)


def _certainty(
    together: Float[np.ndarray, "N N"], labels: Int[np.ndarray, " N"]
) -> Float[np.ndarray, " N"]:
    same = labels[:, None] == labels
    n_others = same.sum(axis=1) - 1
    total = (together * same).sum(axis=1) - 1
    return np.where(n_others > 0, total / np.maximum(n_others, 1), 1.0)
