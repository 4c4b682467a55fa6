"""Whether the network is a small world: few steps between minima, and neighbours of each other."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from ...landscape.network import Network
from .degrees import neighbour_pairs

_SOURCES = 1024
"""Minima from which distances are counted at once; bounds the memory."""


@dataclass(frozen=True)
class SmallWorld:
    """Path lengths and clustering of the component of the global minimum.

    Attributes:
        n_minima, n_edges: of that component, parallel transition states counted once.
        mean_path: mean number of steps between two minima; NaN for a single one.
        clustering: global clustering coefficient; NaN where no minimum has two neighbours.
        random_mean_path, random_clustering: expected of a random graph of that size and degree,
            ln n/ln k and k/n; NaN where undefined.
    """

    n_minima: int
    n_edges: int
    mean_path: float
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
    return SmallWorld(
        n_minima=n,
        n_edges=n_edges,
        mean_path=_mean_path(graph) if n > 1 else float("nan"),
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


def _mean_path(graph: csr_array) -> float:
    """Mean number of steps over all pairs, breadth first from many vertices at once, one bit for each."""
    n, total = graph.shape[0], 0
    for first in range(0, n, _SOURCES):
        bits = np.arange(min(_SOURCES, n - first))
        reached_bits = np.zeros((n, 1 + len(bits) // 64), dtype=np.uint64)
        reached_bits[first + bits, bits // 64] = np.uint64(1) << (bits % 64).astype(np.uint64)
        # A pair is as many steps apart as there are rounds before which it is not reached.
        while n_missing := n * len(bits) - int(np.bitwise_count(reached_bits).sum()):
            total += n_missing
            reached_bits |= np.bitwise_or.reduceat(reached_bits[graph.indices], graph.indptr[:-1])
    return total / (n * (n - 1))


def _clustering(graph: csr_array) -> float:
    """Closed triples as a share of all: three times the triangles over the connected triples."""
    degree = np.diff(graph.indptr)
    n_triples = int(np.sum(degree * (degree - 1)))
    if n_triples == 0:
        return float("nan")
    n_closed = 0.0
    for first in range(0, graph.shape[0], _SOURCES):
        rows = graph[first : first + _SOURCES]
        n_closed += float((rows @ graph).multiply(rows).sum())
    return n_closed / n_triples
