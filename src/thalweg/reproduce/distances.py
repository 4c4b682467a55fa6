"""Whether minima that are far apart also predict differently."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from ..datasets import spirals
from ..landscape.network import Network
from ..learn.selection import (
    SelectionContext,
    euclidean_distances,
    misclassification_distances,
    predicted_classes,
)
from ..problems import NeuralNetwork
from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, published_statements, stated
from .superpositions import minima_of

_MOST = 150
"""Lowest minima whose pairs are correlated."""
_PUBLISHED: dict[str, Measurements] = {"pairs of minima": {"Pearson, as found": 0.06}}


def euclidean_and_misclassification(
    landscapes: Landscapes, scale: Scale, progress: Progress
) -> Reproduction:
    """Euclidean and misclassification distance over pairs of minima of the spiral."""
    scale = replace(scale, hidden=3, connect=False)
    data = spirals(scale.train, scale.test)
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(scale.hidden,))
    measurements: dict[str, list[Measurements]] = {"pairs of minima": []}
    for seed in scale.seeds:
        progress(f"seed {seed}")
        network = minima_of(landscapes, problem, scale, seed)
        lowest_indices = np.argsort(network.losses)[:_MOST]
        points = network.coordinates[lowest_indices]
        lowest = Network.from_arrays(network.losses[lowest_indices], coordinates=points)
        context = SelectionContext(lowest, problem, problem.symmetry, data.inputs)
        classes = predicted_classes(lowest, context.problem, context.inputs)
        disagreement = misclassification_distances(classes)
        images = _random_images(problem, points, seed)
        unaligned = np.linalg.norm(images[:, None] - images, axis=2)
        measurements["pairs of minima"].append(
            {
                "Pearson, aligned": _pearson(
                    euclidean_distances(lowest, problem.symmetry), disagreement
                ),
                "Pearson, as found": _pearson(unaligned, disagreement),
            }
        )
    statements = (
        *published_statements(measurements, _PUBLISHED),
        stated(
            "distance between minima as found says little of how differently they predict (below 0.3)",
            measurements,
            lambda r: abs(r["pairs of minima"]["Pearson, as found"]) < 0.3,
        ),
        stated(
            "alignment over the symmetry group raises the correlation",
            measurements,
            lambda r: (
                r["pairs of minima"]["Pearson, aligned"] > r["pairs of minima"]["Pearson, as found"]
            ),
        ),
    )
    table = side_by_side(measurements, _PUBLISHED)
    return Reproduction(
        "figure-2.6", "Euclidean and misclassification distance", table, statements, scale
    )


def _random_images(
    problem: NeuralNetwork, points: Float[np.ndarray, "minima d"], seed: int
) -> Float[np.ndarray, "minima d"]:
    """Each minimum in a random symmetry image, as a search that knows no symmetry finds it."""
    rng = np.random.default_rng(seed)
    images = [list(problem.symmetry.images(x)) for x in points]
    return np.array([each[rng.integers(len(each))] for each in images])


def _pearson(a: Float[np.ndarray, "n n"], b: Float[np.ndarray, "n n"]) -> float:
    upper = np.triu_indices(len(a), 1)
    return float(np.corrcoef(a[upper], b[upper])[0, 1])
