"""A landscape reduced to its monotonic sequence basins: a handful of states in place of all minima."""

import dataclasses

import numpy as np
from jaxtyping import Int

from ...landscape.chain import Chain
from ...landscape.merge_tree import MergeTree, merge_tree
from ...landscape.network import Network
from ...numbers import Real
from .basins import monotonic_sequence_basins
from .graph_transformation import LogRow, eliminate
from .rates import log_rates, log_sums, log_waiting_times


def basin_network(network: Network) -> Network:
    """The bottoms of the monotonic sequence basins, and the lowest passes between them.

    The minima are the bottoms, lowest first, with the hits of their basins; `minimum_ids` and
    `transition_state_ids` stay those of the landscape. An edge joins basins that a transition state joins,
    and those at which superbasins merge. Its transition state is the highest one on the lowest path between
    the two bottoms, so that every barrier between bottoms is the one of the whole network, exactly.

    Raises:
        ValueError: if the network has no minima, or was made from rates.

    Reference:
        Niroomand, "On Machine Learning Loss Landscapes", section 1.3.4: "reducing a landscape to its
        monotonic sequence basins".
    """
    basins = monotonic_sequence_basins(network)
    if network.chain is not None:
        raise ValueError(
            "a network of rates has no transition states to keep; `rates_between_basins` reduces it."
        )
    bottoms, tree = basins.bottoms, merge_tree(network)
    rank = np.full(network.n_minima, -1)
    rank[bottoms] = np.arange(len(bottoms))
    adjacent = rank[basins.assignment[network.edges]]
    pairs = np.concatenate([adjacent, _merging(tree, rank)])
    edges = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    passes = tree.transition_states[tree.meeting(bottoms[edges]) - tree.n_minima]
    return dataclasses.replace(
        network,
        losses=network.losses[bottoms],
        coordinates=network.coordinates[bottoms],
        lpphe=network.lpphe[bottoms],
        log_degeneracy=network.log_degeneracy[bottoms],
        hits=np.bincount(
            rank[basins.assignment], weights=network.hits, minlength=len(bottoms)
        ).astype(np.int64),
        minimum_ids=network.minimum_ids[bottoms],
        edges=edges,
        barrier_losses=network.barrier_losses[passes],
        barrier_lpphe=network.barrier_lpphe[passes],
        barrier_log_degeneracy=network.barrier_log_degeneracy[passes],
        transition_state_ids=network.transition_state_ids[passes],
    )


def rates_between_basins(network: Network, temperature: Real | None) -> Network:
    """The bottoms as states of a Markov chain: mean passage times between them are those of all minima.

    The other minima are removed by graph transformation, which adds the time spent in them to the bottoms.
    The result is a network of rates, in the order of `basin_network`: functions of a temperature take None.

    Args:
        network: minima and transition states.
        temperature: in the unit of the loss; None for a network of rates.

    Raises:
        ValueError: if `temperature` is not positive, or the network has no minima.

    Reference:
        Trygubenko & Wales, J. Chem. Phys. 124, 234110 (2006).
    """
    bottoms = monotonic_sequence_basins(network).bottoms
    m, n = len(bottoms), network.n_minima
    others = np.setdiff1d(np.arange(n), bottoms)
    state = np.empty(n, dtype=np.int64)
    state[np.concatenate([bottoms, others])] = np.arange(n)
    pairs, log_k = log_rates(network, temperature)
    log_tau = np.empty(n)
    log_tau[state] = log_waiting_times(network, pairs, log_k)
    steps = state[pairs]
    log_p = log_k + log_tau[steps[:, 0]]
    rows: list[LogRow] = [{} for _ in range(n)]
    for (a, b), value in zip(steps.tolist(), log_p.tolist(), strict=True):
        if a >= m:
            rows[a][b] = value
    eliminated = eliminate(rows, log_tau, set(range(m)))
    log_h = eliminated.log_hitting_probabilities(m, n)
    from_bottom = steps[:, 0] < m
    start, following = steps[from_bottom].T
    log_p = log_p[from_bottom]
    # The time until the chain is at a bottom again, which may be the same one.
    log_times = log_sums(start, log_p + eliminated.log_passage_times(n)[following], m)
    log_times = np.logaddexp(log_times, log_tau[:m])
    chances = np.full((m, m), -np.inf)
    for a, b, value in zip(start.tolist(), following.tolist(), log_p.tolist(), strict=True):
        chances[a] = np.logaddexp(chances[a], value + log_h[b])
    np.fill_diagonal(chances, -np.inf)
    jumps = np.argwhere(np.isfinite(chances))
    log_rates_between = chances[tuple(jumps.T)] - log_times[jumps[:, 0]]
    return dataclasses.replace(
        Network.from_chain(Chain.from_log_rates(m, jumps, log_rates_between)),
        minimum_ids=network.minimum_ids[bottoms],
    )


def _merging(tree: MergeTree, rank: Int[np.ndarray, " minima"]) -> Int[np.ndarray, "merges 2"]:
    """The lowest bottoms, by rank, of the two superbasins of each merge; (0, 0) where one has none."""
    none = len(rank)
    lowest = np.full(len(tree.losses), none)
    lowest[: len(rank)] = np.where(rank < 0, none, rank)
    pairs = np.zeros((len(tree.children), 2), dtype=np.int64)
    for k, children in enumerate(tree.children):
        pairs[k] = np.sort(lowest[children])
        lowest[tree.n_minima + k] = pairs[k, 0]
    pairs[pairs[:, 1] == none] = 0
    return pairs
