"""Stationary points in closed form: what storages and formats are checked with."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ..landscape.landscape import Landscape
from ..landscape.records import Attempt, Batch, Minimum, Pathway, QuenchCounts, TransitionState
from ..problems.functions import Function

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


def ring_landscape() -> Landscape:
    """Two minima on a ring, and the two transition states that join them, one on either side."""
    landscape = Landscape.create(Function(_ring, dimension=2, bounds=(-2.0, 2.0)))
    left, right = (Minimum(0.0, np.array([x, 0.0]), np.array([1.0, 8.0]), 0.0) for x in (-1.0, 1.0))
    pathways = tuple(
        Pathway(
            TransitionState(0.4375, np.array([0.0, y]), np.array([-1.0, 6.0]), 0.0), (left, right)
        )
        for y in (-np.sqrt(0.75), np.sqrt(0.75))
    )
    landscape.record(Batch(law="searches", pathways=pathways), landscape.start_run("check", {}, 0))
    return landscape


def _ring(z: Float[Array, "2"]) -> Float[Array, ""]:
    return (jnp.sum(z**2) - 1) ** 2 + 0.5 * z[1] ** 2
