"""Random directions from a minimum that lie along its soft modes."""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from ..precision import with_float64
from ..problems.problem import Problem
from .search_space import SearchSpace
from .spectra.krylov_space import KrylovSpace
from .steps.batching import BatchSizes, has_full_hessian, n_lanes
from .steps.eigensystem import Eigensystems, eigensystems
from .steps.evaluation import evaluate
from .steps.pace import SearchStopped, never

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
    weighting = _by_spectra if has_full_hessian(space.problem) else _by_krylov_spaces
    vectors = weighting(space, x, draws, should_stop)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=2, keepdims=True))


def _normal_vectors(
    key: PRNGKeyArray, minima: int, n: int, m: int
) -> Float[np.ndarray, "minima n m"]:
    """The same draws for a minimum whatever the number of minima: most numbers share a compiled program."""
    draws = jax.random.normal(key, (n_lanes(minima, max(minima, _PADDED_UP_TO)), n, m))
    return np.asarray(draws)[:minima]


def _by_spectra(
    space: SearchSpace,
    x: Float[np.ndarray, "minima m"],
    draws: Float[np.ndarray, "minima n m"],
    should_stop: Callable[[], bool],
) -> Float[np.ndarray, "minima n m"]:
    """Normal vectors, drawn in the basis of the modes: their law is the same in any."""
    on_device, batches = jax.device_put(space.problem), space.batches
    at_once = n_lanes(len(x), batches.minima)
    directions = []
    for first in range(0, len(x), at_once):
        if should_stop():
            raise SearchStopped
        some = slice(first, first + at_once)
        # One shape for all, of which the last has points that nobody asked for.
        padded = np.resize(x[some], (at_once, x.shape[1]))
        systems = jax.device_get(_eigensystems(on_device, padded, len(x[some]), batches))
        weights = np.maximum(systems.values, _FLOOR) ** -0.25
        for weight, modes, z in zip(weights, systems.vectors, draws[some], strict=False):
            directions.append((weight * z) @ modes.T)
    return np.array(directions)


@partial(jax.jit, static_argnames="batches")
def _eigensystems(
    problem: Problem, x: Float[Array, "minima m"], n: int | Int[Array, ""], batches: BatchSizes
) -> Eigensystems:
    """The eigensystems of the first `n` of some minima."""
    needed = jnp.arange(len(x)) < n
    hessians = evaluate(problem, x, needed, batches.chunk).hessian
    return eigensystems(hessians, checks=batches.checks_eigensystems)


def _by_krylov_spaces(
    space: SearchSpace,
    x: Float[np.ndarray, "minima m"],
    draws: Float[np.ndarray, "minima n m"],
    should_stop: Callable[[], bool],
) -> Float[np.ndarray, "minima n m"]:
    on_device = jax.device_put(space.problem)
    directions = np.empty(draws.shape)
    for i, k in np.ndindex(*draws.shape[:2]):
        if should_stop():
            raise SearchStopped
        krylov = KrylovSpace(on_device, x[i], draws[i, k][None], _LANCZOS_VECTORS)
        krylov.grow(_LANCZOS_VECTORS)
        values, vectors = krylov.ritz()
        weights = vectors @ (np.maximum(values, _FLOOR) ** -0.25 * vectors[0])
        directions[i, k] = krylov.vectors(weights[:, None])[0]
    return directions
