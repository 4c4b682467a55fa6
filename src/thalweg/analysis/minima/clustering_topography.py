"""How many clusters, by the topography of the whole landscape of each number."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import adjusted_rand_score

from ...landscape.network import Network
from ...numbers import Real, real_number
from ...problems.capabilities import Clustering
from ..graph.basins import monotonic_sequence_basins
from ..graph.deep_basins import deep_basins
from ..graph.frustration import frustration
from ..graph.thermodynamics import occupation_probabilities, thermodynamics
from .clustering_metrics import cluster_of


@dataclass(frozen=True)
class ClusteringTopography:
    """The landscape of one K at the temperature of the noise in its clusters.

    Attributes:
        n_clusters: K.
        temperature: in the unit of the loss.
        n_basins: monotonic sequence basins, the published proxy of the number of funnels.
        n_funnels: basins deeper than the temperature; minima that nothing joins are one each.
        lowest_funnel: occupation probability of the one of the lowest minimum.
        excess: of the normalised frustration over 1; 0 for a single minimum, NaN where nothing is joined.
        occupied: e^S, the number of clusterings that share the occupation.
        agreement: adjusted Rand index with the lowest clustering, averaged over the occupation: of the
            equilibrium, where `ClusteringShape.agreement` is that of the starts.
    """

    n_clusters: int
    temperature: float
    n_basins: int
    n_funnels: int
    lowest_funnel: float
    excess: float
    occupied: float
    agreement: float


def noise_temperature(problem: Clustering, network: Network) -> float:
    """T = 2σ² with σ² = J/(p (N − K)) of the lowest clustering: e^(−J/T) is the likelihood of the points.

    Within clusters that are round clouds of variance σ² differences of the cost below T are noise.

    Raises:
        ValueError: if the network has no minima, or the clusters leave no variance to estimate.
    """
    points = np.asarray(problem.points)
    weights = getattr(problem, "weights", np.ones(len(points)))
    degrees_of_freedom = points.shape[1] * (float(np.sum(weights)) - problem.n_clusters)
    cost = network.lowest_loss
    if not (cost > 0 and degrees_of_freedom > 0):
        raise ValueError(
            f"{problem.n_clusters} clusters leave no variance within them (cost {cost:g}); pass a "
            "temperature."
        )
    return float(2 * cost / degrees_of_freedom)


def clustering_topography(
    problem: Clustering, network: Network, temperature: Real | None = None
) -> ClusteringTopography:
    """Funnels, frustration and occupation of the landscape of one K.

    Args:
        problem: points that are clustered; for example `KMeans`.
        network: its minima and transition states.
        temperature: in the unit of the loss; that of the noise in the clusters if None.

    Raises:
        ValueError: if the network has no minima, or the temperature is not positive.

    Reference:
        Niroomand et al., Digital Discovery 3, 637 (2024), section 5.4; Dicks & Wales, J. Chem. Phys. 156,
        054109 (2022).
    """
    if temperature is None:
        temperature = noise_temperature(problem, network)
    t = real_number(temperature, "temperature", above=0)
    p = occupation_probabilities(network, t)
    funnels, best = deep_basins(network, t), network.global_minimum
    points = np.asarray(problem.points)
    labels = [cluster_of(problem, x, points) for x in network.coordinates]
    agreements = np.array([adjusted_rand_score(labels[best], other) for other in labels])
    index = frustration(network, t)
    return ClusteringTopography(
        n_clusters=problem.n_clusters,
        temperature=t,
        n_basins=len(monotonic_sequence_basins(network).bottoms),
        n_funnels=len(funnels.bottoms),
        lowest_funnel=float(p[funnels.assignment == funnels.assignment[best]].sum()),
        excess=0.0 if network.n_minima == 1 else index.excess,
        occupied=float(np.exp(thermodynamics(network, [t]).entropy[0])),
        agreement=float(p @ agreements),
    )


def number_by_topography(
    topographies: Sequence[ClusteringTopography], *, share: float = 0.9
) -> int:
    """The largest K whose landscape is one funnel, and that one clustering, for all that is occupied.

    That is the largest of which both `lowest_funnel` and `agreement` are at least `share`. Occupation does
    not depend on the law of the starts, as `suggested_number` does.

    Raises:
        ValueError: if there are no topographies, or none is such.
    """
    single = [t.n_clusters for t in topographies if min(t.lowest_funnel, t.agreement) >= share]
    if not single:
        raise ValueError(
            f"no landscape is one funnel with a share of {share}: the data may have no clusters, or the "
            "search has joined too few minima."
        )
    return max(single)
