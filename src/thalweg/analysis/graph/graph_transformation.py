"""Graph transformation: remove the states of a Markov chain one by one, keeping passage times exact.

Removing state n renormalises the branching probabilities and waiting times of the others,
P'_ab = P_ab + P_an P_nb/(1 − P_nn) and τ'_a = τ_a + P_an τ_n/(1 − P_nn) (Trygubenko & Wales, J. Chem.
Phys. 124, 234110, 2006). 1 − P_nn is taken as the sum of the probabilities of leaving, so nothing is
ever subtracted and no digit is lost, however rare the leaving is (Grassmann, Taksar & Heyman 1985;
Stevenson & Wales, J. Chem. Phys. 141, 041104, 2014).
"""

import heapq
import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

_DENSE_DEGREE = 48
"""Neighbours from which on dense rows are cheaper than dictionaries."""
_BLOCK = 64
_SAFE_EXPONENT = 600.0
"""Logarithms of probabilities below minus this are handled as logarithms throughout."""

LogRow = dict[int, float]
"""ln P to each other state."""


@dataclass(frozen=True, eq=False)
class Eliminated:
    """The states of a chain in the order of their removal, with what remained of each then.

    Attributes:
        order: states, the first removed first [removed].
        rows: for each, states that were left and ln of the probability to go there next.
        log_times: ln of the mean time until the chain is at another state that was left [removed].
    """

    order: list[int]
    rows: list[tuple[Int[np.ndarray, " left"], Float[np.ndarray, " left"]]]
    log_times: list[float]

    def log_passage_times(self, n_states: int) -> Float[np.ndarray, " states"]:
        """ln of the mean time from each state until one that was never removed; −inf at those."""
        log_t = np.full(n_states, -np.inf)
        for state, (left, log_p), log_time in zip(
            reversed(self.order), reversed(self.rows), reversed(self.log_times), strict=True
        ):
            log_t[state] = _log_sum(np.append(log_p + log_t[left], log_time))
        return log_t

    def hitting_probabilities(self, at: int, n_states: int) -> Float[np.ndarray, " states"]:
        """Probability that the first state reached of those never removed is `at` [states]."""
        hit = np.zeros(n_states)
        hit[at] = 1.0
        for state, (left, log_p) in zip(reversed(self.order), reversed(self.rows), strict=True):
            hit[state] = min(1.0, float(np.exp(log_p) @ hit[left]))
        return hit


def eliminate(
    log_p: list[LogRow], log_tau: Float[np.ndarray, " states"], kept: set[int]
) -> Eliminated:
    """Remove all states but `kept`, which absorb, in order of least degree while that is small.

    Args:
        log_p: ln of the branching probabilities of each state; rows of kept states are ignored.
        log_tau: ln of the mean waiting times [states].
        kept: states that are never removed.
    """
    found = Eliminated([], [], [])
    rest = _eliminate_sparse(log_p, list(map(float, log_tau)), kept, found)
    if rest.states:
        _eliminate_dense(rest, found)
    return found


@dataclass
class _Remainder:
    """What is left once the sparse phase is over: states to remove, and all their probabilities."""

    states: list[int]
    rows: list[LogRow]
    log_tau: list[float]


def _eliminate_sparse(
    log_p: list[LogRow], log_tau: list[float], kept: set[int], found: Eliminated
) -> _Remainder:
    rows = [dict(row) for row in log_p]
    sources: list[set[int]] = [set() for _ in rows]
    for a, row in enumerate(rows):
        for b in row:
            sources[b].add(a)
    left = {i for i in range(len(rows)) if i not in kept}
    queue = [(len(rows[i]) + len(sources[i]), i) for i in left]
    heapq.heapify(queue)
    while queue:
        degree, n = heapq.heappop(queue)
        now = len(rows[n]) + len(sources[n])
        if n not in left:
            continue
        if degree != now:
            heapq.heappush(queue, (now, n))
            continue
        if now > 2 * _DENSE_DEGREE:
            break
        left.remove(n)
        _remove(n, rows, sources, log_tau, kept, found)
    states = sorted(left)
    return _Remainder(states, [rows[i] for i in states], [log_tau[i] for i in states])


def _remove(
    n: int,
    rows: list[LogRow],
    sources: list[set[int]],
    log_tau: list[float],
    kept: set[int],
    found: Eliminated,
) -> None:
    row = rows[n]
    leaving = _log_total(row.values())
    out = {b: value - leaving for b, value in row.items()}
    log_time = log_tau[n] - leaving
    found.order.append(n)
    found.rows.append(
        (np.fromiter(out, np.int64, len(out)), np.fromiter(out.values(), float, len(out)))
    )
    found.log_times.append(log_time)
    for b in out:
        sources[b].discard(n)
    for a in sources[n]:
        into = rows[a].pop(n)
        if a in kept:
            continue
        log_tau[a] = _log_add(log_tau[a], into + log_time)
        mine = rows[a]
        for b, value in out.items():
            if b != a:
                old = mine.get(b)
                mine[b] = into + value if old is None else _log_add(old, into + value)
                sources[b].add(a)


def _eliminate_dense(rest: _Remainder, found: Eliminated) -> None:
    """Remove the last states as one dense matrix, columns of the kept states first."""
    inner = {state: k for k, state in enumerate(rest.states)}
    kept = sorted({b for row in rest.rows for b in row if b not in inner})
    column = {state: k for k, state in enumerate(kept)}
    m, n = len(kept), len(rest.states)
    logs = np.full((m + n, m + n), -np.inf)
    for a, row in enumerate(rest.rows):
        for b, value in row.items():
            logs[m + a, column[b] if b in column else m + inner[b]] = value
    log_tau = np.concatenate([np.full(m, -np.inf), rest.log_tau])
    finite = logs[np.isfinite(logs)]
    spread = float(np.ptp(rest.log_tau)) - float(finite.min(initial=0.0))
    if spread < _SAFE_EXPONENT:
        _eliminate_numbers(logs, log_tau, m)
    else:
        _eliminate_logs(logs, log_tau, m)
    names = np.array(kept + rest.states)
    for j in range(m + n - 1, m - 1, -1):
        there = np.flatnonzero(np.isfinite(logs[j, :j]))
        found.order.append(int(names[j]))
        found.rows.append((names[there], logs[j, there]))
        found.log_times.append(float(log_tau[j]))


def _eliminate_numbers(
    logs: Float[np.ndarray, "n n"], log_tau: Float[np.ndarray, " n"], m: int
) -> None:
    """In place, on plain numbers: the trailing update of each block is one matrix product."""
    scale = log_tau[m:].max()
    p, tau = np.exp(logs), np.exp(log_tau - scale)
    for stop in range(len(p), m, -_BLOCK):
        start = max(m, stop - _BLOCK)
        for j in range(stop - 1, start - 1, -1):
            leaving = p[j, :j].sum()
            p[j, :j] /= leaving
            tau[j] /= leaving
            # Rows of the block are brought up to date at once, its columns above as far as needed.
            p[start:j, :j] += np.outer(p[start:j, j], p[j, :j])
            p[:start, start:j] += np.outer(p[:start, j], p[j, start:j])
            tau[start:j] += p[start:j, j] * tau[j]
        p[:start, :start] += p[:start, start:stop] @ p[start:stop, :start]
        tau[:start] += p[:start, start:stop] @ tau[start:stop]
    with np.errstate(divide="ignore"):
        logs[:] = np.log(p)
        log_tau[:] = np.log(tau) + scale


def _eliminate_logs(
    logs: Float[np.ndarray, "n n"], log_tau: Float[np.ndarray, " n"], m: int
) -> None:
    """In place, on logarithms: slower, for temperatures so low that probabilities underflow."""
    for j in range(len(logs) - 1, m - 1, -1):
        leaving = _log_sum(logs[j, :j])
        logs[j, :j] -= leaving
        log_tau[j] -= leaving
        into = logs[:j, j]
        from_there = np.flatnonzero(np.isfinite(into))
        to_there = np.flatnonzero(np.isfinite(logs[j, :j]))
        at = np.ix_(from_there, to_there)
        logs[at] = np.logaddexp(logs[at], into[from_there, None] + logs[j, to_there])
        log_tau[from_there] = np.logaddexp(log_tau[from_there], into[from_there] + log_tau[j])


def _log_add(a: float, b: float) -> float:
    high, low = (a, b) if a > b else (b, a)
    return high + math.log1p(math.exp(low - high))


def _log_total(values: object) -> float:
    numbers = list(values)  # type: ignore[call-overload]
    high = max(numbers)
    return high + math.log(math.fsum(math.exp(v - high) for v in numbers))


def _log_sum(values: Float[np.ndarray, " n"]) -> float:
    high = values.max(initial=-np.inf)
    return float(high + np.log(np.exp(values - high).sum())) if np.isfinite(high) else float(high)
