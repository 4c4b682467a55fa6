"""Minima that are far apart in their parameters: as found, or after alignment."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.spatial.distance import pdist

from .base import Selection, SelectionContext, SelectionMethod
from .distances import images_as_found

Distance = Callable[[Float[np.ndarray, " d"], Float[np.ndarray, " d"]], float]


@dataclass(frozen=True)
class Euclidean(SelectionMethod):
    """The lowest minimum, then each time the one farthest from those chosen, after alignment.

    Only the distances to those chosen are needed, not those of all pairs.
    """

    name = "euclidean"

    def choose(self, context: SelectionContext, n: int) -> Selection:
        network = context.network
        network.require_coordinates()
        members = _grown(
            network.coordinates, [network.global_minimum], n, context.symmetry.distance
        )
        return Selection(members, "euclidean")


@dataclass(frozen=True)
class FarthestApart(SelectionMethod):
    """The two minima that are farthest apart; more are added as by `Euclidean`.

    As published the distance is that of two minima as they were found, symmetry isomers unresolved: each
    is in an image that is as good as random, here by the seed, and so is the choice. After alignment it
    is a distance between what the minima are.

    Reference: Niroomand et al., Mach. Learn.: Sci. Technol. 3, 025004 (2022), section 4.1.

    Attributes:
        is_aligned: whether the distance is taken after alignment.
    """

    is_aligned: bool = True

    @property
    def name(self) -> str:
        return "farthest_aligned" if self.is_aligned else "farthest_as_found"

    def choose(self, context: SelectionContext, n: int) -> Selection:
        points = context.network.coordinates
        distance: Distance = context.symmetry.distance
        if not self.is_aligned:
            points = images_as_found(context.network, context.symmetry, context.seed)
            distance = _plain
        if n == 1 or len(points) == 1:
            return Selection(np.array([context.network.global_minimum]), self.name)
        return Selection(_grown(points, _farthest_pair(points, distance), n, distance), self.name)


def _plain(a: Float[np.ndarray, " d"], b: Float[np.ndarray, " d"]) -> float:
    return float(np.linalg.norm(a - b))


def _farthest_pair(points: Float[np.ndarray, "minima d"], distance: Distance) -> list[int]:
    """The two points of the largest distance, which no plain distance exceeds."""
    rows, columns = np.triu_indices(len(points), 1)
    bounds = pdist(points)
    pair, largest = [0, 1], -1.0
    for k in np.argsort(-bounds, kind="stable"):
        if bounds[k] <= largest:
            break
        value = distance(points[rows[k]], points[columns[k]])
        if value > largest:
            pair, largest = [int(rows[k]), int(columns[k])], value
    return pair


def _grown(
    points: Float[np.ndarray, "minima d"], first: list[int], n: int, distance: Distance
) -> Int[np.ndarray, " chosen"]:
    """From `first` on, each time the point with the largest sum of distances to those chosen."""
    members, total = list(first), np.zeros(len(points))
    n_summed = 0
    while len(members) < min(n, len(points)):
        for member in members[n_summed:]:
            total += [distance(x, points[member]) for x in points]
        n_summed = len(members)
        total[members] = -np.inf
        members.append(int(np.argmax(total)))
    return np.array(members)
