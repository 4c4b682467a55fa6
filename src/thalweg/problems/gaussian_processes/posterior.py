"""The posterior of a Gaussian process for given hyperparameters, in the units of the observations."""

from typing import Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ...precision import with_float64
from ..kernels.base import Kernel
from ..means.base import Mean
from .marginal_likelihood import factorise
from .prediction import (
    GaussianProcessPrediction,
    PredictionsOfEach,
    TargetUnits,
    posterior_moments,
)


@runtime_checkable
class Process(Protocol):
    """What a posterior needs to know of a Gaussian process."""

    inputs: Float[np.ndarray | Array, "n inputs"]
    targets: Float[np.ndarray | Array, " n"]
    kernel: Kernel
    target_units: TargetUnits
    mean: Mean

    def kernel_logs(self, x: Float[Array, "*points d"]) -> Float[Array, "*points p"]:
        """Those of the logarithms `x` that are the kernel's."""
        ...

    def covariance(self, x: Float[Array, " d"]) -> Float[Array, "n n"]:
        """Of the observations, noise included [n n]."""
        ...

    def observation_noise(self, x: Float[np.ndarray, "*points d"]) -> Float[np.ndarray, "*points"]:
        """Variance of the noise of a new observation, in the units of the observations."""
        ...


@with_float64
def posterior(
    process: Process, x: Float[np.ndarray, " d"], inputs: Float[np.ndarray, "M inputs"]
) -> GaussianProcessPrediction:
    """Mean and variance at `inputs` [M inputs] for hyperparameters with the logarithms `x` [d].

    Raises:
        ValueError: if the covariance matrix is not positive definite there.
    """
    mean, variance = _moments(process, jnp.asarray(x), jnp.asarray(inputs))
    if not np.isfinite(mean).all():
        raise ValueError(
            "the covariance matrix is not positive definite at these hyperparameters; raise the "
            "noise, or remove repeated rows."
        )
    return GaussianProcessPrediction(
        process.target_units.observed(np.asarray(mean)),
        process.target_units.scale**2 * np.maximum(variance, 0.0),
        float(process.observation_noise(x)),
    )


@with_float64
def posteriors(
    process: Process, points: Float[np.ndarray, "points d"], inputs: Float[np.ndarray, "M inputs"]
) -> PredictionsOfEach:
    """As `posterior`, for several points [points d] at once; NaN where it would raise."""
    n = len(points)
    # Compiled anew for every number of points, this would take longer than it runs: powers of two are few.
    padded_points = points[np.minimum(np.arange(1 << max(n - 1, 0).bit_length()), max(n - 1, 0))]
    mean, variance = _moments_of_each(process, jnp.asarray(padded_points), jnp.asarray(inputs))
    return PredictionsOfEach(
        process.target_units.observed(np.asarray(mean)[:n]),
        process.target_units.scale**2 * np.maximum(variance, 0.0)[:n],
        process.observation_noise(points),
    )


@with_float64
def leave_one_out(process: Process, x: Float[np.ndarray, " d"]) -> GaussianProcessPrediction:
    """The prediction at each observation from all others.

    With a mean its coefficients are those of the others, too.

    Reference: Rasmussen & Williams (2006), equation 5.12; with a mean Dubrule, Math. Geol. 15, 687 (1983).
    """
    inverse, alpha = _inverse(process, jnp.asarray(x))
    spread = 1 / np.diagonal(np.asarray(inverse))
    mean = np.asarray(process.targets) - np.asarray(alpha) * spread
    noise = float(process.observation_noise(x))
    variance = process.target_units.scale**2 * spread - noise
    return GaussianProcessPrediction(process.target_units.observed(mean), variance, noise)


@jax.jit
def _inverse(
    process: Process, x: Float[Array, " d"]
) -> tuple[Float[Array, "n n"], Float[Array, " n"]]:
    basis = process.mean.basis(jnp.asarray(process.inputs))
    likelihood = factorise(process.covariance(x), jnp.asarray(process.targets), basis)
    return likelihood.projected_inverse, likelihood.alpha


@jax.jit
def _moments(
    process: Process, x: Float[Array, " d"], new_inputs: Float[Array, "M inputs"]
) -> tuple[Float[Array, " M"], Float[Array, " M"]]:
    inputs, targets = jnp.asarray(process.inputs), jnp.asarray(process.targets)
    covariance, logs = process.covariance(x), process.kernel_logs(x)
    bases = process.mean.basis(inputs), process.mean.basis(new_inputs)
    return posterior_moments(process.kernel, logs, covariance, inputs, targets, new_inputs, bases)


@jax.jit
def _moments_of_each(
    process: Process, points: Float[Array, "points d"], new_inputs: Float[Array, "M inputs"]
) -> tuple[Float[Array, "points M"], Float[Array, "points M"]]:
    moments: tuple[Array, Array] = jax.lax.map(lambda x: _moments(process, x, new_inputs), points)
    return moments
