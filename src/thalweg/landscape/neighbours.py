"""Which known minima lie nearest to a point, over all symmetry images."""

import numpy as np
from jaxtyping import Float, Int

from ..problems.symmetry import Symmetry


def nearest(
    symmetry: Symmetry,
    x: Float[np.ndarray, " d"],
    others: Float[np.ndarray, "points d"],
    k: int,
) -> tuple[Int[np.ndarray, " found"], Float[np.ndarray, " found"]]:
    """The `k` points of `others` [points d] nearest to `x` [d] after alignment, and their distances.

    Points are aligned in the order of a lower bound on their distance, until no other can be nearer.
    """
    bounds = symmetry.distance_bounds(x, others)
    found: list[tuple[float, int]] = []
    for i in np.argsort(bounds, kind="stable"):
        if len(found) >= k and bounds[i] >= found[k - 1][0]:
            break
        found.append((symmetry.distance(x, others[i]), int(i)))
        found.sort()
    found = found[:k]
    return np.array([i for _, i in found], np.int64), np.array([d for d, _ in found], np.float64)
