"""How far minima are from each other: in what they predict, and in their parameters."""

import numpy as np
from jaxtyping import Float, Int

from ...landscape.network import Network
from ...problems.capabilities import HasOutputs
from ...problems.predictions import class_probabilities
from ...problems.symmetry import Symmetry

_ROWS = 512
"""Minima whose distances to all others are computed at once, which bounds the memory."""


def predicted_classes(
    network: Network, problem: HasOutputs, inputs: Float[np.ndarray, "N inputs"]
) -> Int[np.ndarray, "minima N"]:
    """The most probable class of every point by every minimum [minima N], one byte each.

    Raises:
        ValueError: if the network has no coordinates, there are more than 127 classes, or the problem
            predicts none.
    """
    network.require_coordinates()
    classes = np.zeros((network.n_minima, len(inputs)), dtype=np.int8)
    for row, x in zip(classes, network.coordinates, strict=True):
        p = class_probabilities(problem, x, inputs)
        if p.shape[1] > 127:
            raise ValueError(f"at most 127 classes can be compared, got {p.shape[1]}.")
        row[:] = p.argmax(axis=1)
    return classes


def misclassification_distances(
    classes: Int[np.ndarray, "minima N"],
) -> Float[np.ndarray, "minima minima"]:
    """Λ(a, b): share of the points to which two minima give different classes [minima minima].

    Agreements are counted by matrix products of zeros and ones, which float32 holds exactly up to
    2²⁴ points.

    Raises:
        ValueError: if there are no points.
    """
    m, n = classes.shape
    if n == 0:
        raise ValueError("there are no points on which minima could differ.")
    # Counts of points alike, down from all: shares would leave a rounding between equal minima.
    different = np.full((m, m), n, dtype=np.float32)
    for label in np.unique(classes):
        is_label = (classes == label).astype(np.float32)
        for start in range(0, m, _ROWS):
            different[start : start + _ROWS] -= is_label[start : start + _ROWS] @ is_label.T
    return different / np.float32(n)


def images_as_found(
    network: Network, symmetry: Symmetry, seed: int = 0
) -> Float[np.ndarray, "minima d"]:
    """Each minimum in a random symmetry image, as a search that knows no symmetry finds it [minima d].

    Raises:
        ValueError: if the network has no coordinates.
    """
    network.require_coordinates()
    rng = np.random.default_rng(seed)
    return np.array([symmetry.random_image(x, rng) for x in network.coordinates])


def euclidean_distances(network: Network, symmetry: Symmetry) -> Float[np.ndarray, "minima minima"]:
    """Distances between minima after alignment over the symmetry group [minima minima]."""
    n = network.n_minima
    distances = np.zeros((n, n))
    for a in range(n):
        for b in range(a):
            distances[a, b] = symmetry.distance(network.coordinates[a], network.coordinates[b])
    return distances + distances.T
