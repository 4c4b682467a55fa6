"""Operations at which the gradient of a loss, or the loss itself, jumps."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import numpy as np
from jaxtyping import Array, Float

from ...precision import with_float64
from .program import Program, may_switch

_BISECTIONS = 60
"""A double has 53 bits: after these two points are neighbours."""

_STEP = 1e-9
"""Distance from a switch, in units of that of two random points: far above rounding of the point."""

_WIDER = 64.0
"""Over a way so much longer a smooth quantity changes so much more, and one that jumps as much."""

_PERSISTENT = 0.3
"""Share of the change over the long way that must remain on the short one: 1/64 if it is smooth, one if
it jumps; a square root leaves 1/8."""

_ROUNDING = 1e-11
"""Relative change of a gradient that may be rounding: a sum of a million terms."""

_N_SWITCHES = 3
"""Places at which each operation is tried: behind a dead unit nothing is felt."""

Scalar = Callable[[Float[Array, " d"]], Float[Array, ""]]


@dataclass(frozen=True)
class Breaks:
    """What keeps a loss from being smooth.

    Attributes:
        of_gradient: operations at which the gradient jumps, and the loss does not.
        of_loss: operations at which the loss jumps.
    """

    of_gradient: tuple[str, ...]
    of_loss: tuple[str, ...]


NONE = Breaks((), ())


@with_float64
def breaks(loss: Scalar, points: Float[np.ndarray, "points d"]) -> Breaks:
    """The operations of `loss` that make it less than once continuously differentiable.

    Its program is searched for maxima, absolute values, choices and steps on the way to the result. A
    softplus or a log-sum-exp has these too, and is smooth: so for each the place is looked for, between
    random points, at which it switches, and the loss and its gradient are compared on both sides.

    Args:
        loss: scalar function of a vector [d], made of JAX operations.
        points: random points [points d]; what does not switch between any two of them is not noticed.
    """
    jaxpr = jax.make_jaxpr(loss)(points[0])
    if not may_switch(jaxpr.jaxpr):
        return NONE
    program = Program(jaxpr)
    switches = program.switches()
    if not switches:
        return NONE
    states = jax.jit(lambda x: program.states(switches, x))
    evaluate = jax.jit(jax.value_and_grad(lambda x: loss(x).reshape(())))
    at_points = [states(x) for x in points]
    kinds: dict[str, set[str]] = {"gradient": set(), "loss": set()}
    for number, operation in enumerate(switches):
        pairs = [
            (k, k + 1)
            for k in range(len(points) - 1)
            if not _are_equal(at_points[k][number], at_points[k + 1][number])
        ]
        for a, b in pairs[:_N_SWITCHES]:
            t = _switch(partial(_state, states, number), points[a], points[b])
            kind = _kind(evaluate, points[a], points[b], t)
            if kind:
                kinds[kind].add(operation.label)
                break
    return Breaks(tuple(sorted(kinds["gradient"] - kinds["loss"])), tuple(sorted(kinds["loss"])))


def _state(
    states: Callable[[np.ndarray], list[Any]], number: int, x: Float[np.ndarray, " d"]
) -> list[Any]:
    """Of one switch; all are computed by one compiled function."""
    return list(states(x)[number])


def _switch(
    state: Callable[[np.ndarray], list[Any]],
    start: Float[np.ndarray, " d"],
    end: Float[np.ndarray, " d"],
) -> float:
    """Share of the way from `start` to `end` at which the state changes for the first time, or near it."""
    low, high, before = 0.0, 1.0, state(start)
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        if _are_equal(state(start + middle * (end - start)), before):
            low = middle
        else:
            high = middle
    return high


def _kind(
    evaluate: Callable[[np.ndarray], tuple[Any, Any]],
    start: Float[np.ndarray, " d"],
    end: Float[np.ndarray, " d"],
    t: float,
) -> str | None:
    """What jumps at this share of the way from `start` to `end`, if anything does."""

    def changes(step: float) -> tuple[float, float, float, float]:
        (one, g), (other, h) = (evaluate(start + (t + s) * (end - start)) for s in (step, -step))
        return (
            abs(float(one) - float(other)), abs(float(one)),
            float(np.linalg.norm(g - h)), float(np.linalg.norm(g)),
        )  # fmt: skip

    (loss, size, gradient, slope), (wide_loss, _, wide_gradient, _) = (
        changes(step) for step in (_STEP, _STEP * _WIDER)
    )
    if not np.isfinite(loss):
        # The edge of the domain, which is another matter.
        return None
    if loss > _PERSISTENT * wide_loss and loss > _ROUNDING * size:
        return "loss"
    if gradient > _PERSISTENT * wide_gradient and gradient > _ROUNDING * slope:
        return "gradient"
    return None


def _are_equal(one: list[Any], other: list[Any]) -> bool:
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other, strict=True))
