"""Exact index and log-determinant of the Hessian at a stationary point, formed once, column by column."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import scipy.linalg
from jaxtyping import Array, Float, Int
from scipy.sparse.linalg import LinearOperator, eigsh

from ...problems.problem import Problem
from ..steps.evaluation import evaluate_products, n_zero_modes
from ..steps.pace import SearchStopped, never
from .point_spectrum import PointSpectrum

_BLOCK = 64
_LIFT = 3.0
"""How far the lowest mode is lifted, in units of its curvature."""


def whole_spectrum(
    problem: Problem, x: Float[np.ndarray, " m"], should_stop: Callable[[], bool] = never
) -> PointSpectrum:
    """All eigenvalues at `x` [m]; raises SearchStopped once `should_stop` says so."""
    n_zero = n_zero_modes(problem, len(x))
    hessian, _ = _lower_hessian(problem, x, should_stop)
    values = scipy.linalg.eigvalsh(hessian, lower=True, check_finite=False)
    lowest = scipy.linalg.eigh(
        hessian, lower=True, subset_by_index=[0, 0], check_finite=False, overwrite_a=True
    )[1][:, 0]
    values = values[: len(values) - n_zero]
    return PointSpectrum(
        values=values,
        errors=np.zeros(len(values)),
        largest=float(np.abs(values).max()),
        mode=lowest,
        index_doubt=0.0,
        log_product=float(np.log(values[values > 0]).sum()),
        log_product_error=0.0,
    )


def factored_spectrum(
    problem: Problem,
    x: Float[np.ndarray, " m"],
    mode: Float[np.ndarray, " m"] | None,
    should_stop: Callable[[], bool] = never,
) -> PointSpectrum | None:
    """The lowest eigenvalue or, with a descending `mode`, the two next to zero; None if more lie below.

    H is positive definite if and only if it has a Cholesky factor. With a vector v of negative curvature and
    H' = H + σ v vᵀ that has one, H has exactly one negative eigenvalue: v shows one, and a change of rank one
    lifts no more than one. ln |det H| = ln det H' + ln |1 − σ vᵀH'⁻¹v|, however well v is known.
    """
    m = len(x)
    hessian, scale = _lower_hessian(problem, x, should_stop)
    largest = float(np.abs(np.diag(hessian)).max())
    lift = 0.0
    v = np.zeros(m)
    if mode is not None:
        v = mode / np.linalg.norm(mode)
        curvature = float(v @ _product(problem, x, v))
        if curvature >= 0:
            return None
        lift = _LIFT * abs(curvature)
        _add_outer(hessian, lift, v[:, None])
    try:
        factor = scipy.linalg.cholesky(hessian, lower=True, overwrite_a=True, check_finite=False)
    except scipy.linalg.LinAlgError:
        return None

    def solve(b: Float[np.ndarray, " m"]) -> Float[np.ndarray, " m"]:
        return scipy.linalg.cho_solve((factor, True), b, check_finite=False)

    lifted_solution = solve(v)
    remainder = 1 - lift * float(v @ lifted_solution)

    def inverse(b: Float[np.ndarray, " m"]) -> Float[np.ndarray, " m"]:
        # Sherman-Morrison: the inverse of H from that of H'.
        y = solve(b.ravel())
        return y + lift * lifted_solution * float(v @ y) / remainder

    values, lowest = _next_to_zero(inverse, m, with_negative=mode is not None)
    n_zero = n_zero_modes(problem, m)
    log_determinant = 2 * float(np.log(np.diag(factor)).sum()) + np.log(abs(remainder))
    log_determinant -= n_zero * np.log(scale)
    return PointSpectrum(
        values=values,
        errors=np.zeros(len(values)),
        largest=largest,
        mode=lowest,
        index_doubt=0.0,
        log_product=float(log_determinant - np.log(np.abs(values[values < 0])).sum()),
        log_product_error=0.0,
    )


def _next_to_zero(
    inverse: Callable[[np.ndarray], np.ndarray], m: int, *, with_negative: bool
) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " m"]]:
    """The negative eigenvalue, if there is one, and the lowest positive; the eigenvector of the first."""
    operator = LinearOperator((m, m), matvec=inverse, dtype=np.float64)
    start = np.random.default_rng(0).normal(size=m)
    ends = ("SA", "LA") if with_negative else ("LA",)
    pairs = [eigsh(operator, k=1, which=end, v0=start) for end in ends]  # type: ignore[call-overload]
    values = np.array([1 / pair[0][0] for pair in pairs])
    return values, pairs[0][1][:, 0]


def _lower_hessian(
    problem: Problem, x: Float[np.ndarray, " m"], should_stop: Callable[[], bool]
) -> tuple[Float[np.ndarray, "m m"], float]:
    """The Hessian, of which LAPACK reads the lower triangle, with zero modes lifted to `scale`.

    Filled a few columns at a time, in the order of LAPACK: there is one array of m² and no copy of it.
    """
    m = len(x)
    hessian = np.empty((m, m), order="F")
    for first in range(0, m, _BLOCK):
        if should_stop():
            raise SearchStopped
        last = min(first + _BLOCK, m)
        hessian[:, first:last] = np.asarray(_columns(problem, jnp.asarray(x), first))[
            : last - first
        ].T
    zero_modes = problem.zero_modes(jnp.asarray(x))
    scale = 1.0 + 2 * float(np.abs(np.diag(hessian)).sum())
    if zero_modes is not None:
        _add_outer(hessian, scale, np.asarray(zero_modes))
    return hessian, scale


@jax.jit
def _columns(
    problem: Problem, x: Float[Array, " m"], first: int | Int[Array, ""]
) -> Float[Array, "block m"]:
    _, product = evaluate_products(problem, x)
    m = x.shape[0]
    units = jax.nn.one_hot(first + jnp.arange(_BLOCK), m, dtype=jnp.float64)
    return jnp.asarray(jax.lax.map(product, units, batch_size=4))


def _add_outer(
    matrix: Float[np.ndarray, "m m"], weight: float, vectors: Float[np.ndarray, "m k"]
) -> None:
    """Add weight · V Vᵀ in place, a few columns at a time."""
    for first in range(0, len(matrix), _BLOCK):
        last = first + _BLOCK
        matrix[:, first:last] += weight * vectors @ vectors[first:last].T


def _product(
    problem: Problem, x: Float[np.ndarray, " m"], v: Float[np.ndarray, " m"]
) -> Float[np.ndarray, " m"]:
    return np.asarray(_one_product(problem, jnp.asarray(x), jnp.asarray(v)))


@jax.jit
def _one_product(
    problem: Problem, x: Float[Array, " m"], v: Float[Array, " m"]
) -> Float[Array, " m"]:
    return evaluate_products(problem, x)[1](v)
