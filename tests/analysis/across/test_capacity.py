"""Capacity by training on random labels."""

import numpy as np
import pytest

from thalweg.analysis import Capacity, capacity
from thalweg.problems import NeuralNetwork


def test_one_hidden_unit_on_a_line_shatters_two_points_and_not_four():
    # Its output is monotone along the line: labellings with one change of class are fitted, and no others.
    changes = []

    def model(x, y):
        changes.append(np.abs(np.diff(y)).sum())
        return NeuralNetwork.from_data(x, y, hidden=(1,), l2=1e-6)

    line = np.array([[-1.0], [0.0], [1.0], [2.0]])
    result = capacity(model, line, (2, 4), draws=8, starts=6)
    assert result.n_fitted.tolist() == [8, changes[8:].count(1)]
    assert result.shattered == 2 and 0 < result.n_fitted[1] < 8
    assert result.interval(1).lower < result.shares[1] < result.interval(1).upper
    assert (result.n_minima >= 1).all()


def test_the_half_and_the_shattered_number_are_read_from_the_shares():
    result = Capacity(np.array([2, 4, 8, 16]), np.array([10, 10, 8, 2]), np.ones(4), 10)
    assert result.shattered == 4
    assert result.half == pytest.approx(8 + 0.3 / 0.6 * 8)
    assert np.isnan(Capacity(np.array([2]), np.array([10]), np.ones(1), 10).half)
    none = Capacity(np.array([2, 4]), np.array([3, 10]), np.ones(2), 10)
    assert none.shattered == 0 and np.isnan(none.half)


def test_more_points_than_there_are_is_refused():
    with pytest.raises(ValueError, match="sizes"):
        capacity(lambda x, y: NeuralNetwork.from_data(x, y), np.zeros((3, 1)), (4,))
