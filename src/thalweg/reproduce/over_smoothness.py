"""Landscapes of the Schwefel function's marginal likelihood over the smoothness ν, which items share."""

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ..datasets import Dataset, schwefel_surface
from ..landscape.network import Network
from ..precision import with_float64
from ..problems import FixedCoordinate, GaussianProcess, ParameterFamily
from ..problems.kernels import Matern
from .landscapes import Landscapes
from .reproduction import Scale

TEST_POINTS = 300
PRIOR = 3.0
"""Width of the prior in e-folds: so weak a one leaves many minima, and none at the bounds."""
UNPUBLISHED = (
    "training sizes, the grid of ν, bounds and weightings are not published: here 40 points without "
    "noise and "
    "a prior of three e-folds, with which no optimum is at the bounds"
)


@dataclass(frozen=True, eq=False)
class OverSmoothness:
    """One data set, with a marginal likelihood for each ν.

    Attributes:
        data: the Schwefel function of some dimension.
        family: the problem for each ν.
        seed: of the data and of the searches.
        starts: random starts of each landscape.
    """

    data: Dataset
    family: ParameterFamily
    seed: int
    starts: int

    @classmethod
    def of_data(cls, data: Dataset, seed: int, starts: int) -> "OverSmoothness":
        """Of a data set, with a Matérn kernel that has a length scale for each input."""
        problem = GaussianProcess.from_data(
            data.inputs, data.targets, kernel=Matern(2.5), prior_width=PRIOR
        )
        return cls(data, ParameterFamily(problem, "nu"), seed, starts)

    @classmethod
    def of_schwefel(cls, dimension: int, scale: Scale, seed: int) -> "OverSmoothness":
        """Of the Schwefel function."""
        train = scale.choose(tiny=15, small=40, full=40)
        data = schwefel_surface(train, TEST_POINTS, dimension=dimension, seed=seed)
        return cls.of_data(data, seed, scale.choose(tiny=6, small=48, full=192))

    def problem_at(self, nu: float) -> FixedCoordinate:
        """The problem at ν, which one compiled search serves for all ν."""
        problem = self.family.problem_at(nu)
        assert isinstance(problem, FixedCoordinate)
        return problem

    def network(self, landscapes: Landscapes, nu: float, *, connect: bool = False) -> Network:
        """The minima at ν, joined if `connect`."""
        return landscapes.network(self.problem_at(nu), self.starts, self.seed, connect=connect)

    def predicting(self, nu: float, network: Network) -> tuple[GaussianProcess, Network]:
        """The process with ν as a coordinate, which predicts at every ν, and the minima as its points."""
        held = self.problem_at(nu)
        process = held.problem
        assert isinstance(process, GaussianProcess)
        return process, replace(network, coordinates=_full_points(held, network.coordinates))


@with_float64
def _full_points(
    held: FixedCoordinate, points: Float[np.ndarray, "points d"]
) -> Float[np.ndarray, "points d_plus_1"]:
    if not len(points):
        return np.zeros((0, held.dimension + 1))
    return np.asarray(jax.vmap(held.full_point)(jnp.asarray(points)))


def smoothness_grid(scale: Scale) -> tuple[float, ...]:
    """The values of ν at which landscapes are mapped, the half-integers up to 5/2 among them."""
    fine = tuple(round(0.5 + 0.25 * k, 2) for k in range(17))
    return scale.choose(tiny=(0.5, 1.0, 1.5, 2.5), small=(0.5, 1.0, 1.5, 2.5, 3.5, 4.5), full=fine)
