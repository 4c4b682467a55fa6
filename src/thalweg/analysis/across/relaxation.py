"""Minima of one landscape relaxed on the loss of another problem."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ...landscape.identity import PointIndex
from ...landscape.network import Network
from ...landscape.records import Minimum
from ...precision import with_float64
from ...problems.problem import Problem
from ...search.quench import Quench, quench
from ...search.steps.newton import Newton


@dataclass(frozen=True, eq=False)
class Relaxation:
    """Where the minima of one landscape go on the loss of another problem.

    Attributes:
        minima: the different minima that were reached, in the order of the first to reach each.
        assignment: for each relaxed minimum its index in `minima`; −1 if none was reached [minima].
        distance: aligned distance that each minimum moved; NaN if none was reached [minima].
        loss_before, loss_after: loss of the other problem at the start and at the end [minima].
        rms_gradient: of the other problem at the start [minima].
        is_common: whether a minimum is a stationary point of both: it did not move by more than the
            tolerance of the identity of two points [minima].
    """

    minima: tuple[Minimum, ...]
    assignment: Int[np.ndarray, " minima"]
    distance: Float[np.ndarray, " minima"]
    loss_before: Float[np.ndarray, " minima"]
    loss_after: Float[np.ndarray, " minima"]
    rms_gradient: Float[np.ndarray, " minima"]
    is_common: Bool[np.ndarray, " minima"]

    @property
    def n_reached(self) -> int:
        """How many different minima were reached."""
        return len(self.minima)

    def network(self) -> Network:
        """The minima that were reached, as a network without transition states."""
        return Network.from_arrays(
            [point.loss for point in self.minima],
            coordinates=np.array([point.coordinates for point in self.minima]),
            lpphe=[point.lpphe for point in self.minima],
        )


@with_float64
def relax_on(network: Network, problem: Problem, method: Quench | None = None) -> Relaxation:
    """Quench every minimum of a network on another problem with the same parameters.

    Args:
        network: with coordinates.
        problem: on which to relax.
        method: of the quench; short Newton steps, which stay near, if None.

    Raises:
        ValueError: if the network has no minima, or the problem has other parameters.
    """
    network.require_minima("a relaxation on another loss")
    if network.coordinates.shape[1] != problem.dimension:
        raise ValueError(
            f"the minima of the network have {network.coordinates.shape[1]} parameters; this problem has "
            f"{problem.dimension}. Compare landscapes of the same model."
        )
    method = method or Quench(finish=Newton.within_basin())
    minima = quench(problem, network.coordinates, method).minima
    index = PointIndex(problem.symmetry, problem.loss_unit)
    different: list[Minimum] = []
    assignment = np.full(network.n_minima, -1, dtype=np.int64)
    distance = np.full(network.n_minima, np.nan)
    for i, point in enumerate(minima):
        if point is None:
            continue
        number = index.find(point)
        if number is None:
            number = len(different)
            index.add(number, point)
            different.append(point)
        assignment[i] = number
        distance[i] = problem.symmetry.distance(point.coordinates, network.coordinates[i])
    before, rms = (
        np.asarray(a) for a in _losses_and_gradients(problem, jnp.asarray(network.coordinates))
    )
    after = np.array([np.nan if point is None else point.loss for point in minima])
    tolerance = 1e-6 * (1 + np.linalg.norm(network.coordinates, axis=1))
    is_common = distance < tolerance
    return Relaxation(tuple(different), assignment, distance, before, after, rms, is_common)


@jax.jit
def _losses_and_gradients(
    problem: Problem, x: Float[Array, "points d"]
) -> tuple[Float[Array, " points"], Float[Array, " points"]]:
    """Loss and RMS gradient at points [points d]."""

    def at_point(point: Float[Array, " d"]) -> tuple[Float[Array, ""], Float[Array, ""]]:
        value, gradient = problem.value_and_gradient(point)
        return value, jnp.sqrt(jnp.mean(gradient**2))

    values: tuple[Float[Array, " points"], Float[Array, " points"]] = jax.lax.map(at_point, x)
    return values
