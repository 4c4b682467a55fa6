"""Misclassification distances between many minima: time and memory, beside SciPy's Hamming distance."""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import resource
import time

import numpy as np
from scipy.spatial.distance import cdist

import thalweg as tw
from thalweg.learn import misclassification_distances, predicted_classes
from thalweg.problems import NeuralNetwork

SIZES = ((1_000, 2_000), (4_000, 10_000), (10_000, 10_000))
SCIPY_ROWS = 100


def main() -> None:
    print("   minima   points   predict /s   distances /s   SciPy /s   ratio   peak memory /GB")
    rng = np.random.default_rng(0)
    for n_minima, n_points in SIZES:
        inputs = rng.normal(size=(n_points, 2))
        problem = NeuralNetwork.from_data(inputs, rng.integers(2, size=n_points), hidden=(5,))
        points = 4 * rng.normal(size=(n_minima, problem.dimension))
        network = tw.Network.from_arrays(rng.uniform(size=n_minima), coordinates=points)
        began = time.perf_counter()
        classes = predicted_classes(network, problem, inputs)
        predicted = time.perf_counter()
        distances = misclassification_distances(classes)
        ended = time.perf_counter()
        # SciPy's rows all cost the same: some of them stand for all.
        few = cdist(classes[:SCIPY_ROWS], classes, "hamming")
        scipy = (time.perf_counter() - ended) * n_minima / SCIPY_ROWS
        # Sums of 10⁴ zeros and ones are exact in float32; the quotient has its rounding, 6e-8.
        assert np.abs(distances[:SCIPY_ROWS] - few).max() < 1e-6
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(
            f"{n_minima:9,} {n_points:8,} {predicted - began:12.1f} {ended - predicted:14.1f} "
            f"{scipy:10.1f} {scipy / (ended - predicted):7.0f} {peak:18.2f}"
        )


if __name__ == "__main__":
    main()
