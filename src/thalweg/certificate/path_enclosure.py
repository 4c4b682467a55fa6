"""The loss along a straight piece of a path, from above.

Along the piece the loss is a function of one variable, enclosed by a Taylor model: a polynomial and a bound
on what it misses. So a piece that leads down from a pass is known to stay below it, without loss beyond
rounding. Bounds on derivatives alone would not do: along a soft mode the parts of the sum over the data are a
thousand times larger than what they add up to, and their changes over the piece are added up as if they did
not cancel.
"""

from collections.abc import Callable
from math import comb
from typing import Any

import numpy as np
from jaxtyping import Float

from .balls import Ball, Balls, gamma
from .program import Program
from .taylor_models import TaylorModels
from .truth import Switched

_ORDER = 6
"""Of the models: on the demo's landscape 4, 5 and 8 take about as long, and 4 leaves more room."""
_PARTS = 32
"""Of the piece, in each of which the polynomial is bounded."""


class PathEnclosure:
    """Upper bounds on a loss along straight pieces, in float64.

    Args:
        loss: of a float64 vector [d], as JAX can trace it.
        dimension: d.
    """

    def __init__(self, loss: Callable[[Any], Any], dimension: int) -> None:
        self._balls, self._models = Balls(), TaylorModels(_ORDER)
        self._loss = Program(loss, dimension)

    def at(self, x: Float[np.ndarray, " d"]) -> float:
        """An upper bound on the loss at a point [d]."""
        return self.near(x, 0.0)

    def near(self, x: Float[np.ndarray, " d"], radius: float) -> float:
        """An upper bound on the loss at all points within `radius` of `x` [d]."""
        with self._balls.precision():
            box = self._balls.box(x, np.full(len(x), radius))
            return _upper(self._loss.enclose(self._balls, box)[0])

    def between(self, x: Float[np.ndarray, " d"], y: Float[np.ndarray, " d"]) -> float:
        """An upper bound on the loss along the straight piece from `x` to `y` [d]; infinite if not known."""
        with self._models.precision():
            try:
                model = self._loss.enclose(self._models, self._models.line(x, y))[0]
            except Switched:
                return np.inf
            high = _largest(model.coefficients, float(model.error))
        return high if np.isfinite(high) else np.inf


def _largest(coefficients: Float[np.ndarray, " n"], error: float) -> float:
    """An upper bound on Σ_k c_k sᵏ + error over −1 ≤ s ≤ 1: the largest of those on its parts."""
    n, length = len(coefficients), 2.0 / _PARTS
    starts = -1.0 + length * np.arange(_PARTS)
    # In powers of the way from the start of each part: what falls from there on is known not to rise.
    shift = [[comb(j, k) * starts ** max(j - k, 0) for j in range(n)] for k in range(n)]
    values, *terms = np.einsum("kja,j->ka", np.array(shift), coefficients)
    rise = np.zeros(_PARTS)
    for term in reversed(terms):
        rise = np.maximum(term + rise, 0.0) * length
    # γ of all roundings of a part, of the sizes of its terms: none is more than |c_j| (1 + length)ʲ in all.
    rounding = gamma(4 * n + 4) * float(np.abs(coefficients) @ 2.0 ** np.arange(n))
    return float(
        np.nextafter((values + rise).max() + (error * (1 + 1e-12) + 1.01 * rounding), np.inf)
    )


def _upper(ball: Ball) -> float:
    upper = float(ball.upper)
    return upper if np.isfinite(upper) else np.inf
