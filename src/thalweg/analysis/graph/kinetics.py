"""Kinetics on the network of minima: rates, passage times and committors, exact and stable.

Rates are those of harmonic transition state theory; the dynamics is a Markov chain on the minima.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.special import logsumexp

from ...landscape.network import Network
from .graph_transformation import Eliminated, LogRow, eliminate
from .thermodynamics import log_occupations

Minima = int | Iterable[int] | Int[np.ndarray, " members"]
"""One minimum or a set of them, by index."""


def log_rates(
    network: Network, temperature: float
) -> tuple[Int[np.ndarray, "rates 2"], Float[np.ndarray, " rates"]]:
    """ln k of each directed pair of minima that a transition state joins [rates 2], [rates].

    Both directions of a transition state, degenerate rearrangements left out, parallel transition
    states added up. Raises: as `rate_constants`.
    """
    log_occupations(network, temperature)
    kept = np.flatnonzero(~network.is_degenerate)
    edges, barriers = network.edges[kept], network.barrier_losses[kept]
    saddle = network.barrier_log_degeneracy[kept] - 0.5 * network.barrier_lpphe[kept]
    pairs, values = [], []
    for a, b in ((0, 1), (1, 0)):
        start = edges[:, a]
        basin = network.log_degeneracy[start] - 0.5 * network.lpphe[start]
        climb = (barriers - network.losses[start]) / temperature
        pairs.append(edges[:, [a, b]])
        values.append(saddle - basin - climb - np.log(2 * np.pi))
    return _added(np.concatenate(pairs), np.concatenate(values))


def _added(
    pairs: Int[np.ndarray, "rates 2"], values: Float[np.ndarray, " rates"]
) -> tuple[Int[np.ndarray, "different 2"], Float[np.ndarray, " different"]]:
    different, owner = np.unique(pairs, axis=0, return_inverse=True)
    owner = owner.reshape(-1)
    high = np.full(len(different), -np.inf)
    np.maximum.at(high, owner, values)
    total = np.zeros(len(different))
    np.add.at(total, owner, np.exp(values - high[owner]))
    return different, high + np.log(total)


def rate_constants(network: Network, temperature: float) -> csr_array:
    """k_αβ from minimum α (row) to β (column), in units of the harmonic frequency [minima minima].

    k_αβ = Σ_† (1/2π)(n_†/n_α) exp(½(LPPHE_α − LPPHE_†)) exp(−(L_† − L_α)/T), which keeps detailed
    balance exactly: p_α k_αβ = p_β k_βα. Rates that underflow are zero; the functions below use
    logarithms instead.

    Raises:
        ValueError: if `temperature` is not positive, or the network has no minima.

    Reference: Vineyard, J. Phys. Chem. Solids 3, 121 (1957); Wales, "Energy Landscapes" (2003), ch. 7.
    """
    pairs, values = log_rates(network, temperature)
    size = (network.n_minima, network.n_minima)
    return coo_array((np.exp(values), (pairs[:, 0], pairs[:, 1])), shape=size).tocsr()


def waiting_times(network: Network, temperature: float) -> Float[np.ndarray, " minima"]:
    """Mean time until minimum α is left, 1/Σ_β k_αβ [minima]; infinite without neighbours."""
    return np.exp(_log_waiting(network, *log_rates(network, temperature)))


def _log_waiting(
    network: Network, pairs: Int[np.ndarray, "rates 2"], values: Float[np.ndarray, " rates"]
) -> Float[np.ndarray, " minima"]:
    high = np.full(network.n_minima, -np.inf)
    np.maximum.at(high, pairs[:, 0], values)
    total = np.zeros(network.n_minima)
    np.add.at(total, pairs[:, 0], np.exp(values - high[pairs[:, 0]]))
    with np.errstate(divide="ignore"):
        return -(high + np.log(total)) if len(pairs) else np.full(network.n_minima, np.inf)


def log_mean_first_passage_times(
    network: Network, temperature: float, target: Minima
) -> Float[np.ndarray, " minima"]:
    """ln of the mean first-passage time from each minimum to the set `target` [minima].

    −inf in the target, +inf where no path leads there. By graph transformation, which stays exact
    where a linear solve loses all digits (barriers ≫ T).

    Raises:
        ValueError: for a temperature that is not positive, or minima that are not in the network.
    """
    absorbing = _members(network, target, "target")
    pairs, values = log_rates(network, temperature)
    reach = _reaches(network, pairs, absorbing)
    chain = _chain(network, pairs, values, reach, [absorbing])
    log_t = np.full(network.n_minima, np.inf)
    log_t[reach] = chain[0].log_passage_times(chain[1])[chain[2]]
    log_t[absorbing] = -np.inf
    return log_t


def mean_first_passage_times(
    network: Network, temperature: float, target: Minima
) -> Float[np.ndarray, " minima"]:
    """Mean first-passage time from each minimum to `target` [minima], in units of 1/frequency.

    Overflows to infinity where `log_mean_first_passage_times` does not. Raises: as that.
    """
    with np.errstate(over="ignore"):
        return np.exp(log_mean_first_passage_times(network, temperature, target))


def mean_first_passage_time(
    network: Network, temperature: float, source: Minima, target: Minima
) -> float:
    """Mean time until `target` is first reached from `source`, in units of 1/frequency.

    For a set of sources, the average over their equilibrium occupation. Infinite where no path leads.

    Raises: as `log_mean_first_passage_times`; also if the sets share a minimum.

    Reference: Wales, J. Chem. Phys. 130, 204111 (2009), eqs. 8-10.
    """
    start, end = _members(network, source, "source"), _members(network, target, "target")
    _check_apart(start, end)
    log_t = log_mean_first_passage_times(network, temperature, end)[start]
    log_p = log_occupations(network, temperature)[start]
    return float(np.exp(logsumexp(log_p + log_t) - logsumexp(log_p)))


def committor(
    network: Network, temperature: float, source: Minima, target: Minima
) -> Float[np.ndarray, " minima"]:
    """Probability of reaching `target` before `source`, from each minimum [minima].

    0 in the source and 1 in the target; NaN for minima from which neither can be reached.

    Raises: as `mean_first_passage_time`.
    """
    start, end = _members(network, source, "source"), _members(network, target, "target")
    _check_apart(start, end)
    pairs, values = log_rates(network, temperature)
    reach = _reaches(network, pairs, np.concatenate([start, end]))
    found, n_states, place = _chain(network, pairs, values, reach, [start, end])
    probability = np.full(network.n_minima, np.nan)
    probability[reach] = found.hitting_probabilities(1, n_states)[place]
    return probability


def rate_between(network: Network, temperature: float, source: Minima, target: Minima) -> float:
    """Steady-state rate constant from the set `source` to the set `target`.

    k = Σ_{α in source} p_α Σ_β k_αβ C_β / Σ p_α with the committor C.

    Raises: as `committor`.

    Reference: Wales, J. Chem. Phys. 130, 204111 (2009), eq. 5.
    """
    start = _members(network, source, "source")
    reaching = np.nan_to_num(committor(network, temperature, source, target))
    pairs, values = log_rates(network, temperature)
    log_p = log_occupations(network, temperature)
    leaving = np.isin(pairs[:, 0], start) & (reaching[pairs[:, 1]] > 0)
    flux = log_p[pairs[leaving, 0]] + values[leaving] + np.log(reaching[pairs[leaving, 1]])
    return float(np.exp(logsumexp(flux) - logsumexp(log_p[start]))) if leaving.any() else 0.0


def _members(network: Network, minima: Minima, name: str) -> Int[np.ndarray, " members"]:
    members = np.unique(
        np.atleast_1d(np.array(minima if isinstance(minima, int) else list(minima)))
    )
    if len(members) == 0 or members.dtype.kind not in "iu":
        raise ValueError(f"{name} must hold at least one index of a minimum.")
    if members[0] < 0 or members[-1] >= network.n_minima:
        raise ValueError(
            f"{name} must hold indices 0 … {network.n_minima - 1}, got {members[0]} … {members[-1]}."
        )
    return members


def _check_apart(start: Int[np.ndarray, " a"], end: Int[np.ndarray, " b"]) -> None:
    shared = np.intersect1d(start, end)
    if len(shared):
        raise ValueError(f"source and target share minimum {shared[0]}; they must be apart.")


def _reaches(
    network: Network, pairs: Int[np.ndarray, "rates 2"], ends: Int[np.ndarray, " ends"]
) -> Int[np.ndarray, " reach"]:
    """The minima that a path joins to one of `ends`."""
    size = (network.n_minima, network.n_minima)
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=size)
    labels = connected_components(graph, directed=False)[1]
    return np.flatnonzero(np.isin(labels, labels[ends]))


def _chain(
    network: Network,
    pairs: Int[np.ndarray, "rates 2"],
    values: Float[np.ndarray, " rates"],
    reach: Int[np.ndarray, " reach"],
    absorbing: list[Int[np.ndarray, "_"]],
) -> tuple[Eliminated, int, Int[np.ndarray, " reach"]]:
    """Eliminate all but the absorbing sets, each of which is one state: 0, 1 …

    Also the number of states, and the state of each minimum in `reach`.
    """
    state = np.full(network.n_minima, -1, dtype=np.int64)
    others = np.setdiff1d(reach, np.concatenate(absorbing))
    state[others] = len(absorbing) + np.arange(len(others))
    for k, members in enumerate(absorbing):
        state[members] = k
    inside = (state[pairs[:, 0]] >= len(absorbing)) & (state[pairs[:, 1]] >= 0)
    # Absorbing sets are one state each: rates into their members add up.
    moves, log_k = _added(state[pairs[inside]], values[inside])
    log_tau = _log_waiting(network, pairs, values)[others]
    n_states = len(absorbing) + len(others)
    rows: list[LogRow] = [{} for _ in range(n_states)]
    log_p = log_k + log_tau[moves[:, 0] - len(absorbing)]
    for (a, b), value in zip(moves.tolist(), log_p.tolist(), strict=True):
        rows[a][b] = value
    times = np.concatenate([np.full(len(absorbing), -np.inf), log_tau])
    found = eliminate(rows, times, set(range(len(absorbing))))
    return found, n_states, state[reach]


@dataclass(frozen=True, eq=False)
class FastestPath:
    """The path with the largest product of branching probabilities.

    Attributes:
        minima: from source to target [minima].
        transition_states: between them, of parallel ones the fastest [minima − 1].
        log_probability: ln of the product of the branching probabilities along the path.
        losses: along the path: minimum, transition state, minimum … [2 minima − 1].
    """

    minima: Int[np.ndarray, " minima"]
    transition_states: Int[np.ndarray, " steps"]
    log_probability: float
    losses: Float[np.ndarray, " points"]


def fastest_path(network: Network, temperature: float, source: int, target: int) -> FastestPath:
    """The path from `source` to `target` with the largest product of branching probabilities.

    Raises:
        ValueError: if no path leads there; otherwise as `log_mean_first_passage_times`.

    Reference: Evans & Wales, J. Chem. Phys. 121, 1080 (2004): Dijkstra's algorithm on −ln P.
    """
    _check_apart(_members(network, source, "source"), _members(network, target, "target"))
    pairs, values = log_rates(network, temperature)
    log_p = values + _log_waiting(network, pairs, values)[pairs[:, 0]]
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
    steps = [_fastest_between(network, a, b, temperature) for a, b in itertools.pairwise(minima)]
    losses = np.empty(2 * len(minima) - 1)
    losses[::2], losses[1::2] = network.losses[minima], network.barrier_losses[steps]
    return FastestPath(
        np.array(minima), np.array(steps, dtype=np.int64), -float(lengths[target]), losses
    )


def _fastest_between(network: Network, a: int, b: int, temperature: float) -> int:
    """Of the transition states between two minima the one with the largest rate."""
    between = np.flatnonzero(np.all(np.sort(network.edges, axis=1) == sorted((a, b)), axis=1))
    rate = (
        network.barrier_log_degeneracy[between]
        - 0.5 * network.barrier_lpphe[between]
        - network.barrier_losses[between] / temperature
    )
    return int(between[np.argmax(rate)])
