"""A training run on the landscape: the basins that it goes through on its way down."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ...display import shown
from ...landscape.landscape import Landscape
from ...landscape.records import Minimum
from ...precision import with_float64
from ...problems.problem import Problem
from ...search.quench import QuenchMethod
from .known_minima import NO_MINIMUM, KnownMinima


@shown
@dataclass(frozen=True, eq=False)
class DescentPath:
    """The minimum below every checkpoint of a training run.

    Attributes:
        losses: of the checkpoints, over all rows of the data [checkpoints].
        minima: in whose basin each checkpoint lies, by index in the network; those that the landscape lacks
            are numbered on from its last, −1 where a quench reached no minimum [checkpoints].
        minimum_losses: losses of these minima, NaN where there is none [checkpoints].
        distances: from the checkpoints to the nearest image of these minima [checkpoints].
        n_known: minima of the landscape.
        new_minima: met on the way and not in the landscape, in the order of their numbers.
    """

    losses: Float[np.ndarray, " checkpoints"]
    minima: Int[np.ndarray, " checkpoints"]
    minimum_losses: Float[np.ndarray, " checkpoints"]
    distances: Float[np.ndarray, " checkpoints"]
    n_known: int
    new_minima: tuple[Minimum, ...]

    @property
    def walk(self) -> Int[np.ndarray, " basins"]:
        """The basins in turn: as `minima`, without repeats of the same one and without −1."""
        reached = self.minima[self.minima != NO_MINIMUM]
        is_change = np.ones(len(reached), dtype=bool)
        is_change[1:] = reached[1:] != reached[:-1]
        return np.asarray(reached[is_change])

    @property
    def n_changes(self) -> int:
        """How often the run went from one basin to another, as far as the checkpoints show."""
        return max(0, len(self.walk) - 1)


@with_float64
def descent_path(
    landscape: Landscape,
    parameters: Float[np.ndarray, "checkpoints d"],
    *,
    method: QuenchMethod | None = None,
) -> DescentPath:
    """Quench every checkpoint of a training run and say in which basin it lies.

    Args:
        landscape: of the loss that was trained on; it is not written to.
        parameters: at the checkpoints [checkpoints d], of any optimiser: `parameters` of a
            `tw.search.Trajectory`, or vectors of another library in the order of the problem's.
        method: a quench that stays in the basin; if None, steepest descent where Hessians are cheap, and
            elsewhere L-BFGS, which often leaves it.

    Raises:
        ValueError: if the checkpoints do not have the problem's dimension.

    Reference: Niroomand, Dicks, Pyzer-Knapp & Wales, Digital Discovery 3, 637 (2024), figure 4c.
    """
    problem = landscape.problem
    known = KnownMinima.of(landscape)
    numbers = known.reached_from(np.asarray(parameters, dtype=np.float64), method)
    points = [None if number == NO_MINIMUM else known[number] for number in numbers.tolist()]
    distances = [
        np.nan if point is None else problem.symmetry.distance(point.coordinates, x)
        for point, x in zip(points, parameters, strict=True)
    ]
    return DescentPath(
        losses=np.asarray(_losses(problem, jnp.asarray(parameters, dtype=jnp.float64))),
        minima=numbers,
        minimum_losses=np.array([np.nan if point is None else point.loss for point in points]),
        distances=np.array(distances),
        n_known=len(known.known),
        new_minima=tuple(known.new),
    )


@jax.jit
def _losses(problem: Problem, x: Float[Array, "points d"]) -> Float[Array, " points"]:
    losses: Float[Array, " points"] = jax.lax.map(problem.loss, x)
    return losses
