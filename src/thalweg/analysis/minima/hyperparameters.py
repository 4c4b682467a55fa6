"""Which hyperparameters the data leave open: flat directions at minima, and best points at bounds."""

import dataclasses
from dataclasses import dataclass

import jax
import numpy as np
from jaxtyping import Float

from ...display import shown
from ...landscape.network import Network
from ...numbers import Whole, seed_number, whole_number
from ...precision import with_float64
from ...problems.capabilities import HasHyperparameters
from ...problems.problem import Problem
from ...search.quench import descend
from ...search.search_space import SearchSpace
from ...search.steps.rule import Status

_SAME = 1e-4
"""Distance below which two points at the bounds are one."""
_NO_HYPERPARAMETERS = (
    "{} has no hyperparameters; pass a problem that names them: a GaussianProcess."
)


@dataclass(frozen=True)
class FlatDirection:
    """A direction that the data hardly determine at a minimum.

    Attributes:
        minimum: its number.
        curvature: Hessian eigenvalue, in nats per squared e-fold.
        hyperparameters: what the direction is made of, by falling share of its squared length.
    """

    minimum: int
    curvature: float
    hyperparameters: tuple[tuple[str, float], ...]


@shown
@dataclass(frozen=True, eq=False)
class BoundOptimum:
    """A best point between the bounds that lies on one, where a minimum would lie beyond it.

    Attributes:
        loss: of the point.
        coordinates: logarithms of the hyperparameters [d].
        active_bounds: each hyperparameter that is at a bound, with the bound in natural units.
        hits: starts that ended at the point.
    """

    loss: float
    coordinates: Float[np.ndarray, " d"]
    active_bounds: tuple[tuple[str, float], ...]
    hits: int


@with_float64
def flat_directions(
    network: Network, problem: Problem, *, below: float = 0.1
) -> tuple[FlatDirection, ...]:
    """Eigendirections of little curvature at the minima, by the names of the hyperparameters.

    The curvature is that of the marginal likelihood: what a prior adds is not known from the data.

    Args:
        network: minima with coordinates.
        problem: whose minima they are, with hyperparameters; for example a `GaussianProcess`.
        below: curvature under which a direction counts: 0.1 leaves a standard deviation of three
            e-folds, a factor of 20 up or down.

    Raises:
        ValueError: if the problem has no hyperparameters, or the network not its coordinates.
    """
    if not isinstance(problem, HasHyperparameters):
        raise ValueError(_NO_HYPERPARAMETERS.format(problem.name))
    network.require_coordinates(problem.dimension)
    names = [one.name for one in problem.hyperparameters]
    likelihood = problem.likelihood()
    hessian = jax.jit(lambda p, x: p.value_gradient_hessian(x)[2])
    directions = []
    for i, x in enumerate(network.coordinates):
        curvatures, modes = np.linalg.eigh(np.asarray(hessian(likelihood, x)))
        for curvature, mode in zip(curvatures, modes.T, strict=True):
            if curvature < below:
                shares = sorted(zip(names, (mode**2).tolist(), strict=True), key=lambda s: -s[1])
                large = tuple((name, share) for name, share in shares if share > 0.05)
                directions.append(FlatDirection(i, float(curvature), large))
    return tuple(directions)


@with_float64
def bound_optima(
    problem: Problem, *, starts: Whole = 64, seed: Whole = 0
) -> tuple[BoundOptimum, ...]:
    """The distinct points at the bounds where quenches end, best first.

    A length scale at its upper bound says that its input is not needed; a noise at its lower bound, that
    the kernel explains all. They are no minima, and a landscape holds none of them.

    Args:
        problem: with hyperparameters between bounds; without bounds there is no such point.
        starts: quenches, from the problem's own law.
        seed: of the starts.

    Raises:
        ValueError: if the problem has no hyperparameters.
    """
    if not isinstance(problem, HasHyperparameters):
        raise ValueError(_NO_HYPERPARAMETERS.format(problem.name))
    n_starts = whole_number(starts, "starts", least=1)
    keys = jax.random.split(jax.random.key(seed_number(seed)), n_starts)
    if problem.bounds is None:
        return ()
    space = SearchSpace(problem)
    result = descend(space, space.starts(keys))
    optima: list[BoundOptimum] = []
    for i in np.flatnonzero(result.status == Status.AT_BOUNDS):
        x = result.x[i]
        distances = [float(np.linalg.norm(x - optimum.coordinates)) for optimum in optima]
        if distances and min(distances) < _SAME:
            k = int(np.argmin(distances))
            optima[k] = dataclasses.replace(optima[k], hits=optima[k].hits + 1)
        else:
            optima.append(BoundOptimum(float(result.loss[i]), x, _active_bounds(problem, x), 1))
    return tuple(sorted(optima, key=lambda optimum: optimum.loss))


def _active_bounds(
    problem: HasHyperparameters, x: Float[np.ndarray, " d"]
) -> tuple[tuple[str, float], ...]:
    return tuple(
        (hyperparameter.name, bound)
        for hyperparameter, value in zip(problem.hyperparameters, x, strict=True)
        for bound in hyperparameter.bounds
        if abs(value - np.log(bound)) < 1e-12
    )
