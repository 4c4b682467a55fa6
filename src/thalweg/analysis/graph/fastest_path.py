"""The fastest path between two minima: the one with the largest product of branching probabilities."""

import itertools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from ...display import shown
from ...landscape.network import Network
from ...numbers import Real, Whole
from .kinetics import disjoint_members
from .members import one_minimum
from .rates import log_rates, log_waiting_times
from .temperature import require_temperature


@shown
@dataclass(frozen=True, eq=False)
class FastestPath:
    """The path with the largest product of branching probabilities.

    Attributes:
        minima: from source to target [minima].
        transition_states: between them, of parallel ones the fastest [minima − 1].
        log_probability: ln of the product of the branching probabilities along the path.
        losses: along the path: minimum, transition state, minimum … [2 minima − 1]; NaN for rates without
            detailed balance.
    """

    minima: Int[np.ndarray, " minima"]
    transition_states: Int[np.ndarray, " steps"]
    log_probability: float
    losses: Float[np.ndarray, " points"]


def fastest_path(
    network: Network, temperature: Real | None, source: Whole, target: Whole
) -> FastestPath:
    """The path from `source` to `target` with the largest product of branching probabilities.

    Raises:
        ValueError: if no path leads there; otherwise as `log_mean_first_passage_times`.

    Reference: Evans & Wales, J. Chem. Phys. 121, 1080 (2004): Dijkstra's algorithm on −ln P.
    """
    source, target = one_minimum(network, source, "source"), one_minimum(network, target, "target")
    disjoint_members(network, source, target)
    t = None if temperature is None else require_temperature(network, temperature)
    pairs, values = log_rates(network, t)
    log_p = values + log_waiting_times(network, pairs, values)[pairs[:, 0]]
    # A certain step would weigh zero, which a sparse graph may take for a missing edge.
    weights = np.maximum(-log_p, 1e-15)
    size = (network.n_minima, network.n_minima)
    graph = coo_array((weights, (pairs[:, 0], pairs[:, 1])), shape=size).tocsr()
    lengths, before = (
        table[0] for table in dijkstra(graph, indices=[source], return_predecessors=True)
    )
    if not np.isfinite(lengths[target]):
        raise ValueError(f"no path of transition states joins minima {source} and {target}.")
    minima = [target]
    while minima[-1] != source:
        minima.append(int(before[minima[-1]]))
    minima.reverse()
    steps = [_fastest_between(network, a, b, t) for a, b in itertools.pairwise(minima)]
    losses = np.empty(2 * len(minima) - 1)
    losses[::2], losses[1::2] = network.losses[minima], network.barrier_losses[steps]
    return FastestPath(
        np.array(minima), np.array(steps, dtype=np.int64), -float(lengths[target]), losses
    )


def _fastest_between(network: Network, a: int, b: int, temperature: float | None) -> int:
    """Of the transition states between two minima the one with the largest rate."""
    between = np.flatnonzero(np.all(np.sort(network.edges, axis=1) == sorted((a, b)), axis=1))
    if temperature is None:
        # Rates that were given are one for each pair.
        return int(between[0])
    rate = (
        network.barrier_log_degeneracy[between]
        - 0.5 * network.barrier_lpphe[between]
        - network.barrier_losses[between] / temperature
    )
    return int(between[np.argmax(rate)])
