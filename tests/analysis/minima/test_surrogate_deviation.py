"""How far a surrogate of the AUC is from the AUC."""

import jax
import numpy as np
import pytest

from thalweg import Network
from thalweg.analysis import auc_deviation, metrics_by_name
from thalweg.datasets import spirals
from thalweg.precision import with_float64
from thalweg.problems import NeuralNetwork
from thalweg.problems.losses import ApproximateAUC


@pytest.fixture(scope="module")
def data():
    return spirals(60, 20)


def problem_with(data, loss):
    return NeuralNetwork.from_data(data.inputs, data.targets, hidden=(2,), loss=loss, l2=1e-3)


@with_float64
def network_of(problem):
    points = np.random.default_rng(0).normal(size=(3, problem.dimension))
    losses = np.array(jax.jit(jax.vmap(problem.loss))(points))
    return Network.from_arrays(losses, coordinates=points)


def by_pairs(problem, x, data, surrogate):
    """Means over all pairs of the surrogate's area and of the step."""
    outputs = problem.outputs(x, data.inputs)
    p = 1 / (1 + np.exp(outputs[:, 0] - outputs[:, 1]))
    z = p[data.targets == 1][:, None] - p[data.targets == 0]
    return surrogate(z).mean(), (z > 0).mean()


@pytest.mark.parametrize(
    ("name", "area"),
    [
        ("sigmoid", lambda z: 1 / (1 + np.exp(-20 * z))),
        ("tanh", lambda z: (1 + np.tanh(20 * z)) / 2),
    ],
)
def test_it_is_the_difference_of_two_means_over_pairs(data, name, area):
    problem = problem_with(data, ApproximateAUC(name, beta=20.0))
    network = network_of(problem)
    means = [by_pairs(problem, x, data, area) for x in network.coordinates]
    expected = np.array([abs(smooth - step) for smooth, step in means])
    # Scores of single precision move some of 900 pairs across the step at most.
    np.testing.assert_allclose(
        auc_deviation(network, problem, with_penalty=False), expected, atol=1e-3
    )
    assert metrics_by_name(network, problem, data)["train auc deviation"].shape == (3,)


def test_the_published_value_counts_the_penalty_as_part_of_the_loss(data):
    problem = problem_with(data, ApproximateAUC())
    network = network_of(problem)
    zero = np.zeros(3)
    penalty = 1e-3 * (network.coordinates**2).sum(axis=1)
    np.testing.assert_allclose(
        auc_deviation(network, problem, zero), np.abs(-network.losses), atol=1e-12
    )
    np.testing.assert_allclose(
        auc_deviation(network, problem, zero, with_penalty=False), np.abs(penalty - network.losses)
    )


def test_a_loss_that_stands_for_no_area_is_refused(data, spiral_network):
    problem = problem_with(data, ApproximateAUC("exponential"))
    for other in (problem, spiral_network):
        network = Network.from_arrays([0.0], coordinates=np.zeros((1, other.dimension)))
        with pytest.raises(ValueError, match="stands for no area"):
            auc_deviation(network, other)
