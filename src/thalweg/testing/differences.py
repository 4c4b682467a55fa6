"""Derivatives by extrapolated central differences, each with an estimate of its error."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

LEVELS = 8
"""Step lengths, each half of the one before."""


@dataclass(frozen=True, eq=False)
class Differences:
    """Directional derivatives of a function at one point.

    Attributes:
        slopes: derivative along each direction [directions ...].
        errors: estimate of the error of each; infinite where no two extrapolations could be compared.
    """

    slopes: Float[np.ndarray, "directions ..."]
    errors: Float[np.ndarray, "directions ..."]


def differentiate(
    function: Callable[[Float[np.ndarray, "points d"]], Float[np.ndarray, "points ..."]],
    x: Float[np.ndarray, " d"],
    directions: Float[np.ndarray, "directions d"],
    step: float,
) -> Differences:
    """Derivatives of `function` at `x` [d] along unit `directions` [directions d].

    Central differences with steps from `step` down to `step`/2⁷, extrapolated to a step of zero. Of all
    extrapolations the one that agrees best with its neighbours is taken, so that neither the curvature
    of the function nor its rounding has to be known. Their disagreement estimates the error, and so does
    the distance to the extrapolation of the two shortest steps: where a function is not resolved by the
    longer ones, those may agree by chance.

    Args:
        function: values [points ...] at the points [points d].
        x: where.
        directions: unit vectors.
        step: longest step.

    Reference: Ridders, Adv. Eng. Softw. 4, 75 (1982).
    """
    steps = step / 2.0 ** np.arange(LEVELS)
    offsets = steps[:, None, None] * directions
    values = function(np.concatenate([x + offsets, x - offsets]).reshape(-1, len(x)))
    shape = values.shape[1:]
    ahead, behind = values.reshape(2, LEVELS, len(directions), *shape)
    lengths = steps.reshape(LEVELS, *(1 for _ in behind.shape[1:]))
    return _extrapolated((ahead - behind) / (2 * lengths))


def _extrapolated(rows: Float[np.ndarray, "levels directions ..."]) -> Differences:
    best, errors = rows[0], np.full(rows.shape[1:], np.inf)
    before = [rows[0]]
    for row in rows[1:]:
        extrapolations = [row]
        for order, coarser in enumerate(before, start=1):
            finer = extrapolations[-1]
            extrapolations.append(finer + (finer - coarser) / (4.0**order - 1))
            error = np.maximum(
                np.abs(extrapolations[-1] - finer), np.abs(extrapolations[-1] - coarser)
            )
            is_better = error < errors
            best = np.where(is_better, extrapolations[-1], best)
            errors = np.where(is_better, error, errors)
        before = extrapolations
    return Differences(best, np.maximum(errors, np.abs(best - before[1])))
