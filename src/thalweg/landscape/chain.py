"""Markov chains on the minima whose rates are given, not computed from losses."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike
from scipy.sparse import coo_array, csr_array, issparse, sparray, spmatrix
from scipy.sparse.csgraph import breadth_first_order, connected_components
from scipy.special import logsumexp

Matrix = ArrayLike | sparray | spmatrix
"""A matrix, dense or sparse."""

_ROUNDING = 1e-6
"""How far sums of rows may be off: matrices are often printed with seven digits."""
_BALANCE = 1e-9
"""ln of the ratio of two fluxes that counts as rounding: free energies then hold to as many digits."""


@dataclass(frozen=True, eq=False)
class FreeEnergies:
    """−ln of the stationary distribution and of the fluxes of a chain with detailed balance.

    Attributes:
        states: −ln π_α [states].
        passes: −ln(π_α k_αβ) + ln k_max for the pairs of `Chain.neighbours`: above both states, by the
            logarithm of how much slower than the fastest rate of the chain each is left [pairs].
    """

    states: Float[np.ndarray, " states"]
    passes: Float[np.ndarray, " pairs"]


class NoDetailedBalance(ValueError):
    """Rates that no free energies give."""


@dataclass(frozen=True, eq=False)
class Chain:
    """A Markov chain in continuous time.

    Attributes:
        n_states: number of states.
        pairs: from which state to which a rate leads, in order, each pair once [rates 2].
        log_rates: ln of the rates [rates].
    """

    n_states: int
    pairs: Int[np.ndarray, "rates 2"]
    log_rates: Float[np.ndarray, " rates"]

    @classmethod
    def from_rates(cls, rates: Matrix) -> "Chain":
        """The chain of a matrix of rates, dense or sparse, from the row to the column [states states].

        Raises:
            ValueError: if the matrix is not square, or its numbers are no rates.
        """
        matrix = _matrix(rates, "rates")
        diagonal = matrix.diagonal()
        off_diagonal = _off_diagonal(matrix, "rates")
        out = off_diagonal.sum(axis=1)
        if diagonal.any() and (np.abs(diagonal + out) > _ROUNDING * (out + np.abs(diagonal))).any():
            into = off_diagonal.sum(axis=0)
            worst = int(np.argmax(np.abs(diagonal + out)))
            raise ValueError(
                f"the diagonal of rates must be zero, or minus the sum of the other rates in its row; in row "
                f"{worst} it is {diagonal[worst]:g}, and they sum to {out[worst]:g}."
                + _transposed(np.allclose(-diagonal, into, rtol=_ROUNDING))
            )
        return cls._of(off_diagonal)

    @classmethod
    def from_probabilities(
        cls, probabilities: Matrix, waiting_times: ArrayLike | float = 1.0
    ) -> "Chain":
        """The chain of transition or branching probabilities, from the row to the column [states states].

        Passage times, committors and the stationary distribution of a chain in discrete time are those of
        the one in continuous time with k_αβ = P_αβ/τ_α.

        Args:
            probabilities: each row sums to one; what stands on the diagonal is the probability to stay.
            waiting_times: the time that a step takes, one for all (the lag time) or one a state [states].

        Raises:
            ValueError: if the matrix is not square, its rows are no probabilities, or a time is not positive.
        """
        matrix = _matrix(probabilities, "probabilities")
        times = np.array(waiting_times, dtype=np.float64)
        if times.shape not in ((), (matrix.shape[0],)):
            raise ValueError(
                f"waiting_times must be one number or one for each of {matrix.shape[0]} states, got shape "
                f"{times.shape}."
            )
        if not (np.isfinite(times) & (times > 0)).all():
            raise ValueError("waiting_times must be positive and finite.")
        off_diagonal = _off_diagonal(matrix, "probabilities")
        if (matrix.diagonal() < 0).any():
            raise ValueError("probabilities must not be negative; one on the diagonal is.")
        sums = np.asarray(matrix.sum(axis=1))
        if (np.abs(sums - 1) > _ROUNDING).any():
            worst = int(np.argmax(np.abs(sums - 1)))
            raise ValueError(
                f"each row of probabilities must sum to one; row {worst} sums to {sums[worst]:.10g}. What is "
                "missing may be the probability to stay, which belongs on the diagonal."
                + _transposed(np.allclose(matrix.sum(axis=0), 1, rtol=_ROUNDING))
            )
        rows = off_diagonal.tocoo()
        time_of_row = np.broadcast_to(times, matrix.shape[0])[rows.row]
        return cls._of(csr_array((rows.data / time_of_row, (rows.row, rows.col)), matrix.shape))

    @classmethod
    def from_log_rates(
        cls,
        n_states: int,
        pairs: Int[np.ndarray, "rates 2"],
        log_rates: Float[np.ndarray, " rates"],
    ) -> "Chain":
        """The chain of single rates, given as their logarithms.

        Raises:
            ValueError: if they do not fit together, a pair occurs twice, or is one state with itself.
        """
        chain = cls(
            n_states, np.array(pairs, dtype=np.int64), np.array(log_rates, dtype=np.float64)
        )
        n_rates = len(chain.log_rates)
        if chain.pairs.shape != (n_rates, 2) or chain.log_rates.shape != (n_rates,):
            raise ValueError(f"pairs must have shape [{n_rates} 2] for {n_rates} log_rates.")
        is_known = (chain.pairs >= 0) & (chain.pairs < n_states)
        is_loop = chain.pairs[:, 0] == chain.pairs[:, 1]
        if n_states < 1 or not is_known.all() or is_loop.any():
            raise ValueError(f"pairs must be of two different states 0 … {n_states - 1}.")
        order = np.lexsort(chain.pairs.T[::-1])
        pairs = chain.pairs[order]
        if (pairs[1:] == pairs[:-1]).all(axis=1).any() or not np.isfinite(chain.log_rates).all():
            raise ValueError("each pair must occur once, with a finite number.")
        return cls(n_states, pairs, chain.log_rates[order])

    @classmethod
    def _of(cls, rates: csr_array) -> "Chain":
        rates.sort_indices()
        entries = rates.tocoo()
        pairs = np.stack([entries.row, entries.col], axis=1).astype(np.int64)
        return cls(rates.shape[0], pairs, np.log(entries.data))

    @cached_property
    def neighbours(self) -> Int[np.ndarray, "pairs 2"]:
        """Pairs of states between which a rate leads, in either direction, the smaller first [pairs 2]."""
        return np.unique(np.sort(self.pairs, axis=1), axis=0)

    def free_energies(self) -> FreeEnergies:
        """−ln of the stationary distribution and of the fluxes between neighbours.

        Raises:
            NoDetailedBalance: if the chain has none, or is in pieces; the message says where.
        """
        a, b = self.neighbours.T
        values = np.append(self.log_rates, -np.inf)
        forth = values[_position(self.pairs, np.stack([a, b], axis=1))]
        back = values[_position(self.pairs, np.stack([b, a], axis=1))]
        one_way = np.flatnonzero(np.isinf(forth) | np.isinf(back))
        if len(one_way):
            ends = (a[one_way[0]], b[one_way[0]])
            source, target = ends if np.isinf(back[one_way[0]]) else ends[::-1]
            raise NoDetailedBalance(f"a rate leads from state {source} to {target}, but none back")
        log_weights = self._log_weights(forth - back)
        difference = log_weights[a] + forth - log_weights[b] - back
        if (np.abs(difference) > _BALANCE).any():
            worst = int(np.argmax(np.abs(difference)))
            raise NoDetailedBalance(
                f"around a loop of states with {a[worst]} and {b[worst]} the product of the rates is "
                f"{np.exp(min(abs(difference[worst]), 700.0)):.10g} times that the other way round"
            )
        log_p = log_weights - logsumexp(log_weights)
        return FreeEnergies(-log_p, self.log_rates.max(initial=-np.inf) - log_p[a] - forth)

    def _log_weights(self, gains: Float[np.ndarray, " pairs"]) -> Float[np.ndarray, " states"]:
        """ln of the stationary weights along a tree of pairs, given ln k_ab − ln k_ba of each."""
        a, b = self.neighbours.T
        shape = (self.n_states, self.n_states)
        graph = coo_array((np.ones(len(a)), (a, b)), shape=shape).tocsr()
        n_parts = connected_components(graph, directed=False)[0]
        if n_parts > 1:
            raise NoDetailedBalance(f"the chain is in {n_parts} parts that no rate joins")
        log_weights = np.zeros(self.n_states)
        order, before = breadth_first_order(graph, 0, directed=False)
        states, sources = order[1:], before[order[1:]]
        steps = _position(self.neighbours, np.sort(np.stack([sources, states], axis=1), axis=1))
        signed = np.where(sources < states, gains[steps], -gains[steps])
        for state, source, gain in zip(states, sources, signed, strict=True):
            log_weights[state] = log_weights[source] + gain
        return log_weights


def _position(
    pairs: Int[np.ndarray, "pairs 2"], wanted: Int[np.ndarray, "wanted 2"]
) -> Int[np.ndarray, " wanted"]:
    """Where each pair stands among pairs in ascending order; −1 where it does not."""
    if not len(pairs):
        return np.full(len(wanted), -1, dtype=np.int64)
    factor = np.array([1 + max(pairs.max(), wanted.max(initial=0)), 1])
    keys, wanted_keys = pairs @ factor, wanted @ factor
    position = np.minimum(np.searchsorted(keys, wanted_keys), len(keys) - 1)
    return np.where(keys[position] == wanted_keys, position, -1)


def _matrix(values: Matrix, name: str) -> csr_array:
    """A sparse matrix, entries that stand in it more than once added up."""
    if issparse(values):
        matrix = csr_array(values, dtype=np.float64)
        matrix.sum_duplicates()
    else:
        dense = np.array(values, dtype=np.float64)
        if dense.ndim != 2:
            raise ValueError(f"{name} must be a matrix [states states], got shape {dense.shape}.")
        matrix = csr_array(dense)
    if matrix.shape[0] != matrix.shape[1] or matrix.shape[0] == 0:
        raise ValueError(f"{name} must be a square matrix [states states], got {matrix.shape}.")
    if not np.isfinite(matrix.data).all():
        raise ValueError(f"{name} must be finite.")
    return matrix


def _off_diagonal(matrix: csr_array, name: str) -> csr_array:
    entries = matrix.tocoo()
    is_off = (entries.row != entries.col) & (entries.data != 0)
    row, column, data = entries.row[is_off], entries.col[is_off], entries.data[is_off]
    if (data < 0).any():
        worst = int(np.argmin(data))
        raise ValueError(
            f"{name} must not be negative; from state {row[worst]} to {column[worst]} stands {data[worst]:g}."
        )
    return csr_array((data, (row, column)), matrix.shape)


def _transposed(is_likely: bool) -> str:
    return " Its columns do: pass the transpose, steps lead from the row." if is_likely else ""
