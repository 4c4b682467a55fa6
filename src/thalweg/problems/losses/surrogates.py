"""Surrogates of the step function over pairs of points, one entry each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from .pair_sums import PairKernel

Scores = Float[Array, " N"]


class SurrogateSettings(NamedTuple):
    """What a surrogate may depend on: steepness β, margin m and smoothing ε."""

    beta: float
    margin: float
    smoothing: float


def _is_smooth(settings: SurrogateSettings) -> str:
    return ""


@dataclass(frozen=True)
class Surrogate:
    """A kernel s(z) to be minimised in place of the step over pairs.

    Attributes:
        name: how it is named in a configuration and a file.
        kernel: s(z) for given settings.
        default_beta: steepness where none is given; None for a surrogate with a margin in its place.
        nonsmooth_reason: where s has no derivative for given settings and what to do about it; empty
            where it is smooth.
        exact_mean: mean over pairs of a surrogate that is not smooth, from scores [N], which of them
            are positive [N], and the margin.
        auc_of_mean: the area under the ROC curve that means over pairs [n] stand for; None where they stand
            for none.
    """

    name: str
    kernel: Callable[[SurrogateSettings], PairKernel]
    default_beta: float | None = None
    nonsmooth_reason: Callable[[SurrogateSettings], str] = _is_smooth
    exact_mean: Callable[[Scores, Bool[Array, " N"], float], Float[Array, ""]] | None = None
    auc_of_mean: Callable[[Float[np.ndarray, " n"]], Float[np.ndarray, " n"]] | None = None


def _sigmoid(settings: SurrogateSettings) -> PairKernel:
    return PairKernel(lambda z: -1 / (1 + np.exp(-settings.beta * z)), np.pi / settings.beta)


def _tanh(settings: SurrogateSettings) -> PairKernel:
    return PairKernel(lambda z: -np.tanh(settings.beta * z), np.pi / (2 * settings.beta))


def _quadratic(settings: SurrogateSettings) -> PairKernel:
    return PairKernel(lambda z: (settings.margin - z) ** 2)


def _exponential(settings: SurrogateSettings) -> PairKernel:
    return PairKernel(lambda z: np.exp(-settings.beta * z))


def _hinge(settings: SurrogateSettings) -> PairKernel:
    _, margin, smoothing = settings
    if margin >= 1:
        return PairKernel(lambda z: margin - z)
    return PairKernel(
        lambda z: (margin - z + np.sqrt((margin - z) ** 2 + smoothing**2)) / 2, smoothing
    )


def _hinge_nonsmooth_reason(settings: SurrogateSettings) -> str:
    if settings.margin >= 1 or settings.smoothing > 0:
        return ""
    return (
        "the hinge with a margin below 1 has no derivative where the scores of a pair differ by the "
        "margin, and its minima may lie there; pass smoothing=…, a small difference of probabilities, "
        "or a margin of 1 or more, with which it is linear"
    )


def _hinge_by_sorting(
    scores: Scores, is_positive: Bool[Array, " N"], margin: float
) -> Float[Array, ""]:
    """Mean of max(0, m − (x_p − x_n)) over pairs by sorting, O(N log N)."""
    n = jnp.sum(is_positive)
    # Positive points stand last and weigh nothing in the sums over negative ones.
    order = jnp.argsort(jnp.where(is_positive, jnp.inf, scores))
    x = jnp.where(is_positive[order], 0.0, scores[order])
    keys = jnp.where(is_positive[order], jnp.inf, scores[order])
    before = jnp.concatenate([jnp.zeros(1), jnp.cumsum(x)])
    first = jnp.searchsorted(keys, scores - margin)
    others = len(scores) - n
    above = jnp.maximum(others - first, 0)
    each = above * (margin - scores) + before[-1] - before[jnp.minimum(first, others)]
    return jnp.sum(jnp.where(is_positive, each, 0.0)) / (n * others)


SURROGATES = {
    surrogate.name: surrogate
    for surrogate in (
        Surrogate("sigmoid", _sigmoid, default_beta=50.0, auc_of_mean=lambda mean: -mean),
        Surrogate("tanh", _tanh, default_beta=50.0, auc_of_mean=lambda mean: (1 - mean) / 2),
        Surrogate(
            "hinge",
            _hinge,
            nonsmooth_reason=_hinge_nonsmooth_reason,
            exact_mean=_hinge_by_sorting,
        ),
        Surrogate("quadratic", _quadratic),
        Surrogate("exponential", _exponential, default_beta=1.0),
    )
}


def surrogate_named(surrogate: str | Surrogate) -> Surrogate:
    """The surrogate of that name; an object stays as it is.

    Raises:
        ValueError: for an unknown name.
    """
    if isinstance(surrogate, Surrogate):
        return surrogate
    if surrogate not in SURROGATES:
        raise ValueError(
            f"surrogate must be one of {', '.join(SURROGATES)}, or a Surrogate object, got "
            f"{surrogate!r}."
        )
    return SURROGATES[surrogate]
