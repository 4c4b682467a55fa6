"""Surrogates of the step function over pairs, by name."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from .pair_sums import Kernel, PairExpansion, expand


@lru_cache(maxsize=64)
def expansion_of(surrogate: str, beta: float, margin: float, smoothing: float) -> PairExpansion:
    """The expansion of a named surrogate, made once."""
    kernel, kinks = SURROGATES[surrogate](beta, margin, smoothing)
    return expand(kernel, kinks)


def _sigmoid(beta: float, margin: float, smoothing: float) -> tuple[Kernel, float]:
    return lambda z: -1 / (1 + np.exp(-beta * z)), np.pi / beta


def _tanh(beta: float, margin: float, smoothing: float) -> tuple[Kernel, float]:
    return lambda z: -np.tanh(beta * z), np.pi / (2 * beta)


def _hinge(beta: float, margin: float, smoothing: float) -> tuple[Kernel, float]:
    if margin >= 1:
        return lambda z: margin - z, np.inf
    return lambda z: (margin - z + np.sqrt((margin - z) ** 2 + smoothing**2)) / 2, smoothing


def _quadratic(beta: float, margin: float, smoothing: float) -> tuple[Kernel, float]:
    return lambda z: (margin - z) ** 2, np.inf


def _exponential(beta: float, margin: float, smoothing: float) -> tuple[Kernel, float]:
    return lambda z: np.exp(-beta * z), np.inf


SURROGATES: dict[str, Callable[[float, float, float], tuple[Kernel, float]]] = {
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "hinge": _hinge,
    "quadratic": _quadratic,
    "exponential": _exponential,
}
"""Each gives the kernel s(z) that is minimised, and the distance of its nearest singularity."""
