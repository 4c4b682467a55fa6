"""One landscape that several files prove."""

import numpy as np
import pytest

import thalweg as tw


@pytest.fixture(scope="session")
def network():
    """A landscape of a 2-2-2 network with all of its points joined."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(60, 2))
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    problem = tw.problems.NeuralNetwork.from_data(x, y, hidden=(2,), l2=1e-2)
    return tw.explore(problem, minima=6, workers=1, seed=0)
