"""Where the minima and the nodes of a disconnectivity graph stand from left to right."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ...display import shown

ARRANGEMENTS = ("published", "stems")
"""How a disconnectivity graph is arranged, the order of its minima apart, which is the same.

`published`: minima at equal distances, each node above the middle of its minima, as in the field's papers.
`stems`: each node straight above its lowest minimum, so that every funnel is one upright stem, and the more
room between two branches the less shallow the shallower of them is.
"""

_LEAST_GAP = 0.15
"""Room beside a branch that has no depth at all; one as deep as the whole graph has one more."""
_GAP_BETWEEN_TREES = 1.5


@shown
@dataclass(frozen=True, eq=False)
class Placement:
    """Places from left to right.

    Attributes:
        x: of each drawn minimum, in their order, ascending [drawn].
        losses: of each drawn minimum [drawn].
        is_by_stems: whether a node stands above its lowest minimum, rather than in the middle.
    """

    x: Float[np.ndarray, " drawn"]
    losses: Float[np.ndarray, " drawn"]
    is_by_stems: bool

    def of_nodes(
        self, start: Int[np.ndarray, " nodes"], stop: Int[np.ndarray, " nodes"]
    ) -> Float[np.ndarray, " nodes"]:
        """Places of nodes whose minima are start … stop − 1 in the order."""
        if self.is_by_stems:
            places: Float[np.ndarray, " nodes"] = self.x[lowest_of(self.losses, start, stop)]
        else:
            places = (self.x[start] + self.x[stop - 1]) / 2
        return places


def placement(
    losses: Float[np.ndarray, " drawn"],
    barriers: Float[np.ndarray, " drawn_less_one"],
    arrangement: str,
) -> Placement:
    """The places of minima in their order, and the rule for those of nodes.

    Args:
        losses: of the minima in their order [drawn].
        barriers: loss at which each minimum meets its right neighbour; infinite if never [drawn − 1].
        arrangement: one of `ARRANGEMENTS`.

    Raises:
        ValueError: for an arrangement that there is not.
    """
    if arrangement not in ARRANGEMENTS:
        names = " or ".join(repr(name) for name in ARRANGEMENTS)
        raise ValueError(f"arrangement must be {names}, got {arrangement!r}.")
    if arrangement == "published":
        return Placement(np.arange(len(losses), dtype=np.float64), losses, is_by_stems=False)
    gaps = _gaps(losses, barriers)
    x = np.concatenate([[0.0], np.cumsum(gaps)])
    # As wide as at equal distances, so that what is drawn beside has the same room.
    scale = (len(losses) - 1) / x[-1] if len(losses) > 1 else 1.0
    return Placement(x * scale, losses, is_by_stems=True)


def _gaps(
    losses: Float[np.ndarray, " drawn"], barriers: Float[np.ndarray, " drawn_less_one"]
) -> Float[np.ndarray, " drawn_less_one"]:
    """Room between neighbours, by how deep the shallower of the two branches is that meet between them."""
    is_joined = np.isfinite(barriers)
    if not is_joined.any():
        return np.full(len(barriers), _GAP_BETWEEN_TREES)
    depth = np.where(is_joined, barriers - shallower_lowest(losses, barriers), 0.0)
    height = float(max(depth.max(), 1e-300))
    gaps: Float[np.ndarray, " drawn_less_one"] = np.where(
        is_joined, _LEAST_GAP + np.sqrt(np.maximum(depth, 0.0) / height), _GAP_BETWEEN_TREES
    )
    return gaps


def shallower_lowest(
    losses: Float[np.ndarray, " drawn"], barriers: Float[np.ndarray, " drawn_less_one"]
) -> Float[np.ndarray, " drawn_less_one"]:
    """Lowest loss of the shallower of the two branches that meet at each barrier.

    The barrier less this is the persistence of the branch: by how much it is deeper than its way out.
    """
    # Runs of minima that are joined so far, each known by its two ends.
    left, right, lowest = np.arange(len(losses)), np.arange(len(losses)), losses.copy()
    shallower = np.full(len(barriers), np.nan)
    for k in np.argsort(barriers, kind="stable").tolist():
        first, last = int(left[k]), int(right[k + 1])
        a, b = lowest[first], lowest[last]
        shallower[k] = max(a, b)
        left[last], right[first] = first, last
        lowest[first] = lowest[last] = min(a, b)
    return shallower


def lowest_of(
    losses: Float[np.ndarray, " drawn"],
    start: Int[np.ndarray, " nodes"],
    stop: Int[np.ndarray, " nodes"],
) -> Int[np.ndarray, " nodes"]:
    """Which minimum is the lowest of each run start … stop − 1, the leftmost of equals."""
    table = [np.arange(len(losses))]
    while 2 ** len(table) <= len(losses):
        half, last = 2 ** (len(table) - 1), table[-1]
        a, b = last[:-half], last[half:]
        table.append(np.where(losses[b] < losses[a], b, a))
    power = np.frexp(stop - start)[1] - 1
    lowest = np.empty(len(start), dtype=np.int64)
    for k in np.unique(power).tolist():
        of = np.flatnonzero(power == k)
        a, b = table[k][start[of]], table[k][stop[of] - 2**k]
        lowest[of] = np.where(losses[b] < losses[a], b, a)
    return lowest
