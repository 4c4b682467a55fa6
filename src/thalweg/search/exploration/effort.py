"""Strategies of a stated effort: a number of searches, and growth from the bottom up."""

from dataclasses import dataclass

import numpy as np

from .search_state import Pair, SearchState
from .strategies import Strategy


@dataclass(frozen=True)
class AtMost(Strategy):
    """Another strategy, until so many searches were made: landscapes can be compared at the same effort.

    Attributes:
        strategy: which proposes.
        searches: in all, those of other strategies with the same methods included.
    """

    strategy: Strategy
    searches: int

    def propose(self, state: SearchState, n: int) -> list[Pair]:
        left = self.searches - sum(state.attempts.values())
        return self.strategy.propose(state, min(n, left))[:left] if left > 0 else []


@dataclass(frozen=True)
class GrowGlobal(Strategy):
    """Join the nearest minima to what is joined to the global minimum, from its least searched members on.

    Each success makes that component grow, so that few searches give a connected piece of the bottom of
    a landscape, where joining everything would take very many; of what lies elsewhere it tells nothing.

    Attributes:
        max_tries: searches from one minimum after which it is given up.
        per_round: searches from one minimum in one round.
        neighbours: near minima of each that are tried; around it is searched where none is left.
    """

    max_tries: int = 24
    per_round: int = 4
    neighbours: int = 12

    def propose(self, state: SearchState, n: int) -> list[Pair]:
        component = state.network.component
        members, elsewhere = np.flatnonzero(component == 0), component > 0
        losses = state.network.losses[members]
        pairs: list[Pair] = []
        for _ in range(self.per_round if elsewhere.any() else 0):
            for a in members[np.lexsort((losses, state.n_attempts[members]))]:
                if len(pairs) == n:
                    return pairs
                if state.n_attempts[a] < self.max_tries:
                    b = state.nearest_untried(int(a), elsewhere, k=self.neighbours)
                    pairs.append(state.propose(int(a), b))
        return pairs
