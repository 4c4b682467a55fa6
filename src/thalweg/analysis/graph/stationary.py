"""Where a Markov chain settles, with or without detailed balance."""

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.special import logsumexp

from ...landscape.chain import Chain
from .graph_transformation import LogRow, eliminate
from .rates import log_sums


def log_stationary_distribution(chain: Chain) -> Float[np.ndarray, " states"]:
    """ln of the stationary distribution [states]; −inf for states that the chain leaves for good.

    π_α is the expected number of visits to α between two to one chosen state, times the mean waiting time
    there. By graph transformation, so that small probabilities keep all their digits.

    Raises:
        ValueError: if it depends on where the chain starts.
    """
    members = _only_closed_set(chain)
    state = np.full(chain.n_states, -1, dtype=np.int64)
    state[members] = np.arange(len(members))
    # A closed set is not left: rates from its members lead to members.
    is_inside = state[chain.pairs[:, 0]] >= 0
    pairs, log_k = state[chain.pairs[is_inside]], chain.log_rates[is_inside]
    log_pi = np.full(chain.n_states, -np.inf)
    if len(members) == 1:
        log_pi[members] = 0.0
        return log_pi
    n = len(members)
    log_tau = -log_sums(pairs[:, 0], log_k, n)
    rows: list[LogRow] = [{} for _ in range(n + 1)]
    for (a, b), value in zip(pairs.tolist(), (log_k + log_tau[pairs[:, 0]]).tolist(), strict=True):
        rows[a][b] = value
    # At each visit to state 0 the chain ends with probability one half: one excursion on average.
    rows[0] = {b: value - np.log(2) for b, value in rows[0].items()} | {n: -np.log(2)}
    eliminated = eliminate(rows, np.append(log_tau, -np.inf), {n}, keep_columns=True)
    log_visits = eliminated.log_visits(0, n + 1)[:n]
    # The visit at which it ends begins no excursion.
    log_visits[0] -= np.log(2)
    log_weights = log_visits + log_tau
    log_pi[members] = log_weights - logsumexp(log_weights)
    return log_pi


def _only_closed_set(chain: Chain) -> Int[np.ndarray, " members"]:
    """The states of the one set that the chain cannot leave, ascending."""
    n = chain.n_states
    graph = coo_array((np.ones(len(chain.pairs)), chain.pairs.T), shape=(n, n))
    n_sets, labels = connected_components(graph, directed=True, connection="strong")
    is_left = np.zeros(n_sets, dtype=bool)
    ends = labels[chain.pairs]
    is_left[ends[ends[:, 0] != ends[:, 1], 0]] = True
    closed = np.flatnonzero(~is_left)
    if len(closed) > 1:
        examples = sorted(int(np.argmax(labels == label)) for label in closed)
        raise ValueError(
            f"the chain has {len(closed)} sets of states that it does not leave, state {examples[0]} in one "
            f"and state {examples[1]} in another: where it settles depends on where it starts. Name single "
            "sources and targets, or take one set on its own."
        )
    return np.flatnonzero(labels == closed[0])
