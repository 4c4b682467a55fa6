"""Which minima lie nearest to a point, over all symmetry images."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ..problems.symmetry import Symmetry


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The points nearest to another one, the nearest first.

    Attributes:
        indices: which they are [neighbours].
        distances: their distances after alignment [neighbours].
    """

    indices: Int[np.ndarray, " neighbours"]
    distances: Float[np.ndarray, " neighbours"]


def nearest(
    symmetry: Symmetry,
    x: Float[np.ndarray, " d"],
    others: Float[np.ndarray, "points d"],
    k: int,
) -> Neighbours:
    """The `k` points of `others` [points d] that are nearest to `x` [d] after alignment; fewer if there are.

    Points are aligned in the order of a lower bound on their distance, until no other can be nearer.
    """
    lower_bounds = symmetry.distance_bounds(x, others)
    neighbours: list[tuple[float, int]] = []
    for i in np.argsort(lower_bounds, kind="stable"):
        if len(neighbours) >= k and lower_bounds[i] >= neighbours[k - 1][0]:
            break
        neighbours.append((symmetry.distance(x, others[i]), int(i)))
        neighbours.sort()
    distances, indices = zip(*neighbours[:k], strict=True) if neighbours[:k] else ((), ())
    return Neighbours(np.array(indices, np.int64), np.array(distances, np.float64))
