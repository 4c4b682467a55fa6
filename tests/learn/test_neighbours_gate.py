"""The gate that asks the nearest training points."""

import numpy as np
import pytest

from thalweg.learn import GateTraining, NeighboursGate


def training(targets, classes_of_minima, inputs):
    probabilities = np.eye(2)[classes_of_minima] * 0.8 + 0.1
    return GateTraining(inputs, targets, probabilities, np.zeros(len(classes_of_minima)))


def test_it_picks_what_is_right_nearby_though_some_labels_are_wrong():
    """Left all is class 0 and right all class 1; every fourth label is wrong; minima always say one class."""
    inputs = np.concatenate([np.linspace(-2, -1, 40), np.linspace(1, 2, 40)])[:, None]
    truth = np.repeat([0, 1], 40)
    targets = np.where(np.arange(80) % 4 == 1, 1 - truth, truth)
    always = np.repeat([[0], [1]], 80, axis=1)
    gate = NeighboursGate()
    gate.fit(training(targets, always, inputs))
    p = np.full((2, 80, 2), 0.5)
    np.testing.assert_array_equal(gate.pick(inputs, p), truth)


def test_local_accuracy_is_that_of_the_nearest_points_and_ties_are_shared():
    inputs = np.array([[0.0], [1.0], [5.0]])
    gate = NeighboursGate(2)
    gate.fit(training(np.array([0, 0, 1]), np.array([[0, 0, 0], [0, 1, 1]]), inputs))
    # Near 0.4 the first minimum is right twice, the second once; near 3.1 each is right once.
    np.testing.assert_allclose(gate.weights(np.array([[0.4], [3.1]])), [[1, 0], [0.5, 0.5]])


def test_more_neighbours_than_points_are_all_points_and_none_are_refused():
    gate = NeighboursGate(50)
    gate.fit(training(np.array([0, 1]), np.array([[0, 0], [0, 1]]), np.array([[0.0], [1.0]])))
    np.testing.assert_allclose(gate.weights(np.array([[0.2]])), [[0, 1]])
    with pytest.raises(ValueError, match="n_neighbours"):
        NeighboursGate(0)
