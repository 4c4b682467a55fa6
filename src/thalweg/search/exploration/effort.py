"""Strategies of a stated effort: a number of searches, and growth from the bottom up."""

from dataclasses import dataclass

import numpy as np

from .strategies import Pair, SearchState, Strategy


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
class AroundGlobal(Strategy):
    """Search around the minima that are joined to the global minimum, least searched and lowest first.

    Each transition state to a new minimum makes that component grow, so that few searches give a
    connected piece of the bottom of a landscape, where joining everything would take very many. Above
    it nothing is known of the passes.

    Attributes:
        max_tries: searches around one minimum after which it is given up.
        per_round: searches around one minimum in one round.
    """

    max_tries: int = 12
    per_round: int = 4

    def propose(self, state: SearchState, n: int) -> list[Pair]:
        members = np.flatnonzero(state.network.component == 0)
        pairs: list[Pair] = []
        for _ in range(self.per_round):
            tries = np.array([state.attempts[(int(a), None)] for a in members])
            for a in members[np.lexsort((state.network.losses[members], tries))]:
                if len(pairs) == n:
                    return pairs
                if state.attempts[(int(a), None)] < self.max_tries:
                    pairs.append(state.propose(int(a), None))
        return pairs
