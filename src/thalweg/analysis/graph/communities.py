"""Communities of minima, and whether the network is a small world."""

import random
from dataclasses import dataclass

import igraph
import numpy as np
from jaxtyping import Float, Int

from ...landscape.network import Network
from .kinetics import log_rates
from .thermodynamics import log_occupations


@dataclass(frozen=True, eq=False)
class Communities:
    """Groups of minima with more passes, or more flux, inside than between them.

    Attributes:
        assignment: number of the community of each minimum, the largest one 0 [minima].
        modularity: of the partition; 0 is that of chance.
        weighted_by: what the edges were weighted by.
        seed: of the random choices of the algorithm.
    """

    assignment: Int[np.ndarray, " minima"]
    modularity: float
    weighted_by: str
    seed: int


def communities(
    network: Network, temperature: float | None = None, *, seed: int = 0
) -> Communities:
    """Communities by the Leiden algorithm on modularity.

    Args:
        network: minima and transition states.
        temperature: edges are weighted by the equilibrium flux p_α k_αβ at this temperature, relative
            to the largest; by nothing if None, every pair of neighbours counting once.
        seed: of the algorithm.

    Raises:
        ValueError: if the network has no minima, or `temperature` is not positive.

    Reference: Traag, Waltman & van Eck, Sci. Rep. 9, 5233 (2019).
    """
    graph, weights = _graph(network, temperature)
    # igraph draws from a generator of its own: lend it a seeded one, then give its default back.
    igraph.set_random_number_generator(random.Random(seed))
    try:
        found = graph.community_leiden("modularity", weights=weights, n_iterations=-1)
    finally:
        igraph.set_random_number_generator(random)
    member = np.array(found.membership, dtype=np.int64).reshape(-1)
    order = np.argsort(-np.bincount(member), kind="stable")
    modularity = graph.modularity(found, weights=weights) if graph.ecount() else 0.0
    name = "neighbours" if temperature is None else f"equilibrium flux at T = {temperature:g}"
    return Communities(np.argsort(order)[member], float(modularity), name, seed)


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
    """Whether minima are few steps apart and neighbours of each other, beside a random graph.

    Raises:
        ValueError: if the network has no minima.

    Reference: Watts & Strogatz, Nature 393, 440 (1998); Doye, Phys. Rev. Lett. 88, 238701 (2002).
    """
    whole, _ = _graph(network, None)
    graph = whole.induced_subgraph(np.flatnonzero(network.component == 0).tolist())
    n, edges = graph.vcount(), graph.ecount()
    degree = 2 * edges / n
    has_random = n > 1 and degree > 1
    return SmallWorld(
        n_minima=n,
        n_edges=edges,
        mean_path=float(graph.average_path_length()) if n > 1 else float("nan"),
        clustering=float(graph.transitivity_undirected()),
        random_mean_path=float(np.log(n) / np.log(degree)) if has_random else float("nan"),
        random_clustering=degree / n if n > 1 else float("nan"),
    )


def _graph(
    network: Network, temperature: float | None
) -> tuple[igraph.Graph, Float[np.ndarray, " edges"] | None]:
    if network.n_minima == 0:
        raise ValueError("the network has no minima, so it has no communities. Find some first.")
    pairs = np.unique(np.sort(network.edges[~network.is_degenerate], axis=1), axis=0)
    weights = None
    if temperature is not None:
        log_p = log_occupations(network, temperature)
        directed, log_k = log_rates(network, temperature)
        forth = directed[:, 0] < directed[:, 1]
        pairs = directed[forth]
        flux = log_p[pairs[:, 0]] + log_k[forth]
        weights = np.exp(flux - flux.max(initial=-np.inf)) if len(flux) else np.zeros(0)
    return igraph.Graph(n=network.n_minima, edges=pairs.tolist()), weights
