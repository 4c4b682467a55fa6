"""Stationary points of the double well in closed form: what storages and formats are checked with."""

import numpy as np

from ..landscape.landscape import Landscape
from ..landscape.records import Attempt, Batch, Minimum, Pathway, QuenchCounts, TransitionState

LEFT = Minimum(0.0, np.array([-1.0, 0.0]), np.array([2.0, 8.0]), 0.0)
RIGHT = Minimum(0.0, np.array([1.0, 0.0]), np.array([2.0, 8.0]), 0.0)
PASS = TransitionState(1.0, np.zeros(2), np.array([-4.0, 2.0]), 0.0)

STARTS = Batch(
    law="starts",
    is_independent=True,
    minima=(LEFT, RIGHT, LEFT),
    counts=QuenchCounts(quenches=4, minima=3, not_converged=1),
)
SEARCHES = Batch(
    law="searches",
    pathways=(Pathway(PASS, (RIGHT, LEFT)),),
    attempts=(Attempt(1, 2, "band", 1),),
)


def minimum(x: float, loss: float) -> Minimum:
    """A point that a storage takes for a minimum: it looks at gradient and spectrum alone."""
    return Minimum(loss, np.array([x, 0.0]), np.array([2.0, 8.0]), 0.0)


def fill(landscape: Landscape) -> int:
    """Record the two minima and their transition state; returns the id of the run."""
    run = landscape.start_run("check", {"n": 1}, 0)
    landscape.record(STARTS, run)
    landscape.record(SEARCHES, run)
    return run
