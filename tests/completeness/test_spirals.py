"""A 2-3-2 network on two spirals: its points of every index, as a search of its own has counted them."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import euler_characteristic


def _arm(rng, n, sign):
    turn = 780 * np.pi / 180
    t = np.sqrt(rng.random(n)) * turn
    x = np.stack([-np.cos(t) * t, np.sin(t) * t], axis=1) + 0.5 * rng.random((n, 2))
    return sign * x / (turn / 2)


@pytest.mark.slow
def test_three_hidden_units_have_24_minima_48_transition_states_26_and_1_saddles():
    # 3,000 Newton searches from random starts gave the same numbers, each class more than once.
    rng = np.random.default_rng(0)
    x = np.concatenate([_arm(rng, 30, 1), _arm(rng, 30, -1)])
    y = np.repeat([1, 0], 30)
    problem = tw.problems.NeuralNetwork.from_data(x, y, hidden=(3,), l2=1e-2)
    result = euler_characteristic(tw.explore(problem, complete=True, workers=1, seed=0))
    assert {one.index: one.images for one in result.counts} == {0: 24, 1: 48, 2: 26, 3: 1}
    assert result.is_one
