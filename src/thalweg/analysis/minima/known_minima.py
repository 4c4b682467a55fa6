"""The minima of a landscape, by which newly reached ones are recognised, up to symmetry."""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float, Int

from ...landscape.identity import PointIndex
from ...landscape.landscape import Landscape
from ...landscape.records import Minimum
from ...problems.problem import Problem
from ...search.quench import QuenchMethod, basin_quench, quench

NO_MINIMUM = -1
"""Number of what a quench that reached no minimum leads to."""


class KnownMinima:
    """Numbers minima as a landscape's network does; those that it lacks are numbered on, as they come.

    Attributes:
        problem: whose minima they are.
        known: of the landscape.
        new: met since, each once.
    """

    def __init__(self, problem: Problem, known: Iterable[Minimum] = ()) -> None:
        self.problem = problem
        self.known = tuple(known)
        self.new: list[Minimum] = []
        self._index = PointIndex(problem.symmetry, problem.loss_unit)
        for number, minimum in enumerate(self.known):
            self._index.add(number, minimum)

    @classmethod
    def of(cls, landscape: Landscape) -> "KnownMinima":
        """Those of a landscape, whose problem must be at hand."""
        return cls(landscape.problem, landscape.minima())

    def __len__(self) -> int:
        return len(self.known) + len(self.new)

    def __getitem__(self, number: int) -> Minimum:
        return (*self.known, *self.new)[number]

    def number(self, minimum: Minimum | None) -> int:
        """The number of a minimum, which is remembered if it is new; `NO_MINIMUM` of None."""
        if minimum is None:
            return NO_MINIMUM
        number = self._index.find(minimum)
        if number is None:
            number = len(self)
            self._index.add(number, minimum)
            self.new.append(minimum)
        return number

    def reached_from(
        self, points: Float[np.ndarray, "points d"], method: QuenchMethod | None = None
    ) -> Int[np.ndarray, " points"]:
        """Numbers of the minima in whose basins points [points d] lie; by `basin_quench` if None."""
        method = basin_quench(self.problem) if method is None else method
        minima = quench(self.problem, points, method).minima
        return np.array([self.number(minimum) for minimum in minima], dtype=np.int64)
