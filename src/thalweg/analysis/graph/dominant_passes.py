"""Which transition states matter for the longest passage times at a temperature."""

import dataclasses

import numpy as np
from jaxtyping import Float, Int

from ...landscape.merge_tree import merge_tree
from ...landscape.network import Network
from .rates import log_sums


def dominant_passes(network: Network, temperature: float, error: float = 1e-9) -> Network:
    """The network without transition states beside which another path is faster by far.

    The equilibrium flux p_α k_αβ over the passes between two minima is a conductance c, and passage
    times to one minimum are the potentials of that resistor network under the currents p. Taking out a
    conductance c between two minima that the others join by a resistance R changes no passage time by
    more than cR times the longest: a unit current from anywhere makes no larger potential difference
    between the two than R, and the times at the two do not differ by more than the longest. R is at most
    that of the path of largest conductances, which is kept.

    Args:
        network: minima and transition states.
        temperature: positive.
        error: bound on the relative error of the longest mean first-passage time to any one minimum.
    """
    pair_of_edge, pairs, log_c = _conductances(network, temperature)
    if not len(pairs):
        return network
    # In the order of −ln c the lowest path is that of the largest conductances.
    lowest = np.full(network.n_minima, -log_c.max())
    tree = merge_tree(Network.from_arrays(lowest, pairs, -log_c))
    # c R ≤ c (n − 1)/c_least of the path, for each of the pairs.
    margin = np.log(network.n_minima) + np.log(len(pairs)) - np.log(error)
    is_kept = log_c > -tree.highest_between(pairs) - margin
    joins_two = np.flatnonzero(~network.is_degenerate)
    return _with_passes(network, joins_two[is_kept[pair_of_edge]])


def _conductances(
    network: Network, temperature: float
) -> tuple[Int[np.ndarray, " edges"], Int[np.ndarray, "pairs 2"], Float[np.ndarray, " pairs"]]:
    """For each edge that joins two minima its pair [edges]; the pairs, and ln c of each up to a constant."""
    joins_two = ~network.is_degenerate
    rise = network.barrier_losses - network.lowest_loss
    log_c = network.barrier_log_degeneracy - 0.5 * network.barrier_lpphe - rise / temperature
    pairs, owner = np.unique(np.sort(network.edges[joins_two], axis=1), axis=0, return_inverse=True)
    owner = owner.reshape(-1)
    return owner, pairs, log_sums(owner, log_c[joins_two], len(pairs))


def _with_passes(network: Network, kept: Int[np.ndarray, " kept"]) -> Network:
    return dataclasses.replace(
        network,
        edges=network.edges[kept],
        barrier_losses=network.barrier_losses[kept],
        barrier_lpphe=network.barrier_lpphe[kept],
        barrier_log_degeneracy=network.barrier_log_degeneracy[kept],
        transition_state_ids=network.transition_state_ids[kept],
    )
