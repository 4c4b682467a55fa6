"""Random directions from a minimum that lie along its soft modes."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ..precision import with_float64
from ..problems.problem import Problem
from .search_space import SearchSpace
from .spectra.krylov_space import KrylovSpace
from .steps.batching import n_lanes
from .steps.evaluation import evaluate
from .steps.pace import SearchStopped, never
from .walks.walk import has_full_hessian

_LANCZOS_VECTORS = 64
_PADDED_UP_TO = 64
"""Minima up to which draws are made for more, since compilation takes longer than drawing."""

_FLOOR = 1e-12
"""Least curvature: softer modes are treated as if they had this."""


@with_float64
def soft_directions(
    space: SearchSpace,
    x: Float[np.ndarray, "minima m"],
    key: PRNGKeyArray,
    n: int,
    *,
    should_stop: Callable[[], bool] = never,
) -> Float[np.ndarray, "minima n m"]:
    """`n` random unit vectors at each minimum [minima n m], weighted towards its soft modes.

    They are H^(−1/4) z for normal vectors z: the component along a mode of curvature λ has a standard
    deviation ∝ λ^(−1/4). In high dimensions the power acts on the Krylov space of each z.

    Raises:
        SearchStopped: once `should_stop` says so.
    """
    draws = _normal_vectors(key, len(x), n, x.shape[1])
    on_device = jax.device_put(space.problem)
    weighting = _of_spectrum if has_full_hessian(space.problem) else _of_krylov_spaces
    weighted_draws = []
    for point, z in zip(x, draws, strict=True):
        if should_stop():
            raise SearchStopped
        weighted_draws.append(weighting(on_device, point, z))
    vectors = np.array(weighted_draws)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=2, keepdims=True))


def _normal_vectors(
    key: PRNGKeyArray, minima: int, n: int, m: int
) -> Float[np.ndarray, "minima n m"]:
    """The same draws for a minimum whatever the number of minima: most numbers share a compiled program."""
    draws = jax.random.normal(key, (n_lanes(minima, max(minima, _PADDED_UP_TO)), n, m))
    return np.asarray(draws)[:minima]


def _of_spectrum(
    problem: Problem, x: Float[np.ndarray, " m"], draws: Float[np.ndarray, "n m"]
) -> Float[np.ndarray, "n m"]:
    """Normal vectors, drawn in the basis of the modes: their law is the same in any."""
    spectrum, modes = (np.asarray(a) for a in _eigensystem(problem, jnp.asarray(x)))
    return np.asarray((np.maximum(spectrum, _FLOOR) ** -0.25 * draws) @ modes.T)


@jax.jit
def _eigensystem(
    problem: Problem, x: Float[Array, " m"]
) -> tuple[Float[Array, " m"], Float[Array, "m m"]]:
    hessian = evaluate(problem, x[None], jnp.ones(1, bool)).hessian[0]
    return tuple(jnp.linalg.eigh(hessian))


def _of_krylov_spaces(
    problem: Problem, x: Float[np.ndarray, " m"], draws: Float[np.ndarray, "n m"]
) -> Float[np.ndarray, "n m"]:
    directions = []
    for draw in draws:
        krylov = KrylovSpace(problem, x, draw[None], _LANCZOS_VECTORS)
        krylov.grow(_LANCZOS_VECTORS)
        values, vectors = krylov.ritz()
        weights = vectors @ (np.maximum(values, _FLOOR) ** -0.25 * vectors[0])
        directions.append(krylov.vectors(weights[:, None])[0])
    return np.array(directions)
