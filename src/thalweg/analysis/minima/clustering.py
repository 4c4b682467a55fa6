"""How many clusters: the landscapes of one data set compared over the number of clusters."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import adjusted_rand_score

from ...display import shown
from ...landscape.merge_tree import merge_tree
from ...landscape.network import Network
from ...problems.capabilities import Clustering
from .clustering_metrics import cluster_of


@shown
@dataclass(frozen=True, eq=False)
class ClusteringShape:
    """The landscape of one K.

    Attributes:
        n_clusters: K.
        n_minima, n_transition_states: counts.
        lowest: loss of the lowest minimum, the within-cluster sum of squares.
        share_of_lowest: share of the hits, of random starts above all, that are in the lowest minimum.
        agreement: adjusted Rand index between the clusterings of a hit and of the lowest minimum, averaged
            over the hits: 1 if every start gives the same clusters.
        median_barrier: median height of the passes above the higher of their two minima, as a share of
            what the minima differ by; NaN without passes or with one minimum.
        escape: largest barrier that a minimum has on its lowest path to the lowest, as the same share.
        share_joined: share of the minima with such a path. Minima between which a cluster has to become empty
            are separated by a plateau, not by passes.
    """

    n_clusters: int
    n_minima: int
    n_transition_states: int
    lowest: float
    share_of_lowest: float
    agreement: float
    median_barrier: float
    escape: float
    share_joined: float


def clustering_shape(problem: Clustering, network: Network) -> ClusteringShape:
    """The shape of the landscape of one K.

    Args:
        problem: points that are clustered; for example `KMeans`.
        network: its minima and transition states.

    Raises:
        ValueError: if the network has no minima.
    """
    best = network.global_minimum
    points = np.asarray(problem.points)
    labels = [cluster_of(problem, x, points) for x in network.coordinates]
    agreements = np.array([adjusted_rand_score(labels[best], other) for other in labels])
    hits = network.hits if network.hits.any() else np.ones(network.n_minima)
    spread = float(np.ptp(network.losses))
    joins_two = ~network.is_degenerate
    higher_ends = network.losses[network.edges[joins_two]].max(axis=1)
    rises = network.barrier_losses[joins_two] - higher_ends
    highest = merge_tree(network).highest_on_lowest_path(best)
    is_other = np.arange(network.n_minima) != best
    barriers = (highest - network.losses)[network.is_joined & is_other]
    return ClusteringShape(
        n_clusters=problem.n_clusters,
        n_minima=network.n_minima,
        n_transition_states=network.n_transition_states,
        lowest=float(network.losses[best]),
        share_of_lowest=float(hits[best] / hits.sum()),
        agreement=float(hits @ agreements / hits.sum()),
        median_barrier=_share(np.median(rises), spread) if len(rises) else np.nan,
        escape=_share(barriers.max(initial=-np.inf), spread) if len(barriers) else np.nan,
        share_joined=float(network.is_joined.mean()),
    )


def suggested_number(shapes: Sequence[ClusteringShape], *, agreement: float = 0.9) -> int:
    """The largest K at which random starts still agree on the clusters, on average.

    Raises:
        ValueError: if there are no shapes, or none agrees with itself so well.
    """
    stable = [shape.n_clusters for shape in shapes if shape.agreement >= agreement]
    if not stable:
        raise ValueError(
            f"no landscape has an agreement of {agreement}; the best is "
            f"{max((s.agreement for s in shapes), default=np.nan):.2f}. The data may have no clusters."
        )
    return max(stable)


def _share(value: float, spread: float) -> float:
    return float(value) / spread if spread else float("nan")
