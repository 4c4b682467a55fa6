"""Batched walks with exact Hessians."""

import numpy as np

from thalweg.problems import NeuralNetwork
from thalweg.search.newton import Newton
from thalweg.search.walk import RMS_TOLERANCE, Status, walk


def network():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 2))
    return NeuralNetwork.from_data(x, (x[:, 0] * x[:, 1] > 0).astype(int), hidden=(2,), l2=1e-3)


def test_converged_walkers_are_minima_at_the_tolerance():
    problem = network().reduction().problem
    starts = np.random.default_rng(1).normal(size=(40, problem.dimension)) * 4
    result = walk(problem, starts, Newton())
    assert result.converged.mean() > 0.9
    assert (result.rms_gradient[result.converged] < RMS_TOLERANCE).all()
    assert (result.spectrum[result.converged] > 0).all()


def test_a_walker_ends_where_it_ends_alone():
    problem = network().reduction().problem
    starts = np.random.default_rng(2).normal(size=(20, problem.dimension)) * 4
    together = walk(problem, starts, Newton())
    alone = [walk(problem, start[None], Newton()) for start in starts]
    # Softest curvature 2e-3 at a gradient of 1e-10: end points agree to some 1e-7.
    np.testing.assert_allclose(together.x, [a.x[0] for a in alone], atol=1e-6)


def test_a_stopped_walk_says_so():
    problem = network().reduction().problem
    starts = np.random.default_rng(3).normal(size=(20, problem.dimension)) * 4
    result = walk(problem, starts, Newton(), should_stop=lambda: True)
    assert set(result.status) == {Status.OUT_OF_STEPS}
