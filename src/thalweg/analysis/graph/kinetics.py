"""Kinetics on the network of minima: passage times, committors and rates, exact and stable.

The dynamics is a Markov chain on the minima, with the rates of harmonic transition state theory, or those
that the network was made from: then the temperature is None, and detailed balance is not needed.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order
from scipy.special import logsumexp

from ...landscape.network import Network
from ...numbers import Real
from .graph_transformation import Eliminated, LogRow, eliminate
from .members import Minima, members
from .rates import added_up, log_rates, log_waiting_times
from .thermodynamics import log_occupations


def log_mean_first_passage_times(
    network: Network, temperature: Real | None, target: Minima
) -> Float[np.ndarray, " minima"]:
    """ln of the mean first-passage time from each minimum to the set `target` [minima].

    −inf in the target, +inf where no path leads there, or one may lead for good elsewhere. By graph
    transformation, which stays exact where a linear solve loses all digits (barriers ≫ T).

    Raises:
        ValueError: for a temperature that is not positive, or minima that are not in the network.
    """
    absorbing = members(network, target, "target")
    return log_times_to(network, temperature, absorbing)


def log_times_to(
    network: Network,
    temperature: Real | None,
    absorbing: Int[np.ndarray, " targets"],
    most_work: float = np.inf,
) -> Float[np.ndarray, " minima"]:
    """`log_mean_first_passage_times`, given up when it takes too much work.

    Raises:
        TooDense: see `eliminate`.
    """
    chain = _eliminated_chain(network, temperature, [absorbing], most_work)
    log_t = np.full(network.n_minima, np.inf)
    log_t[chain.minima] = chain.eliminated.log_passage_times(chain.n_states)[chain.state]
    log_t[chain.may_be_lost] = np.inf
    log_t[absorbing] = -np.inf
    return log_t


def mean_first_passage_times(
    network: Network, temperature: Real | None, target: Minima
) -> Float[np.ndarray, " minima"]:
    """Mean first-passage time from each minimum to `target` [minima], in units of 1/frequency.

    Overflows to infinity where `log_mean_first_passage_times` does not. Raises: as that.
    """
    times: Float[np.ndarray, " minima"]
    with np.errstate(over="ignore"):
        times = np.exp(log_mean_first_passage_times(network, temperature, target))
    return times


def mean_first_passage_time(
    network: Network, temperature: Real | None, source: Minima, target: Minima
) -> float:
    """Mean time until `target` is first reached from `source`, in units of 1/frequency.

    For a set of sources, the average over their equilibrium occupation. Infinite where no path leads.

    Raises: as `log_mean_first_passage_times`; also if the sets share a minimum.

    Reference: Wales, J. Chem. Phys. 130, 204111 (2009), eqs. 8-10.
    """
    start, end = disjoint_members(network, source, target)
    log_t = log_mean_first_passage_times(network, temperature, end)[start]
    return float(np.exp(logsumexp(_log_shares(network, temperature, start) + log_t)))


def committor(
    network: Network, temperature: Real | None, source: Minima, target: Minima
) -> Float[np.ndarray, " minima"]:
    """Probability of reaching `target` before `source`, from each minimum [minima].

    0 in the source and 1 in the target; NaN for minima from which neither can be reached.

    Raises: as `mean_first_passage_time`.
    """
    start, end = disjoint_members(network, source, target)
    chain = _eliminated_chain(network, temperature, [start, end])
    probability = np.full(network.n_minima, np.nan)
    hitting = chain.eliminated.hitting_probabilities(1, chain.n_states)
    probability[chain.minima] = hitting[chain.state]
    return probability


def rate_between(
    network: Network, temperature: Real | None, source: Minima, target: Minima
) -> float:
    """Steady-state rate constant from the set `source` to the set `target`.

    k = Σ_{α in source} p_α Σ_β k_αβ C_β / Σ p_α with the committor C.

    Raises: as `committor`.

    Reference: Wales, J. Chem. Phys. 130, 204111 (2009), eq. 5.
    """
    start = members(network, source, "source")
    reaching = np.nan_to_num(committor(network, temperature, source, target))
    pairs, values = log_rates(network, temperature)
    log_share = np.zeros(network.n_minima)
    log_share[start] = _log_shares(network, temperature, start)
    leaving = np.isin(pairs[:, 0], start) & (reaching[pairs[:, 1]] > 0)
    flux = log_share[pairs[leaving, 0]] + values[leaving] + np.log(reaching[pairs[leaving, 1]])
    return float(np.exp(logsumexp(flux))) if leaving.any() else 0.0


def _log_shares(
    network: Network, temperature: Real | None, start: Int[np.ndarray, " members"]
) -> Float[np.ndarray, " members"]:
    """ln of the equilibrium occupation of each of some minima, relative to all of them [members]."""
    if len(start) == 1:
        # Of a single minimum no equilibrium is needed, and a chain may have none.
        return np.zeros(1)
    log_p = log_occupations(network, temperature)[start]
    if np.isinf(log_p).all():
        raise ValueError(
            f"the chain leaves the minima {start[:5].tolist()} for good, so that they have no equilibrium "
            "over which to average: name one of them."
        )
    shares: Float[np.ndarray, " members"] = log_p - logsumexp(log_p)
    return shares


def disjoint_members(
    network: Network, source: Minima, target: Minima
) -> tuple[Int[np.ndarray, " sources"], Int[np.ndarray, " targets"]]:
    """The indices of two sets of minima, ascending.

    Raises:
        ValueError: if a set is empty, holds what is no index of a minimum, or shares one with the other.
    """
    start, end = members(network, source, "source"), members(network, target, "target")
    common = np.intersect1d(start, end)
    if len(common):
        raise ValueError(
            f"source and target share minimum {common[0]}; leave it in one of the two sets."
        )
    return start, end


@dataclass(frozen=True, eq=False)
class _Chain:
    """A Markov chain with all but its absorbing states eliminated.

    Attributes:
        eliminated: the states that were removed.
        n_states: absorbing ones included.
        minima: those from which a path leads to an absorbing state [reach].
        state: of each of these in the chain [reach].
        may_be_lost: minima from which a path leads to one that leads to no absorbing state [lost].
    """

    eliminated: Eliminated
    n_states: int
    minima: Int[np.ndarray, " reach"]
    state: Int[np.ndarray, " reach"]
    may_be_lost: Int[np.ndarray, " lost"]


def _eliminated_chain(
    network: Network,
    temperature: Real | None,
    absorbing: list[Int[np.ndarray, " _"]],
    most_work: float = np.inf,
) -> _Chain:
    """Eliminate all minima but the absorbing sets, each of which is one state: 0, 1 …"""
    pairs, values = log_rates(network, temperature)
    ends = np.concatenate(absorbing)
    minima = _leading_to(network.n_minima, pairs, ends)
    lost = np.setdiff1d(np.arange(network.n_minima), minima)
    # What is absorbed cannot be lost any more.
    goes_on = ~np.isin(pairs[:, 0], ends)
    may_be_lost = _leading_to(network.n_minima, pairs[goes_on], lost)
    # One more absorbing state stands for all that leads to none; with detailed balance none is reached.
    n_absorbing = len(absorbing) + 1
    state = np.full(network.n_minima, n_absorbing - 1, dtype=np.int64)
    others = np.setdiff1d(minima, ends)
    state[others] = n_absorbing + np.arange(len(others))
    for k, one_set in enumerate(absorbing):
        state[one_set] = k
    is_inside = state[pairs[:, 0]] >= n_absorbing
    # Absorbing sets are one state each: rates into their members add up.
    steps, log_k = added_up(state[pairs[is_inside]], values[is_inside])
    log_tau = log_waiting_times(network, pairs, values)[others]
    n_states = n_absorbing + len(others)
    rows: list[LogRow] = [{} for _ in range(n_states)]
    log_p = log_k + log_tau[steps[:, 0] - n_absorbing]
    for (a, b), value in zip(steps.tolist(), log_p.tolist(), strict=True):
        rows[a][b] = value
    times = np.concatenate([np.full(n_absorbing, -np.inf), log_tau])
    eliminated = eliminate(rows, times, set(range(n_absorbing)), most_work=most_work)
    return _Chain(eliminated, n_states, minima, state[minima], may_be_lost)


def _leading_to(
    n: int, pairs: Int[np.ndarray, "rates 2"], ends: Int[np.ndarray, " ends"]
) -> Int[np.ndarray, " reach"]:
    """The minima from which a path of rates leads to one of `ends`, and these, ascending."""
    # Backwards from one more vertex, which every end leads to.
    sources = np.concatenate([pairs[:, 1], np.full(len(ends), n)])
    targets = np.concatenate([pairs[:, 0], ends])
    graph = coo_array((np.ones(len(sources)), (sources, targets)), shape=(n + 1, n + 1))
    order = breadth_first_order(graph.tocsr(), n, return_predecessors=False)
    return np.sort(order[order < n]).astype(np.int64)
