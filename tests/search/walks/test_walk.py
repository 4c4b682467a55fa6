"""Batched walks with exact Hessians."""

import numpy as np
import pytest

from thalweg.problems import NeuralNetwork
from thalweg.problems.problem import RMS_TOLERANCE
from thalweg.search.steps.eigenvector_following import EigenvectorFollowing
from thalweg.search.steps.newton import Newton
from thalweg.search.steps.rule import Status
from thalweg.search.steps.steepest_descent import SteepestDescent
from thalweg.search.walks.dense import spectral_walk


def network():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 2))
    return NeuralNetwork.from_data(x, (x[:, 0] * x[:, 1] > 0).astype(int), hidden=(2,), l2=1e-3)


def test_converged_walkers_are_minima_at_the_tolerance():
    problem = network().reduction().problem
    starts = np.random.default_rng(1).normal(size=(40, problem.dimension)) * 4
    result = spectral_walk(problem, starts, Newton())
    assert result.converged.mean() > 0.9
    assert (result.rms_gradient[result.converged] < RMS_TOLERANCE).all()
    assert (result.spectrum[result.converged] > 0).all()


def test_a_walker_ends_where_it_ends_alone():
    problem = network().reduction().problem
    starts = np.random.default_rng(2).normal(size=(20, problem.dimension)) * 4
    together = spectral_walk(problem, starts, Newton())
    alone = [spectral_walk(problem, start[None], Newton()) for start in starts]
    # Softest curvature 2e-3 at a gradient of 1e-10: end points agree to some 1e-7.
    np.testing.assert_allclose(together.x, [a.x[0] for a in alone], atol=1e-6)


def test_a_stopped_walk_says_so():
    problem = network().reduction().problem
    starts = np.random.default_rng(3).normal(size=(20, problem.dimension)) * 4
    result = spectral_walk(problem, starts, Newton(), should_stop=lambda: True)
    assert set(result.status) == {Status.STOPPED}


@pytest.mark.parametrize("rule", [Newton, EigenvectorFollowing, SteepestDescent])
def test_every_step_of_a_batch_is_that_of_a_walker_alone(rule):
    problem = network().reduction().problem
    starts = np.random.default_rng(4).normal(size=(12, problem.dimension)) * 3
    for n_steps in (1, 2, 4, 8):
        few = rule(max_steps=n_steps)
        together = spectral_walk(problem, starts, few, steps_per_call=1)
        alone = np.array(
            [spectral_walk(problem, x[None], few, steps_per_call=1).x[0] for x in starts]
        )
        # Sums of different vectorisation differ in the last bits, and eight steps magnify them.
        np.testing.assert_allclose(together.x, alone, atol=1e-10)


def test_chains_go_on_where_they_are_told():
    problem = network().reduction().problem
    starts = np.full((9, problem.dimension), np.nan)
    starts[:3] = np.random.default_rng(5).normal(size=(3, problem.dimension))
    asked = []

    def follow(walker, results):
        asked.append(walker)
        return None if walker == 1 else results.x[walker] + 0.1

    result = spectral_walk(problem, starts, Newton(), follow=follow, first=3)
    # Chain 1 ends after its first walker; walkers 0, 2, 3, 5 lead on to 3, 5, 6, 8.
    assert sorted(asked) == [0, 1, 2, 3, 5]
    assert np.isfinite(result.loss[[0, 1, 2, 3, 5, 6, 8]]).all()
    assert np.isnan(result.loss[[4, 7]]).all()
