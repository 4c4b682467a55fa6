"""How many clusters: what the landscapes of several numbers say together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...landscape.network import Network
from ...problems.capabilities import Clustering
from .clustering import ClusteringShape, clustering_shape, suggested_number
from .clustering_topography import (
    ClusteringTopography,
    clustering_topography,
    number_by_topography,
)


@dataclass(frozen=True)
class ClusterNumbers:
    """The number of clusters by the topography and by the starts.

    Attributes:
        topographies: of the landscape of each K, by rising K.
        shapes: of the same, as random starts see them.
    """

    topographies: tuple[ClusteringTopography, ...]
    shapes: tuple[ClusteringShape, ...]

    def statements(self) -> list[str]:
        """A sentence for each K, and one for each way to choose among them."""
        each = [
            f"{t.n_clusters} clusters: {t.n_basins} basins, {t.n_funnels} deeper than the noise; the lowest "
            f"has {t.lowest_funnel:.0%} of the occupation, agreement {t.agreement:.2f} (of random starts "
            f"{s.agreement:.2f})"
            for t, s in zip(self.topographies, self.shapes, strict=True)
        ]
        return [
            *each,
            f"by the topography: {_chosen(lambda: number_by_topography(self.topographies))}",
            f"by the agreement of random starts: {_chosen(lambda: suggested_number(self.shapes))}",
        ]


def cluster_numbers(landscapes: Sequence[tuple[Clustering, Network]]) -> ClusterNumbers:
    """Read the number of clusters from landscapes of one data set, one for each number.

    Args:
        landscapes: problem and network of each.

    Raises:
        ValueError: if a network has no minima, or every point its own cluster.

    Reference:
        Niroomand et al., Digital Discovery 3, 637 (2024), section 5.4.
    """
    ordered = sorted(landscapes, key=lambda pair: pair[0].n_clusters)
    return ClusterNumbers(
        tuple(clustering_topography(problem, network) for problem, network in ordered),
        tuple(clustering_shape(problem, network) for problem, network in ordered),
    )


def _chosen(choose: Callable[[], int]) -> str:
    try:
        return f"{choose()} clusters"
    except ValueError as error:
        return f"none: {error}"
