"""Misclassification distances between many minima: time and memory, beside SciPy's Hamming distance."""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import resource
import time

import numpy as np
from records import arguments, report
from scipy.spatial.distance import cdist

import thalweg as tw
from thalweg.learn import misclassification_distances, predicted_classes
from thalweg.problems import NeuralNetwork

SIZES = ((1_000, 2_000), (4_000, 10_000), (10_000, 10_000))
SCIPY_ROWS = 100


def row(n_minima: int, n_points: int) -> dict:
    """Time of the predictions and of their distances."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(n_points, 2))
    problem = NeuralNetwork.from_data(inputs, rng.integers(2, size=n_points), hidden=(5,))
    points = 4 * rng.normal(size=(n_minima, problem.dimension))
    network = tw.Network.from_arrays(rng.uniform(size=n_minima), coordinates=points)
    began = time.process_time()
    classes = predicted_classes(network, problem, inputs)
    predicted = time.process_time()
    distances = misclassification_distances(classes)
    ended = time.process_time()
    # SciPy's rows all cost the same: some of them stand for all.
    few = cdist(classes[:SCIPY_ROWS], classes, "hamming")
    scipy = (time.process_time() - ended) * n_minima / SCIPY_ROWS
    # Sums of 10⁴ zeros and ones are exact in float32; the quotient has its rounding, 6e-8.
    assert np.abs(distances[:SCIPY_ROWS] - few).max() < 1e-6
    return {
        "minima": n_minima,
        "points": n_points,
        "predictions, CPU s": predicted - began,
        "distances, CPU s": ended - predicted,
        "SciPy, CPU s": scipy,
        "ratio": scipy / (ended - predicted),
        "peak memory, GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }


if __name__ == "__main__":
    options = arguments(__doc__)
    rows = [row(*size) for size in (SIZES[:1] if options.quick else SIZES)]
    report("selection", rows, key=("minima", "points"), options=options)
