"""The symmetry isomers of one point: how different they look, though their loss is the same."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.spatial.distance import pdist, squareform

from ...display import shown
from ...problems.symmetry import Symmetry

_MOST = 4000
"""Isomers whose distances are computed: a matrix of 128 MB."""


@shown
@dataclass(frozen=True, eq=False)
class Isomers:
    """All images of one point under a symmetry group, permutational invariants for a network.

    Attributes:
        coordinates: in the order of the elements of the group, the point itself among them
            [isomers d].
        distances: Euclidean, of all pairs; zero between images that coincide [isomers isomers].
    """

    coordinates: Float[np.ndarray, "isomers d"]
    distances: Float[np.ndarray, "isomers isomers"]

    def spread(self, n: int) -> Int[np.ndarray, " chosen"]:
        """`n` isomers that look different: the first, then each time the one farthest from those chosen.

        Fewer if there are no more.
        """
        chosen = [0]
        while len(chosen) < min(n, len(self.distances)):
            nearest = self.distances[chosen].min(axis=0)
            nearest[chosen] = -1.0
            chosen.append(int(np.argmax(nearest)))
        return np.array(chosen)


def isomers(symmetry: Symmetry, x: Float[np.ndarray, " d"]) -> Isomers:
    """Every image of a point `x` [d], and how far apart they are.

    For one hidden layer of n units of an odd activation there are n!·2ⁿ: 48 for three.

    Raises:
        ValueError: if the group has more than 4,000 elements.

    Reference: Niroomand et al., Mach. Learn.: Sci. Technol. 3, 025004 (2022), eq. 8 and figure 5.
    """
    if symmetry.order > _MOST:
        raise ValueError(
            f"the point has {symmetry.order} isomers; distances are computed for at most {_MOST}, as of "
            "five hidden units. Take a smaller network."
        )
    images = np.array(list(symmetry.images(x)))
    return Isomers(images, squareform(pdist(images)))
