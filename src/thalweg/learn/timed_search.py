"""The minima of a problem that is searched inside an estimator, within its time limit."""

import itertools

import numpy as np

from ..landscape.end_reason import EndReason
from ..landscape.network import Network
from ..problems.problem import Problem
from ..search.exploration.explore import explore
from ..search.quench import quench

_STARTS = 64
"""As many as a task has, so that the same code is compiled."""


def minima_within(problem: Problem, minima: int, seed: int, seconds: float | None) -> Network:
    """As many minima as are reached in so many seconds of searching, compilation not counted; maybe none.

    Raises:
        ValueError: if every search ended where the loss is flat or falls towards infinity.
        KeyboardInterrupt: if the search is interrupted: what there is then would be taken for all.
    """
    if seconds is not None:
        _compile(problem)
    landscape = explore(
        problem,
        minima=minima,
        connect=False,
        seed=seed,
        seconds=seconds,
        workers=1,
        progress=False,
    )
    outcome = landscape.outcome()
    if outcome.reason is EndReason.INTERRUPTED:
        raise KeyboardInterrupt
    if outcome.reason is EndReason.FLAT:
        landscape.require_minima("a superposition")
    return landscape.network()


def _compile(problem: Problem) -> None:
    """Take one step, so that the code is there before the clock runs: a short limit would pass meanwhile."""
    questions = itertools.count()
    starts = np.zeros((_STARTS, problem.dimension))
    quench(problem, starts, should_stop=lambda: next(questions) > 0)
