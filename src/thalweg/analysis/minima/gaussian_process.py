"""What the minima of a marginal likelihood predict, and which hyperparameters they leave open."""

import dataclasses
from dataclasses import dataclass

import jax
import numpy as np
from jaxtyping import Float
from scipy import stats

from ...landscape.network import Network
from ...precision import with_float64
from ...problems.gaussian_processes.gaussian_process import GaussianProcess
from ...search.quench import descend
from ...search.search_space import SearchSpace
from ...search.steps.rule import Status

_LEVELS = np.linspace(0.1, 0.9, 9)
"""Central intervals whose share of the held-out targets is looked at."""


@dataclass(frozen=True, eq=False)
class RegressionMetrics:
    """How well each minimum predicts held-out targets (all [minima]).

    Attributes:
        mean_squared_error: of the posterior mean, in squared units of the targets.
        log_density: mean of ln p(y) of an observation, in nats; higher is better.
        calibration_error: mean absolute difference between the level of central prediction intervals
            (10 % … 90 %) and the share of targets inside.
    """

    mean_squared_error: Float[np.ndarray, " minima"]
    log_density: Float[np.ndarray, " minima"]
    calibration_error: Float[np.ndarray, " minima"]


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


@dataclass(frozen=True, eq=False)
class BoxOptimum:
    """A best point of the box that rests on its wall, where a minimum would lie beyond it.

    Attributes:
        loss: there.
        coordinates: logarithms of the hyperparameters [d].
        walls: each hyperparameter that is on a bound, with the bound in natural units.
        hits: starts that ended here.
    """

    loss: float
    coordinates: Float[np.ndarray, " d"]
    walls: tuple[tuple[str, float], ...]
    hits: int


def regression_metrics(
    network: Network,
    problem: GaussianProcess,
    inputs: Float[np.ndarray, "M inputs"],
    targets: Float[np.ndarray, " M"],
) -> RegressionMetrics:
    """Measure every minimum on held-out data.

    Args:
        network: minima with coordinates.
        problem: whose minima they are.
        inputs, targets: held-out data, scaled as those of the problem [M inputs] and [M].

    Raises:
        ValueError: if the shapes do not fit, or a covariance matrix is not positive definite.
    """
    targets = np.asarray(targets, dtype=np.float64)
    if targets.shape != (len(inputs),) or len(inputs) == 0:
        raise ValueError(
            f"targets must have shape [{len(inputs)}] and hold at least one; got {targets.shape}."
        )
    rows = []
    for x in network.coordinates:
        found = problem.posterior(x, inputs)
        off = (targets - found.mean) / np.sqrt(found.variance + found.noise)
        inside = (np.abs(off)[:, None] < stats.norm.ppf(0.5 + 0.5 * _LEVELS)).mean(axis=0)
        error = np.mean((targets - found.mean) ** 2)
        rows.append((error, found.log_density(targets).mean(), np.abs(inside - _LEVELS).mean()))
    return RegressionMetrics(*np.array(rows).reshape(-1, 3).T)


@with_float64
def flat_directions(
    network: Network, problem: GaussianProcess, *, below: float = 0.1
) -> tuple[FlatDirection, ...]:
    """Eigendirections of little curvature at the minima, by the names of the hyperparameters.

    The curvature is that of the marginal likelihood: what a prior adds is not known from the data.

    Args:
        network: minima with coordinates.
        problem: whose minima they are.
        below: curvature under which a direction counts: 0.1 leaves a standard deviation of three
            e-folds, a factor of 20 either way.
    """
    names = [one.name for one in problem.hyperparameters]
    likelihood = dataclasses.replace(problem, prior_width=None)
    hessian = jax.jit(lambda p, x: p.value_gradient_hessian(x)[2])
    found = []
    for i, x in enumerate(network.coordinates):
        curvatures, modes = np.linalg.eigh(np.asarray(hessian(likelihood, x)))
        for curvature, mode in zip(curvatures, modes.T, strict=True):
            if curvature < below:
                shares = sorted(zip(names, (mode**2).tolist(), strict=True), key=lambda s: -s[1])
                large = tuple((name, share) for name, share in shares if share > 0.05)
                found.append(FlatDirection(i, float(curvature), large))
    return tuple(found)


@with_float64
def bound_optima(
    problem: GaussianProcess, *, starts: int = 64, seed: int = 0
) -> tuple[BoxOptimum, ...]:
    """The distinct points on the box in which quenches come to rest, best first.

    A length scale at its upper bound says that its input is not needed; a noise at its lower bound, that
    the kernel explains all. They are no minima, and a landscape holds none of them.

    Args:
        problem: in a box.
        starts: quenches, from the problem's own law.
        seed: of the starts.
    """
    if problem.bounds is None:
        return ()
    space = SearchSpace(problem)
    result = descend(space, space.starts(jax.random.split(jax.random.key(seed), starts)))
    found: list[tuple[float, np.ndarray, int]] = []
    for i in np.flatnonzero(result.status == Status.AT_BOUNDS):
        loss, x = float(result.loss[i]), result.x[i]
        near = [k for k, (_, y, _) in enumerate(found) if np.linalg.norm(x - y) < 1e-4]
        if near:
            found[near[0]] = (*found[near[0]][:2], found[near[0]][2] + 1)
        else:
            found.append((loss, x, 1))
    found.sort(key=lambda one: one[0])
    return tuple(BoxOptimum(loss, x, _walls(problem, x), hits) for loss, x, hits in found)


def _walls(problem: GaussianProcess, x: Float[np.ndarray, " d"]) -> tuple[tuple[str, float], ...]:
    walls = []
    for one, value in zip(problem.hyperparameters, x, strict=True):
        for bound in one.bounds:
            if abs(value - np.log(bound)) < 1e-12:
                walls.append((one.name, bound))
    return tuple(walls)
