"""The lower end of a Hessian's spectrum, and its log-determinant, from products with vectors alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.linalg
from jaxtyping import Float

from ...problems.problem import Problem
from ..steps.pace import never
from .krylov_space import KrylovSpace

_LARGEST = 2000
DOUBT = 1e-3
"""Probability of having missed an eigenvalue at which a Lanczos run may stop."""

_RESIDUAL = 0.05
"""How far, relatively, the lowest eigenvalues may be off."""

_PROBE_VECTORS = 64
_TRUNCATION = 0.3
"""Error of the quadrature at which it stops, as a share of the error that the random probes leave."""


@dataclass(frozen=True, eq=False)
class LowestModes:
    """The lowest eigenpairs of a Hessian.

    Attributes:
        values: eigenvalues [n], ascending.
        vectors: eigenvectors [m n].
        residuals: ‖H v − λ v‖ [n]: some eigenvalue lies no further from λ.
        doubt: bound on the probability that an eigenvalue lies below the last of these and on its other
            side of zero, or was passed over.
        largest: the largest Ritz value.
    """

    values: Float[np.ndarray, " n"]
    vectors: Float[np.ndarray, "m n"]
    residuals: Float[np.ndarray, " n"]
    doubt: float
    largest: float


class _Mode(NamedTuple):
    value: float
    vector: Float[np.ndarray, " m"]
    residual: float


def lowest_modes(
    problem: Problem,
    x: Float[np.ndarray, " m"],
    n: int,
    should_stop: Callable[[], bool] = never,
) -> LowestModes:
    """The `n` lowest eigenpairs at `x` [m], one after the other, each in the complement of those before.

    A Lanczos run from a random vector goes on until its lowest Ritz value is close, and until an eigenvalue
    of the other sign is unlikely to have been missed: after k products that has a probability of at most
    1.648 √m exp(−(2k − 1) √ε), for a relative distance ε of zero from the Ritz value (Kuczyński &
    Woźniakowski, SIAM J. Matrix Anal. Appl. 13, 1094, 1992, theorem 4.2).
    """
    m = len(x)
    modes: list[_Mode] = []
    doubt, largest = 0.0, 0.0
    for i in range(n):
        known_vectors = np.array([mode.vector for mode in modes]).reshape(-1, m).T
        start = np.random.default_rng(i).normal(size=m)
        space = KrylovSpace(problem, x, start[None], _LARGEST, known_vectors, should_stop)
        while True:
            space.grow(max(64, space.size // 2))
            values, vectors = space.ritz()
            residual = float(space.leak(vectors[:, :1])[0])
            unlikely = _doubt(values, space.size, space.dimension)
            is_close = residual <= _RESIDUAL * abs(values[0])
            # A negative eigenvalue needs no second look: it is there.
            if space.is_full or (is_close and (values[0] < 0 or unlikely <= DOUBT / n)):
                break
        doubt += 0.0 if space.holds_everything or values[0] < 0 else unlikely
        largest = max(largest, float(np.abs(values).max()))
        modes.append(_Mode(float(values[0]), space.vectors(vectors[:, :1])[0], residual))
    modes.sort(key=lambda mode: mode.value)
    return LowestModes(
        np.array([mode.value for mode in modes]),
        np.array([mode.vector for mode in modes]).T,
        np.array([mode.residual for mode in modes]),
        doubt,
        largest,
    )


def _doubt(values: Float[np.ndarray, " k"], k: int, m: int) -> float:
    """Probability that an eigenvalue lies below zero although the lowest Ritz value is positive."""
    lowest, largest = values[0], values[-1]
    if lowest <= 0:
        return 1.0
    distance = lowest / largest
    return float(min(1.0, 1.648 * np.sqrt(m) * np.exp(-np.sqrt(distance) * (2 * k - 1))))


# ---- the log-product -------------------------------------------------------------------------------


@dataclass(frozen=True)
class LogProduct:
    """An estimate of Σ ln λ: its `value`, and the standard `error` of that."""

    value: float
    error: float


def log_product(
    problem: Problem,
    x: Float[np.ndarray, " m"],
    probes: int,
    excluded: Float[np.ndarray, "m negative"],
    lowest: float,
    *,
    seed: int = 0,
    should_stop: Callable[[], bool] = never,
) -> LogProduct:
    """Σ ln λ over the eigenvalues outside `excluded`, and its standard error.

    Stochastic Lanczos quadrature: ln H is averaged over random unit vectors, for each by the Gauss rule of
    its Krylov space. That rule is too high and the Gauss–Radau rule with a node at the lower end too low,
    so their mean is off by at most half of what separates them, which the error includes.

    Args:
        problem: the problem, on the device.
        x: a point [m].
        probes: number of random vectors.
        excluded: orthonormal eigenvectors [m negative] of negative curvature, left out.
        lowest: the lowest eigenvalue outside `excluded`.
        seed: of the random vectors. With the same for all points, their log-products differ by less than
            the errors of each suggest.
        should_stop: asked from time to time.

    Raises:
        SearchStopped: once `should_stop` says so.

    Reference: Ubaru, Chen & Saad, SIAM J. Matrix Anal. Appl. 38, 1075 (2017); bounds: Golub & Meurant,
    Matrices, Moments and Quadrature (2010), section 6.
    """
    lower = 0.9 * lowest
    random = np.random.default_rng(seed)
    upper_bounds: list[float] = []
    lower_bounds: list[float] = []
    size = _PROBE_VECTORS
    for _ in range(probes):
        start = random.normal(size=len(x))
        space = KrylovSpace(problem, x, start[None], _LARGEST, excluded, should_stop)
        space.grow(size)
        above, below = _gauss(space), _radau(space, lower)
        while not space.is_full and above - below > _allowed(upper_bounds):
            space.grow(space.size)
            above, below = _gauss(space), _radau(space, lower)
        size = space.size
        upper_bounds.append(above)
        lower_bounds.append(below)
    middle = 0.5 * (np.array(upper_bounds) + np.array(lower_bounds))
    scatter = middle.std(ddof=1) / np.sqrt(probes)
    truncation = 0.5 * np.mean(np.array(upper_bounds) - np.array(lower_bounds))
    return LogProduct(float(middle.mean()), float(np.hypot(scatter, truncation)))


def _allowed(bounds: list[float]) -> float:
    """Width of the bounds at which a probe is good enough beside the scatter of those before it."""
    if len(bounds) < 4:
        return 10.0
    return float(max(_TRUNCATION * np.std(bounds) / np.sqrt(len(bounds)), 1e-3))


def _gauss(space: KrylovSpace) -> float:
    values, vectors = space.ritz()
    return float(space.dimension * np.sum(vectors[0] ** 2 * np.log(np.maximum(values, 1e-300))))


def _radau(space: KrylovSpace, lower: float) -> float:
    """The Gauss–Radau rule: one more node, at `lower`."""
    if space.holds_everything:
        return _gauss(space)
    diagonal, beside = space.band()
    last = np.zeros(len(diagonal))
    last[-1] = 1.0
    shifted_solution = scipy.linalg.solveh_banded(
        np.array([np.concatenate([[0.0], beside[:-1]]), diagonal - lower]), last
    )
    diagonal = np.append(diagonal, lower + beside[-1] ** 2 * shifted_solution[-1])
    values, vectors = scipy.linalg.eigh_tridiagonal(diagonal, beside)
    return float(space.dimension * np.sum(vectors[0] ** 2 * np.log(np.maximum(values, lower))))
