"""Communities of minima: groups with more passes, or more flux, inside than between them."""

from dataclasses import dataclass

import graspologic_native
import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import coo_array, csr_array

from ...display import shown
from ...landscape.network import Network
from ...numbers import Real, Whole, seed_number
from .degrees import neighbour_pairs
from .rates import log_rates
from .temperature import require_temperature
from .thermodynamics import log_occupations

_ITERATIONS = 10
"""Passes of the algorithm, each from the communities of the one before; few change anything after three."""


@shown
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
    network: Network, temperature: Real | None = None, *, seed: Whole = 0
) -> Communities:
    """Communities by the Leiden algorithm on modularity.

    Args:
        network: minima and transition states.
        temperature: edges are weighted by the equilibrium flux p_α k_αβ at this temperature, relative
            to the largest; by nothing if None, every pair of neighbours counting once (as they always do
            in a network of rates).
        seed: of the algorithm; the same seed gives the same communities.

    Raises:
        ValueError: if the network has no minima, or `temperature` is not positive.

    Reference: Traag, Waltman & van Eck, Sci. Rep. 9, 5233 (2019).
    """
    network.require_minima("a division into communities")
    seed = seed_number(seed)
    if temperature is None:
        pairs = neighbour_pairs(network)
        weights, name = np.ones(len(pairs)), "neighbours"
    else:
        value = require_temperature(network, temperature)
        pairs, weights = _relative_flux(network, value)
        name = f"equilibrium flux at T = {value:g}"
    graph = _symmetric(pairs, weights, network.n_minima)
    labels, modularity = _leiden(graph, seed)
    by_size = np.argsort(-np.bincount(labels), kind="stable")
    return Communities(np.argsort(by_size)[labels], modularity, name, seed)


def _leiden(graph: csr_array, seed: int) -> tuple[Int[np.ndarray, " minima"], float]:
    """The community of each minimum [minima], and the modularity of the partition; 0 without edges."""
    n = graph.shape[0]
    if graph.nnz == 0:
        return np.arange(n), 0.0
    modularity, community = graspologic_native.leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data,
        n,
        iterations=_ITERATIONS,
        seed=seed,
    )
    return np.array([community[i] for i in range(n)]), float(modularity)


def _relative_flux(
    network: Network, temperature: float
) -> tuple[Int[np.ndarray, "pairs 2"], Float[np.ndarray, " pairs"]]:
    """Pairs of neighbours and the equilibrium flux between them, the largest 1 [pairs 2], [pairs]."""
    log_p = log_occupations(network, temperature)
    pairs, log_k = log_rates(network, temperature)
    # Detailed balance: the flux backwards is the same.
    is_forward = pairs[:, 0] < pairs[:, 1]
    pairs = pairs[is_forward]
    log_flux = log_p[pairs[:, 0]] + log_k[is_forward]
    return pairs, np.exp(log_flux - log_flux.max(initial=-np.inf))


def _symmetric(
    pairs: Int[np.ndarray, "pairs 2"], weights: Float[np.ndarray, " pairs"], n: int
) -> csr_array:
    ends = (pairs.ravel(), pairs[:, ::-1].ravel())
    graph = coo_array((np.repeat(weights, 2), ends), shape=(n, n)).tocsr()
    graph.eliminate_zeros()
    return graph
