"""Training runs that are looked at on their way: where a stochastic descent was, and how high."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import numpy as np
from jaxtyping import Float, Int

from ..numbers import Whole, whole_number
from ..precision import with_float64
from ..problems.problem import Problem
from .steps.pace import never
from .walks.sgd import SGD, StochasticDescent


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Where one training run was at its checkpoints, the start first.

    Attributes:
        parameters: [checkpoints d].
        losses: over all rows of the data [checkpoints].
        updates: made before each checkpoint [checkpoints].
        epochs: passes over the data before each [checkpoints].
    """

    parameters: Float[np.ndarray, "checkpoints d"]
    losses: Float[np.ndarray, " checkpoints"]
    updates: Int[np.ndarray, " checkpoints"]
    epochs: Float[np.ndarray, " checkpoints"]

    @property
    def end(self) -> Float[np.ndarray, " d"]:
        """The parameters at the last checkpoint [d]."""
        return np.asarray(self.parameters[-1])


@with_float64
def train(
    problem: Problem,
    starts: Float[np.ndarray, "walkers d"] | Whole,
    method: SGD | None = None,
    *,
    checkpoints: Whole = 1,
    should_stop: Callable[[], bool] = never,
) -> tuple[Trajectory, ...]:
    """Train from every start by stochastic gradient descent, and keep the parameters on the way.

    The baseline that landscapes are compared with. Nothing is quenched: `tw.quench` takes the ends on to
    minima, `tw.analysis.descent_path` all the checkpoints.

    Args:
        problem: a loss over rows of data, unless the method takes whole gradients.
        starts: parameters to begin with [walkers d], or how many to draw from the problem's own law.
        method: `SGD()` if None.
        checkpoints: after the start, evenly spaced over the updates; at most as many as there are updates.
        should_stop: asked from time to time; trajectories then end at the last checkpoint.

    Raises:
        ValueError: if the starts do not have the problem's dimension, or as for `SGD`.
    """
    method = SGD() if method is None else method
    x = starting_points(problem, starts, method.seed)
    descent, per_epoch = StochasticDescent(problem, method, x), method.updates_per_epoch(problem)
    total = method.epochs * per_epoch
    count = whole_number(checkpoints, "checkpoints", least=1, most=total)
    parameters, losses, updates = [descent.points], [descent.losses], [0]
    for until in np.linspace(0, total, count + 1).round().astype(int)[1:]:
        if descent.advance(int(until) - descent.n_updates, should_stop):
            break
        parameters.append(descent.points)
        losses.append(descent.losses)
        updates.append(descent.n_updates)
    at = np.array(updates)
    return tuple(
        Trajectory(np.array(path), np.array(of_path), at, at / per_epoch)
        for path, of_path in zip(
            zip(*parameters, strict=True), zip(*losses, strict=True), strict=True
        )
    )


@with_float64
def starting_points(
    problem: Problem, starts: Float[np.ndarray, "walkers d"] | Whole, seed: int
) -> Float[np.ndarray, "walkers d"]:
    """The starts that were given [walkers d], or so many of the problem's own law.

    Raises:
        ValueError: if they do not have the problem's dimension, or there are none.
    """
    if not isinstance(starts, np.ndarray) or starts.ndim == 0:
        count = whole_number(starts, "starts", least=1)
        keys = jax.random.split(jax.random.key(seed), count)
        return np.asarray(jax.vmap(problem.start)(keys))
    points = starts.astype(np.float64)
    if points.ndim != 2 or points.shape[1] != problem.dimension:
        hint = " For one start pass `starts[None]`." if points.ndim == 1 else ""
        raise ValueError(
            f"starts must have shape [walkers {problem.dimension}], got {list(points.shape)}.{hint}"
        )
    return points
