"""Minimisers side by side: which basins they reach from the same starts, how fast, and at what cost."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from ...confidence_interval import ConfidenceInterval
from ...display import shown
from ...landscape.landscape import Landscape
from ...numbers import Whole
from ...problems.problem import Problem
from ...search.quench import QuenchMethod, basin_quench, quench
from ...search.training import starting_points
from .known_minima import NO_MINIMUM, KnownMinima

REFERENCE = "steepest descent"
"""What defines the basin of a start."""


@shown
@dataclass(frozen=True, eq=False)
class MinimiserComparison:
    """What each minimiser reached from the same starts.

    Attributes:
        names: of the minimisers; the last one defines the basins (`REFERENCE`).
        minima: reached from each start, by index in the landscape, numbered on where it lacks them, −1 for
            none [minimisers starts].
        steps: that each used on all starts together: evaluations of loss and gradient, passes over the data
            and steps with a Hessian [minimisers].
        seconds: wall time of each, compilation left out [minimisers].
        n_known: minima of the landscape before.
        losses: of all minima by their number [minima].
    """

    names: tuple[str, ...]
    minima: Int[np.ndarray, "minimisers starts"]
    steps: Int[np.ndarray, " minimisers"]
    seconds: Float[np.ndarray, " minimisers"]
    n_known: int
    losses: Float[np.ndarray, " minima"]

    def table(self) -> pd.DataFrame:
        """One row a minimiser.

        Columns: share of the starts that reached a minimum; share that reached the one of their basin, with
        the ends of its 95 % interval; different minima, those that no other reached, and those that the
        landscape lacked; mean loss of the minima reached; steps a start; different minima a thousand steps;
        seconds.
        """
        rows = {name: self._row(i) for i, name in enumerate(self.names)}
        return pd.DataFrame.from_dict(rows, orient="index")

    def agreement(self, minimiser: int) -> ConfidenceInterval:
        """Interval of the share of starts from which a minimiser ends in the basin of the start."""
        is_same, n = self._same_basin(minimiser)
        return ConfidenceInterval.of_share(is_same, n)

    def _same_basin(self, minimiser: int) -> tuple[int, int]:
        both = (self.minima[minimiser] != NO_MINIMUM) & (self.minima[-1] != NO_MINIMUM)
        return int((self.minima[minimiser] == self.minima[-1])[both].sum()), int(both.sum())

    def _row(self, i: int) -> dict[str, float]:
        reached = self.minima[i][self.minima[i] != NO_MINIMUM]
        different = np.unique(reached)
        others = np.delete(self.minima, i, axis=0)
        is_same, n = self._same_basin(i)
        interval = self.agreement(i)
        return {
            "reached": len(reached) / self.minima.shape[1],
            "same basin": is_same / n if n else np.nan,
            "same basin, lower": interval.lower,
            "same basin, upper": interval.upper,
            "different minima": len(different),
            "of no other": len(np.setdiff1d(different, others)),
            "new": int((different >= self.n_known).sum()),
            "mean loss": float(self.losses[reached].mean()) if len(reached) else np.nan,
            "steps a start": self.steps[i] / self.minima.shape[1],
            "minima per 1000 steps": 1000 * len(different) / max(int(self.steps[i]), 1),
            "seconds": float(self.seconds[i]),
        }


def compare_minimisers(
    problem: Problem,
    methods: Mapping[str, QuenchMethod],
    starts: Float[np.ndarray, "walkers d"] | Whole = 100,
    *,
    landscape: Landscape | None = None,
    seed: int = 0,
) -> MinimiserComparison:
    """Quench the same starts by several minimisers, and by steepest descent, which defines basins.

    "The choice of minimiser should not change the landscape, but can modify the rate of exploration": the
    first is whether the minima of one are minima of the others, the second the minima for so many steps.

    Args:
        problem: what is minimised.
        methods: by name, as for `tw.quench`: "lbfgs", `tw.search.SGD()`, `tw.search.SciPyMinimiser()`.
        starts: points to begin with [walkers d], or how many to draw from the problem's own law.
        landscape: whose minima are known already; it is not written to.
        seed: of starts that are drawn.

    Raises:
        ValueError: for no methods, or as for `tw.quench`.

    Reference: Niroomand, thesis (2024), section 1.3.2.
    """
    if not methods:
        raise ValueError(
            "methods is empty; pass minimisers by name, {'L-BFGS': 'lbfgs'} for example."
        )
    x = starting_points(problem, starts, seed)
    known = KnownMinima(problem) if landscape is None else KnownMinima.of(landscape)
    every = {**methods, REFERENCE: basin_quench(problem)}
    minima, steps, seconds = [], [], []
    for method in every.values():
        quench(problem, x[:1], method)  # compiles
        began = time.perf_counter()
        result = quench(problem, x, method)
        seconds.append(time.perf_counter() - began)
        minima.append([known.number(minimum) for minimum in result.minima])
        steps.append(result.counts.steps)
    return MinimiserComparison(
        names=tuple(every),
        minima=np.array(minima),
        steps=np.array(steps),
        seconds=np.array(seconds),
        n_known=len(known.known),
        losses=np.array([minimum.loss for minimum in (*known.known, *known.new)]),
    )
