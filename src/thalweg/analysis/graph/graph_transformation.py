"""Graph transformation: remove the states of a Markov chain one by one, keeping passage times exact.

Removing state n renormalises the branching probabilities and waiting times of the others,
P'_ab = P_ab + P_an P_nb/(1 − P_nn) and τ'_a = τ_a + P_an τ_n/(1 − P_nn) (Trygubenko & Wales, J. Chem.
Phys. 124, 234110, 2006). 1 − P_nn is taken as the sum of the probabilities of leaving, so nothing is
ever subtracted and no digit is lost, however rare the leaving is (Grassmann, Taksar & Heyman 1985;
Stevenson & Wales, J. Chem. Phys. 141, 041104, 2014).
"""

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from ...display import shown

_DENSE_DEGREE = 48
"""Neighbours from which on dense rows are cheaper than dictionaries."""
_FEW_MORE = 2.3
"""From a quarter of that degree on the number of states left hardly falls any more (by a quarter in random
networks): with so many times what a dense elimination may remove it need not be tried."""
_BLOCK = 64
_SAFE_EXPONENT = 600.0
"""Logarithms of probabilities below minus this are handled as logarithms throughout."""

_WORK_OF_A_LOGARITHM = 50.0
"""Time of one update on logarithms, in those of one multiplication within a matrix product."""

LogRow = dict[int, float]
"""ln P to each other state."""


class TooDense(ValueError):
    """So many states are joined to each other that removing them takes more work than was allowed.

    Attributes:
        n_states: that were left.
    """

    def __init__(self, n_states: int) -> None:
        super().__init__(
            f"{n_states} minima are joined so densely that exact passage times take long"
        )
        self.n_states = n_states


@shown
@dataclass(frozen=True, eq=False)
class Eliminated:
    """The states of a chain in the order of their removal, with the probabilities and times of each then.

    Attributes:
        order: states, the first removed first [removed].
        rows: for each, the remaining states and ln of the probability to go to each next.
        log_times: ln of the mean time until the chain is at another state that was left [removed].
        columns: for each, the states to be removed after it from which a step leads to it, and ln of the
            probability of that step over the one of leaving; only where they were asked for.
        log_leaving: ln of the probability of leaving each [removed]; likewise.
    """

    order: list[int]
    rows: list[tuple[Int[np.ndarray, " left"], Float[np.ndarray, " left"]]]
    log_times: list[float]
    columns: list[tuple[Int[np.ndarray, " later"], Float[np.ndarray, " later"]]] | None = None
    log_leaving: list[float] = field(default_factory=list)

    def log_passage_times(self, n_states: int) -> Float[np.ndarray, " states"]:
        """ln of the mean time from each state until one that was never removed; −inf at those."""
        log_t = np.full(n_states, -np.inf)
        for state, (successors, log_p), log_time in zip(
            reversed(self.order), reversed(self.rows), reversed(self.log_times), strict=True
        ):
            log_t[state] = _log_sum(np.append(log_p + log_t[successors], log_time))
        return log_t

    def log_visits(self, start: int, n_states: int) -> Float[np.ndarray, " states"]:
        """ln of the expected number of visits to each state from `start` on, before it is absorbed.

        −inf at the states that were never removed. Needs the columns.
        """
        if self.columns is None:
            raise ValueError("visits need the columns: call `eliminate(…, keep_columns=True)`.")
        begun = np.full(n_states, -np.inf)
        begun[start] = 0.0
        for state, (successors, log_p) in zip(self.order, self.rows, strict=True):
            if np.isfinite(begun[state]):
                begun[successors] = np.logaddexp(begun[successors], begun[state] + log_p)
        log_n = np.full(n_states, -np.inf)
        for state, (sources, log_p), leaving in zip(
            reversed(self.order), reversed(self.columns), reversed(self.log_leaving), strict=True
        ):
            log_n[state] = _log_sum(np.append(log_n[sources] + log_p, begun[state] - leaving))
        return log_n

    def log_hitting_probabilities(
        self, n_targets: int, n_states: int
    ) -> Float[np.ndarray, "states targets"]:
        """ln of the probability that of those never removed 0, 1 … is the first reached [states targets].

        In logarithms, for targets that are all but never reached first.
        """
        log_h = np.full((n_states, n_targets), -np.inf)
        np.fill_diagonal(log_h, 0.0)
        for state, (successors, log_p) in zip(
            reversed(self.order), reversed(self.rows), strict=True
        ):
            log_h[state] = np.logaddexp.reduce(log_p[:, None] + log_h[successors], axis=0)
        return log_h

    def hitting_probabilities(self, target: int, n_states: int) -> Float[np.ndarray, " states"]:
        """Probability that the first state reached of those never removed is `target` [states]."""
        probabilities = np.zeros(n_states)
        probabilities[target] = 1.0
        for state, (successors, log_p) in zip(
            reversed(self.order), reversed(self.rows), strict=True
        ):
            probabilities[state] = min(1.0, float(np.exp(log_p) @ probabilities[successors]))
        return probabilities


def eliminate(
    log_p: list[LogRow],
    log_tau: Float[np.ndarray, " states"],
    absorbing: set[int],
    *,
    most_work: float = math.inf,
    keep_columns: bool = False,
) -> Eliminated:
    """Remove all states but the absorbing ones, in order of least degree while that is small.

    Args:
        log_p: ln of the branching probabilities of each state; rows of absorbing states are ignored.
        log_tau: ln of the mean waiting times [states].
        absorbing: states that are never removed.
        most_work: multiplications that may be spent on the states that are joined densely; their
            number grows with the cube of the number of such states.
        keep_columns: whether to keep what `log_visits` needs.

    Raises:
        TooDense: if that does not do.
    """
    eliminated = Eliminated([], [], [], [] if keep_columns else None)
    remainder = _eliminate_sparse(
        log_p, list(map(float, log_tau)), absorbing, eliminated, most_work
    )
    if remainder.states:
        _eliminate_dense(remainder, eliminated, most_work)
    return eliminated


@dataclass
class _Remainder:
    """What is left once the sparse phase is over: states to remove, and all their probabilities."""

    states: list[int]
    rows: list[LogRow]
    log_tau: list[float]


def _eliminate_sparse(
    log_p: list[LogRow],
    log_tau: list[float],
    absorbing: set[int],
    eliminated: Eliminated,
    most_work: float,
) -> _Remainder:
    rows = [dict(row) for row in log_p]
    sources: list[set[int]] = [set() for _ in rows]
    for a, row in enumerate(rows):
        for b in row:
            sources[b].add(a)
    states_left = {i for i in range(len(rows)) if i not in absorbing}
    queue = [(len(rows[i]) + len(sources[i]), i) for i in states_left]
    heapq.heapify(queue)
    most_left = _FEW_MORE * _most_dense(most_work)
    while queue:
        degree, n = heapq.heappop(queue)
        degree_now = len(rows[n]) + len(sources[n])
        if n not in states_left:
            continue
        if degree != degree_now:
            heapq.heappush(queue, (degree_now, n))
            continue
        if degree_now > 2 * _DENSE_DEGREE:
            break
        if degree_now > _DENSE_DEGREE / 2 and len(states_left) > most_left:
            raise TooDense(len(states_left))
        states_left.remove(n)
        _remove(n, rows, sources, log_tau, absorbing, eliminated)
    states = sorted(states_left)
    return _Remainder(states, [rows[i] for i in states], [log_tau[i] for i in states])


def _remove(
    n: int,
    rows: list[LogRow],
    sources: list[set[int]],
    log_tau: list[float],
    absorbing: set[int],
    eliminated: Eliminated,
) -> None:
    row = rows[n]
    leaving = _log_total(row.values())
    out = {b: value - leaving for b, value in row.items()}
    log_time = log_tau[n] - leaving
    eliminated.order.append(n)
    eliminated.rows.append(
        (np.fromiter(out, np.int64, len(out)), np.fromiter(out.values(), float, len(out)))
    )
    eliminated.log_times.append(log_time)
    for b in out:
        sources[b].discard(n)
    if eliminated.columns is not None:
        later = np.array(sorted(sources[n] - absorbing), dtype=np.int64)
        eliminated.columns.append((later, np.array([rows[a][n] for a in later]) - leaving))
        eliminated.log_leaving.append(leaving)
    for a in sources[n]:
        into = rows[a].pop(n)
        if a in absorbing:
            continue
        log_tau[a] = _log_add(log_tau[a], into + log_time)
        row_of_a = rows[a]
        for b, value in out.items():
            if b != a:
                old = row_of_a.get(b)
                row_of_a[b] = into + value if old is None else _log_add(old, into + value)
                sources[b].add(a)


def _most_dense(most_work: float) -> float:
    """The number of states that a dense elimination of so much work can remove."""
    return float(most_work ** (1 / 3))


def _eliminate_dense(remainder: _Remainder, eliminated: Eliminated, most_work: float) -> None:
    """Remove the last states as one dense matrix, columns of the absorbing states first."""
    inner = {state: k for k, state in enumerate(remainder.states)}
    absorbing = sorted({b for row in remainder.rows for b in row if b not in inner})
    column = {state: k for k, state in enumerate(absorbing)}
    m, n = len(absorbing), len(remainder.states)
    logs = np.full((m + n, m + n), -np.inf)
    for a, row in enumerate(remainder.rows):
        for b, value in row.items():
            logs[m + a, column[b] if b in column else m + inner[b]] = value
    log_tau = np.concatenate([np.full(m, -np.inf), remainder.log_tau])
    finite = logs[np.isfinite(logs)]
    spread = float(np.ptp(remainder.log_tau)) - float(finite.min(initial=0.0))
    is_safe = spread < _SAFE_EXPONENT
    if n > _most_dense(most_work if is_safe else most_work / _WORK_OF_A_LOGARITHM):
        raise TooDense(n)
    log_leaving = (_eliminate_numbers if is_safe else _eliminate_logs)(logs, log_tau, m)
    names = np.array(absorbing + remainder.states)
    for j in range(m + n - 1, m - 1, -1):
        reachable = np.flatnonzero(np.isfinite(logs[j, :j]))
        eliminated.order.append(int(names[j]))
        eliminated.rows.append((names[reachable], logs[j, reachable]))
        eliminated.log_times.append(float(log_tau[j]))
        if eliminated.columns is not None:
            sources = m + np.flatnonzero(np.isfinite(logs[m:j, j]))
            eliminated.columns.append((names[sources], logs[sources, j] - log_leaving[j]))
            eliminated.log_leaving.append(float(log_leaving[j]))


def _eliminate_numbers(
    logs: Float[np.ndarray, "n n"], log_tau: Float[np.ndarray, " n"], m: int
) -> Float[np.ndarray, " n"]:
    """In place, on plain numbers: the trailing update of each block is one matrix product.

    Returns:
        ln of the probability of leaving each state when it is removed [n].
    """
    total_leaving = np.ones(len(logs))
    scale = log_tau[m:].max()
    p, tau = np.exp(logs), np.exp(log_tau - scale)
    for stop in range(len(p), m, -_BLOCK):
        start = max(m, stop - _BLOCK)
        for j in range(stop - 1, start - 1, -1):
            leaving = total_leaving[j] = p[j, :j].sum()
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
    return np.asarray(np.log(total_leaving))


def _eliminate_logs(
    logs: Float[np.ndarray, "n n"], log_tau: Float[np.ndarray, " n"], m: int
) -> Float[np.ndarray, " n"]:
    """In place, on logarithms: slower, for temperatures so low that probabilities underflow.

    Returns: as `_eliminate_numbers`.
    """
    log_leaving = np.zeros(len(logs))
    for j in range(len(logs) - 1, m - 1, -1):
        leaving = log_leaving[j] = _log_sum(logs[j, :j])
        logs[j, :j] -= leaving
        log_tau[j] -= leaving
        into = logs[:j, j]
        sources = np.flatnonzero(np.isfinite(into))
        targets = np.flatnonzero(np.isfinite(logs[j, :j]))
        block = np.ix_(sources, targets)
        logs[block] = np.logaddexp(logs[block], into[sources, None] + logs[j, targets])
        log_tau[sources] = np.logaddexp(log_tau[sources], into[sources] + log_tau[j])
    return log_leaving


def _log_add(a: float, b: float) -> float:
    larger, smaller = (a, b) if a > b else (b, a)
    return larger + math.log1p(math.exp(smaller - larger))


def _log_total(values: Iterable[float]) -> float:
    logarithms = list(values)
    largest = max(logarithms)
    return largest + math.log(math.fsum(math.exp(value - largest) for value in logarithms))


def _log_sum(values: Float[np.ndarray, " n"]) -> float:
    largest = float(values.max(initial=-np.inf))
    return largest + math.log(np.exp(values - largest).sum()) if np.isfinite(largest) else largest
