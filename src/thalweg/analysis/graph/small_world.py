"""Whether the network is a small world: few steps between minima, and neighbours of each other."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array, triu
from scipy.sparse.csgraph import dijkstra

from ...landscape.network import Network
from .degrees import neighbour_pairs

_MOST_EXACT = 2000
"""Minima up to which steps are counted from each of them; the work grows with the square."""
_SOURCES = 500
"""Minima drawn from a larger network, from which steps are counted: they scatter little."""
_AT_ONCE = 100
"""Minima from which steps are counted at once; bounds the memory."""


@dataclass(frozen=True)
class SmallWorld:
    """Path lengths and clustering of the component of the global minimum.

    Attributes:
        n_minima, n_edges: of that component, parallel transition states counted once.
        mean_path: mean number of steps between two minima; NaN for a single one.
        mean_path_error: its standard error, where a large network is sampled; 0 where all pairs count.
        clustering: global clustering coefficient; NaN where no minimum has two neighbours.
        random_mean_path, random_clustering: expected of a random graph of that size and degree,
            ln n/ln k and k/n; NaN where undefined.
    """

    n_minima: int
    n_edges: int
    mean_path: float
    mean_path_error: float
    clustering: float
    random_mean_path: float
    random_clustering: float


def small_world(network: Network) -> SmallWorld:
    """Whether minima are few steps apart and neighbours of each other, compared with a random graph.

    Raises:
        ValueError: if the network has no minima.

    Reference: Watts & Strogatz, Nature 393, 440 (1998); Doye, Phys. Rev. Lett. 88, 238701 (2002).
    """
    network.require_minima("the shape of the network")
    graph = _main_component(network)
    n, n_edges = graph.shape[0], graph.nnz // 2
    degree = 2 * n_edges / n
    has_random = n > 1 and degree > 1
    mean_path, mean_path_error = _mean_path(graph)
    return SmallWorld(
        n_minima=n,
        n_edges=n_edges,
        mean_path=mean_path,
        mean_path_error=mean_path_error,
        clustering=_clustering(graph),
        random_mean_path=float(np.log(n) / np.log(degree)) if has_random else float("nan"),
        random_clustering=degree / n if n > 1 else float("nan"),
    )


def _main_component(network: Network) -> csr_array:
    """Ones between neighbours of the component of the global minimum [members members]."""
    n = network.n_minima
    pairs = neighbour_pairs(network)
    ends = (pairs.ravel(), pairs[:, ::-1].ravel())
    graph = coo_array((np.ones(2 * len(pairs)), ends), shape=(n, n)).tocsr()
    members = np.flatnonzero(network.is_joined)
    return graph[members][:, members]


def _mean_path(graph: csr_array) -> tuple[float, float]:
    """Mean number of steps over all pairs, and its standard error."""
    n = graph.shape[0]
    if n == 1:
        return float("nan"), float("nan")
    is_exact = n <= _MOST_EXACT
    rng = np.random.default_rng(0)
    sources = np.arange(n) if is_exact else rng.choice(n, _SOURCES, replace=False)
    means = np.concatenate(
        [
            dijkstra(graph, unweighted=True, indices=chunk).sum(axis=1) / (n - 1)
            for chunk in np.array_split(sources, 1 + len(sources) // _AT_ONCE)
        ]
    )
    error = 0.0 if is_exact else float(means.std(ddof=1) / np.sqrt(len(means)))
    return float(means.mean()), error


def _clustering(graph: csr_array) -> float:
    """Closed triples as a share of all: three times the triangles over the connected triples."""
    degree = np.diff(graph.indptr)
    n_triples = int(np.sum(degree * (degree - 1))) // 2
    if n_triples == 0:
        return float("nan")
    # Each edge from the end with fewer neighbours to the other: no minimum has many edges then, not even
    # a hub, and every triangle is counted once.
    by_degree = np.argsort(degree, kind="stable")
    upwards = triu(graph[by_degree][:, by_degree], format="csr")
    n_triangles = float((upwards @ upwards).multiply(upwards).sum())
    return 3 * n_triangles / n_triples
