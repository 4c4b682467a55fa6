"""A kernel outside of any data: covariances between points, and functions drawn from the prior."""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ...numbers import Whole, seed_number, whole_number
from ...precision import with_float64
from .base import Kernel


@with_float64
def covariance_matrix(
    kernel: Kernel,
    hyperparameters: Sequence[float] | np.ndarray,
    x: Float[np.ndarray, "n inputs"],
    z: Float[np.ndarray, "m inputs"] | None = None,
) -> Float[np.ndarray, "n m"]:
    """k(x_i, z_j) [n m] for hyperparameters in natural units, in the order of `kernel.hyperparameters`.

    Args:
        kernel: covariance function.
        hyperparameters: variances, length scales …, positive.
        x: points [n inputs].
        z: other points [m inputs]; `x` if None.

    Raises:
        ValueError: for hyperparameters of another number, or that are not positive.
    """
    names = [one.name for one in kernel.hyperparameters(x.shape[1])]
    values = np.asarray(hyperparameters, dtype=np.float64)
    if values.shape != (len(names),) or not (values > 0).all():
        raise ValueError(
            f"the kernel takes {len(names)} positive hyperparameters ({', '.join(names)}); got "
            f"{values.tolist()}."
        )
    points = jnp.asarray(x), jnp.asarray(x if z is None else z)
    return np.asarray(kernel.covariance(jnp.log(jnp.asarray(values)), *points))


def prior_samples(
    kernel: Kernel,
    hyperparameters: Sequence[float] | np.ndarray,
    x: Float[np.ndarray, "n inputs"],
    *,
    samples: Whole = 3,
    seed: Whole = 0,
) -> Float[np.ndarray, "samples n"]:
    """Functions drawn from a Gaussian process of zero mean, at the points `x` [n inputs].

    The same seed gives the same normal numbers for every kernel, so that only the kernel differs.

    Args:
        kernel, hyperparameters, x: as for `covariance_matrix`.
        samples: how many functions.
        seed: of the draws.
    """
    covariance = covariance_matrix(kernel, hyperparameters, x)
    # A root that is symmetric changes smoothly with the kernel, and needs no jitter where the matrix is
    # singular but for rounding.
    values, vectors = np.linalg.eigh(covariance)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    n = whole_number(samples, "samples", least=1)
    draws = np.random.default_rng(seed_number(seed)).normal(size=(n, len(x)))
    return np.asarray(draws @ root)
