"""A landscape that holds given points as its minima, without a search."""

import numpy as np

import thalweg as tw
from thalweg.landscape.records import Batch, Minimum


def landscape_of_points(problem, points, losses=None, location=None):
    """The `points` in their order, with `losses`, or equally spaced ones."""
    losses = np.linspace(0.1, 0.2, len(points)) if losses is None else losses
    minima = [
        Minimum(float(loss), problem.symmetry.canonical(x), np.ones(problem.dimension), 0.0)
        for loss, x in zip(losses, points, strict=True)
    ]
    landscape = tw.Landscape.create(problem, location)
    batch = Batch(law="starts", minima=tuple(minima))
    landscape.record(batch, landscape.start_run("check", {}, 0))
    return landscape


def small_network(l2=1e-3, hidden=(2,)):
    """A classifier of six rows of two inputs."""
    inputs = np.random.default_rng(0).normal(size=(6, 2))
    return tw.problems.NeuralNetwork.from_data(inputs, np.array([0, 1] * 3), hidden=hidden, l2=l2)
