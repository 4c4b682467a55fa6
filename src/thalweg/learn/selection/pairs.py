"""How far apart the minima of each pair are, in their parameters and in what they predict."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.spatial.distance import pdist, squareform

from ...display import shown
from ...landscape.network import Network
from .base import SelectionContext
from .distances import (
    euclidean_distances,
    images_as_found,
    misclassification_distances,
    predicted_classes,
)


@shown
@dataclass(frozen=True, eq=False)
class PairDistances:
    """Distances of all pairs of minima.

    Attributes:
        as_found: Euclidean, each minimum in a random symmetry image, as a search that knows no symmetry
            has it (published) [pairs].
        aligned: Euclidean, after alignment over the symmetry group [pairs].
        misclassification: Λ, the share of the points to which both give different classes [pairs].
    """

    as_found: Float[np.ndarray, " pairs"]
    aligned: Float[np.ndarray, " pairs"]
    misclassification: Float[np.ndarray, " pairs"]

    @property
    def correlation_as_found(self) -> float:
        """Pearson's, of the Euclidean distance as found and Λ; NaN if either is constant."""
        return _pearson(self.as_found, self.misclassification)

    @property
    def correlation_aligned(self) -> float:
        """Pearson's, of the Euclidean distance after alignment and Λ; NaN if either is constant."""
        return _pearson(self.aligned, self.misclassification)


def pair_distances(context: SelectionContext, most: int | None = None) -> PairDistances:
    """Distances of all pairs of minima of a network.

    The published figure has the plain Euclidean distance alone, in which isomers of one minimum may be
    far apart; after alignment it is a distance between what two minima are.

    Args:
        context: minima, the problem and rows to predict; its seed draws the images.
        most: of how many minima, those of lowest loss; of all if None.

    Raises:
        ValueError: if the network has no coordinates, or the problem predicts no classes.

    Reference: Niroomand et al., Mach. Learn.: Sci. Technol. 3, 025004 (2022), figure 7.
    """
    symmetry = context.symmetry
    context.network.require_coordinates()
    lowest = np.argsort(context.network.losses, kind="stable")[:most]
    network = Network.from_arrays(
        context.network.losses[lowest], coordinates=context.network.coordinates[lowest]
    )
    classes = predicted_classes(network, context.problem, context.inputs)
    different = misclassification_distances(classes).astype(np.float64)
    return PairDistances(
        as_found=pdist(images_as_found(network, symmetry, context.seed)),
        aligned=squareform(euclidean_distances(network, symmetry), checks=False),
        # Counted in float32, rows and columns may round differently.
        misclassification=squareform(different, checks=False),
    )


def _pearson(a: Float[np.ndarray, " pairs"], b: Float[np.ndarray, " pairs"]) -> float:
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])
