"""What a strategy looks at when it proposes searches: the network so far, and what has been tried."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Int

from ...landscape.neighbours import NeighbourIndex, Neighbours
from ...landscape.network import Network
from ...landscape.survey import Survey
from ...problems.symmetry import Symmetry

Pair = tuple[int, int | None]
"""Indices of two minima to search between; the second is None for a search around the first."""

Chosen = Bool[np.ndarray, " minima"] | Int[np.ndarray, " some"]
"""Some of the minima: whether each is one of them [minima], or their indices [some]."""


@dataclass
class SearchState:
    """What a strategy may look at: the network so far, and what has been tried.

    Attributes:
        network: minima and transition states.
        symmetry: of the problem.
        attempts: how often each pair of indices (a < b) was searched between, and each (a, None) around.
        under_way: those of the attempts whose outcome is not known yet: what they give is not in the network.
        neighbours: finds the minima by their places; made from the network if None.
        n_attempts: how many searches of either sort each minimum took part in [minima].
        n_around: how many of them were around it alone [minima].
    """

    network: Network
    symmetry: Symmetry
    attempts: Counter[Pair]
    under_way: Counter[Pair] = field(default_factory=Counter)
    neighbours: NeighbourIndex | None = None
    n_attempts: Int[np.ndarray, " minima"] = field(init=False)
    n_around: Int[np.ndarray, " minima"] = field(init=False)

    def __post_init__(self) -> None:
        self.n_attempts = np.zeros(self.network.n_minima, dtype=np.int64)
        self.n_around = np.zeros(self.network.n_minima, dtype=np.int64)
        for pair, n in self.attempts.items():
            self._count(pair, n)

    @classmethod
    def of(
        cls, survey: Survey, symmetry: Symmetry, under_way: Counter[Pair] | None = None
    ) -> "SearchState":
        """What a survey of the landscape shows, with the searches that are under way."""
        state = cls(survey.network, symmetry, Counter(), Counter(under_way), survey.neighbours)
        state.attempts = survey.attempts.copy()
        state.n_attempts, state.n_around = survey.n_attempts.copy(), survey.n_around.copy()
        for pair, n in state.under_way.items():
            state.attempts[pair] += n
            state._count(pair, n)
        return state

    def propose(self, a: int, b: int | None) -> Pair:
        """Note that a search is planned, so that it is not proposed twice."""
        pair: Pair = (a, None) if b is None else (min(a, b), max(a, b))
        self.attempts[pair] += 1
        self._count(pair, 1)
        return pair

    def _count(self, pair: Pair, n: int) -> None:
        for end in pair:
            if end is not None:
                self.n_attempts[end] += n
        if pair[1] is None:
            self.n_around[pair[0]] += n

    def has_attempt(self, a: int, b: int) -> bool:
        """Whether the pair was searched between, or is going to be."""
        return (min(a, b), max(a, b)) in self.attempts

    def nearest(self, a: int, among: Chosen, k: int) -> Neighbours:
        """The `k` minima nearest to minimum `a`, of those `among` which they are to be, but for itself."""
        index = self._index()
        is_candidate = np.zeros(self.network.n_minima, dtype=bool)
        is_candidate[among] = True
        is_candidate[a] = False
        return index.nearest(a, is_candidate, k)

    def nearest_of_all(self, a: int, k: int) -> Neighbours:
        """The `k` minima nearest to minimum `a`: quick when asked again, also in later rounds."""
        index = self._index()
        if index.n_points > self.network.n_minima:
            # The network is of an earlier time than what the index knows.
            return self.nearest(a, np.ones(self.network.n_minima, dtype=bool), k)
        return index.nearest_of_all(a, k)

    def _index(self) -> NeighbourIndex:
        if self.neighbours is None:
            self.neighbours = NeighbourIndex(self.symmetry)
        self.neighbours.catch_up(self.network.coordinates)
        return self.neighbours

    def nearest_untried(self, a: int, among: Chosen, k: int = 8) -> int | None:
        """The nearest minimum in `among` not yet tried with `a`, of its `k` nearest; None if all were."""
        n_asked = 1
        while True:
            # Mostly the nearest is untried, and far fewer places have to be looked at for it than for eight.
            near = self.nearest(a, among, n_asked).indices.tolist()
            untried = [b for b in near if not self.has_attempt(a, b)]
            if untried or n_asked >= k or len(near) < n_asked:
                return untried[0] if untried else None
            n_asked = min(2 * n_asked, k)
