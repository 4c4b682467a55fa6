"""Minima of one landscape relaxed on the loss of another problem."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ...display import shown
from ...landscape.identity import PointIndex
from ...landscape.network import Network
from ...landscape.records import Minimum
from ...precision import with_float64
from ...problems.problem import Problem
from ...search.quench import Quench, QuenchMethod, descend
from ...search.search_space import SearchSpace
from ...search.steps.batching import has_full_hessian
from ...search.steps.evaluation import evaluate_one
from ...search.steps.newton import Newton


@shown
@dataclass(frozen=True, eq=False)
class Relaxation:
    """Where the minima of one landscape go on the loss of another problem.

    Attributes:
        minima: the different minima that were reached, in the order of the first to reach each.
        assignment: for each relaxed minimum its index in `minima`; −1 if none was reached [minima].
        distance: aligned distance that each minimum moved; NaN if none was reached [minima].
        loss_before, loss_after: loss of the other problem at the start and at the end [minima].
        rms_gradient: of the other problem at the start [minima].
        index: number of negative Hessian eigenvalues of the other problem at the start [minima]; None if
            that has too many parameters for a Hessian.
        steps: of the quench [minima]; gradients of a minimiser and steps of a step rule are counted alike.
        is_common: whether a minimum is a stationary point of both: it did not move by more than the
            tolerance of the identity of two points [minima].
    """

    minima: tuple[Minimum, ...]
    assignment: Int[np.ndarray, " minima"]
    distance: Float[np.ndarray, " minima"]
    loss_before: Float[np.ndarray, " minima"]
    loss_after: Float[np.ndarray, " minima"]
    rms_gradient: Float[np.ndarray, " minima"]
    index: Int[np.ndarray, " minima"] | None
    steps: Int[np.ndarray, " minima"]
    is_common: Bool[np.ndarray, " minima"]

    @property
    def n_reached(self) -> int:
        """How many different minima were reached."""
        return len(self.minima)

    @property
    def loss_change(self) -> Float[np.ndarray, " minima"]:
        """ΔL of each relaxed minimum, below zero where the loss fell; NaN if none was reached [minima]."""
        return np.asarray(self.loss_after - self.loss_before)

    def change(
        self, before: Float[np.ndarray, " minima"], after: Float[np.ndarray, " reached"]
    ) -> Float[np.ndarray, " minima"]:
        """Change of a metric on the way, the value reached minus the value at the start.

        Args:
            before: of the minima that were relaxed [minima].
            after: of the different minima that were reached, in the order of `minima` [reached].

        Returns:
            NaN where no minimum was reached [minima].

        Raises:
            ValueError: for another number of values.
        """
        if len(before) != len(self.assignment) or len(after) != self.n_reached:
            raise ValueError(
                f"before must have a value for each of {len(self.assignment)} minima and after one for each "
                f"of {self.n_reached} reached; got {len(before)} and {len(after)}."
            )
        # The last entry stands for those that reached none, whose number is −1.
        return np.asarray(np.append(after, np.nan)[self.assignment] - before)

    def network(self) -> Network:
        """The minima that were reached, as a network without transition states."""
        return Network.from_arrays(
            [point.loss for point in self.minima],
            coordinates=np.array([point.coordinates for point in self.minima]),
            lpphe=[point.lpphe for point in self.minima],
        )


@with_float64
def relax_on(network: Network, problem: Problem, method: QuenchMethod | None = None) -> Relaxation:
    """Quench every minimum of a network on another problem with the same parameters.

    The published relaxation is by L-BFGS (`method="lbfgs"`), and its steps are what is counted. Distances
    are aligned; as published they are of the points as they are, which is the same unless a quench
    crosses into another symmetry image.

    Args:
        network: with coordinates.
        problem: on which to relax.
        method: of the quench, as in `search.quench`; short Newton steps, which stay near, if None.

    Raises:
        ValueError: if the network has no minima, or the problem has other parameters.
    """
    network.require_minima("a relaxation on another loss")
    if network.coordinates.shape[1] != problem.dimension:
        raise ValueError(
            f"the minima of the network have {network.coordinates.shape[1]} parameters; this problem has "
            f"{problem.dimension}. Compare landscapes of the same model."
        )
    space = SearchSpace(problem)
    starts = space.contract(network.coordinates)
    result = descend(space, starts, method or Quench(finish=Newton.within_basin()))
    minima = space.minima(result)
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
    return Relaxation(
        minima=tuple(different),
        assignment=assignment,
        distance=distance,
        loss_before=before,
        loss_after=after,
        rms_gradient=rms,
        index=_index_at(space, starts),
        steps=result.steps,
        is_common=is_common,
    )


def _index_at(
    space: SearchSpace, points: Float[np.ndarray, "points m"]
) -> Int[np.ndarray, " points"] | None:
    """Number of negative Hessian eigenvalues at any points, at rest or not; None if there is no Hessian."""
    if not has_full_hessian(space.problem):
        return None
    spectra = np.asarray(_spectra(space.problem, jnp.asarray(points)))
    # What the eigenvalues of a symmetric matrix are off by: its size times the rounding.
    rounding = spectra.shape[1] * np.finfo(np.float64).eps * np.abs(spectra).max(axis=1)
    return np.asarray((spectra < -rounding[:, None]).sum(axis=1))


@jax.jit
def _spectra(problem: Problem, x: Float[Array, "points m"]) -> Float[Array, "points m"]:
    """Hessian eigenvalues at points [points m]; zero modes count as positive."""
    spectra: Float[Array, "points m"] = jax.lax.map(
        lambda point: jnp.linalg.eigvalsh(evaluate_one(problem, point).hessian), x
    )
    return spectra


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
