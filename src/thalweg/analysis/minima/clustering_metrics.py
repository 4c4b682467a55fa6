"""Quality of each clustering, judged by labels that it has not seen."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Shaped
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from ...display import shown
from ...landscape.network import Network
from ...problems.capabilities import Clustering
from ...problems.kmeans.distances import squared_distances


@shown
@dataclass(frozen=True, eq=False)
class ClusteringMetrics:
    """How well the clusters of each minimum agree with known groups (all [minima]).

    Attributes:
        adjusted_rand: adjusted Rand index: 1 for the groups themselves, 0 on average by chance.
        mutual_information: normalised by the mean of the two entropies: 0 for none, 1 for the groups.
    """

    adjusted_rand: Float[np.ndarray, " minima"]
    mutual_information: Float[np.ndarray, " minima"]


def clustering_metrics(
    network: Network,
    problem: Clustering,
    rows: Float[np.ndarray, "N p"],
    labels: Shaped[np.ndarray, " N"],
) -> ClusteringMetrics:
    """Adjusted Rand index and normalised mutual information of every minimum and the labels.

    The cost of a clustering is the loss of its minimum; `loss_metric_correlation` sets the two side by side.

    Args:
        network: minima with coordinates.
        problem: whose minima they are.
        rows: treated as those that were clustered were [N p].
        labels: of the groups that the rows belong to, numbers or text [N].

    Raises:
        ValueError: if there are no rows, not as many labels, or the network has no coordinates.

    Reference:
        Hubert & Arabie, J. Classif. 2, 193 (1985); Strehl & Ghosh, J. Mach. Learn. Res. 3, 583 (2002). The
        question is that of Niroomand et al., Digital Discovery 3, 637 (2024), section 4.4.
    """
    if len(rows) == 0 or len(rows) != len(labels):
        raise ValueError(
            f"rows and labels must be as many, at least one; got {len(rows)} and {len(labels)}."
        )
    network.require_coordinates()
    clusters = [cluster_of(problem, x, rows) for x in network.coordinates]
    return ClusteringMetrics(
        np.array([adjusted_rand_score(labels, one) for one in clusters], dtype=np.float64),
        np.array([normalized_mutual_info_score(labels, one) for one in clusters], dtype=np.float64),
    )


def cluster_of(
    problem: Clustering, x: Float[np.ndarray, " d"], rows: Float[np.ndarray, "N p"]
) -> Int[np.ndarray, " N"]:
    """The cluster of each row [N] for the parameters `x` [d]: the one of the nearest centroid."""
    squares = squared_distances(np.asarray(rows, dtype=np.float64), problem.centroids(x))
    return np.asarray(squares.argmin(axis=1))
