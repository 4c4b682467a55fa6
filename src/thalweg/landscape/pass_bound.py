"""What is proved of the way between minima: that they are joined below some loss."""

from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np

from .errors import LandscapeError


@dataclass(frozen=True)
class PassBound:
    """A path between two minima along which the loss, in real arithmetic, is proved to stay below a bound.

    The path is made of straight pieces: through a stored transition state and down both of its sides, to
    images of the two stationary points that certificates have proved.

    Attributes:
        minima: ids of the two, as in `landscape.minimum(id)`.
        transition_state: number of the stored transition state that the path goes through.
        loss: the stored loss of that.
        bound: no point of the path lies above it.
        n_pieces: straight pieces of the path.
    """

    minima: tuple[int, int]
    transition_state: int
    loss: float
    bound: float
    n_pieces: int

    @property
    def excess(self) -> float:
        """How much the bound lies above the stored loss of the pass."""
        return self.bound - self.loss


@dataclass(frozen=True)
class PassBounds:
    """Proved bounds on the passes of a tree of minima.

    Attributes:
        passes: one a branch of the tree.
        failures: transition states for which nothing was proved, and why.
        unjoined: minima that were to be joined and that no stored path leads to from the lowest of them.
    """

    passes: tuple[PassBound, ...]
    failures: tuple[tuple[int, str], ...]
    unjoined: tuple[int, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether all minima are joined and every pass of the tree has a bound."""
        return not (self.failures or self.unjoined)

    def between(self, a: int, b: int) -> float:
        """A loss below which the minima `a` and `b` are joined, proved.

        Raises:
            LandscapeError: if no proved passes lead from one to the other.
        """
        neighbours: dict[int, list[PassBound]] = {}
        for one in self.passes:
            for end in one.minima:
                neighbours.setdefault(end, []).append(one)
        highest, queue = {a: -np.inf}, deque([a])
        while queue:
            here = queue.popleft()
            for one in neighbours.get(here, []):
                there = one.minima[1] if one.minima[0] == here else one.minima[0]
                if there not in highest:
                    highest[there] = max(highest[here], one.bound)
                    queue.append(there)
        if b not in highest or a == b:
            raise LandscapeError(f"no proved passes lead from minimum {a} to minimum {b}.")
        return float(highest[b])

    def as_dict(self) -> dict[str, Any]:
        """All of it, as JSON can hold it."""
        return {
            "complete": self.is_complete,
            "passes": [{**vars(one), "minima": list(one.minima)} for one in self.passes],
            "not_proved": [{"transition_state": k, "reason": why} for k, why in self.failures],
            "not_joined": list(self.unjoined),
        }
