"""What a Gaussian process predicts at inputs that it has not seen."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import solve_triangular
from jaxtyping import Array, Float

from ..kernels.base import Kernel


@dataclass(frozen=True)
class TargetUnits:
    """How targets on a landscape come from observations: (observation − mean)/scale.

    Attributes:
        mean: in the units of the observations.
        scale: likewise.
    """

    mean: float = 0.0
    scale: float = 1.0

    def observed(self, targets: Float[np.ndarray, "*n"]) -> Float[np.ndarray, "*n"]:
        """Targets in the units of the observations."""
        return self.mean + self.scale * targets


@dataclass(frozen=True, eq=False)
class GaussianProcessPrediction:
    """The posterior of a Gaussian process at some inputs.

    Attributes:
        mean: [M].
        variance: of the function, without the noise of an observation [M].
        noise: variance of that noise.
    """

    mean: Float[np.ndarray, " M"]
    variance: Float[np.ndarray, " M"]
    noise: float

    def log_density(self, targets: Float[np.ndarray, " M"]) -> Float[np.ndarray, " M"]:
        """ln p(y) of observations [M], noise included, one by one."""
        return normal_log_density(targets, self.mean, self.variance + self.noise)


@dataclass(frozen=True, eq=False)
class PredictionsOfEach:
    """The posteriors for several sets of hyperparameters; NaN where a covariance is not positive definite.

    Attributes:
        mean: [sets M].
        variance: of the function, without the noise of an observation [sets M].
        noise: variance of that noise [sets].
    """

    mean: Float[np.ndarray, "sets M"]
    variance: Float[np.ndarray, "sets M"]
    noise: Float[np.ndarray, " sets"]


def normal_log_density(
    values: Float[np.ndarray, "*#shape"],
    mean: Float[np.ndarray, "*#shape"],
    variance: Float[np.ndarray, "*#shape"],
) -> Float[np.ndarray, "*shape"]:
    """ln of the density of a normal distribution, element by element, in shapes that fit together."""
    return np.asarray(-0.5 * (np.log(2 * np.pi * variance) + (values - mean) ** 2 / variance))


def posterior_moments(
    kernel: Kernel,
    logs: Float[Array, " p"],
    covariance: Float[Array, "n n"],
    inputs: Float[Array, "n inputs"],
    targets: Float[Array, " n"],
    new_inputs: Float[Array, "M inputs"],
    bases: tuple[Float[Array, "n k"], Float[Array, "M k"]],
) -> tuple[Float[Array, " M"], Float[Array, " M"]]:
    """Mean and variance [M] at `new_inputs` [M inputs]; NaN if `covariance` is not positive definite.

    Args:
        kernel: covariance function.
        logs: logarithms of its hyperparameters [p].
        covariance: of the observations, noise included [n n].
        inputs, targets: the observations [n inputs], [n].
        new_inputs: where to predict [M inputs].
        bases: basis functions of the mean at the observations [n k] and at the new inputs [M k].

    Reference: Rasmussen & Williams (2006), equations 2.25–2.26; with a mean 2.41–2.42, where the variance
    has what is open about the coefficients.
    """
    factor = jnp.linalg.cholesky(covariance)
    cross = solve_triangular(factor, kernel.covariance(logs, inputs, new_inputs), lower=True)
    white = solve_triangular(factor, targets, lower=True)
    prior = jax.vmap(lambda z: kernel.covariance(logs, z[None], z[None])[0, 0])(new_inputs)
    mean, variance = cross.T @ white, prior - jnp.sum(cross**2, axis=0)
    basis, new_basis = bases
    if not basis.shape[1]:
        return mean, variance
    white_basis = solve_triangular(factor, basis, lower=True)
    information = white_basis.T @ white_basis
    coefficients = jnp.linalg.solve(information, white_basis.T @ white)
    # What the mean adds where the observations do not reach.
    beyond = new_basis - cross.T @ white_basis
    open_variance = jnp.sum(beyond * jnp.linalg.solve(information, beyond.T).T, axis=1)
    return mean + beyond @ coefficients, variance + open_variance
