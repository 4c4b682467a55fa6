"""The top-k loss against a sum over all sets of classes, and the top-k accuracy."""

from itertools import combinations

import jax
import numpy as np
import pytest

from thalweg import Network
from thalweg.analysis import classification_metrics, metrics_by_name, top_k_accuracy
from thalweg.datasets import mislabelled_iris
from thalweg.problems import NeuralNetwork, losses
from thalweg.problems.losses import CrossEntropy, TopKCrossEntropy


def value(loss, outputs, targets):
    with jax.enable_x64(True):
        return float(jax.jit(lambda y, c: loss(y, c))(outputs, targets))


def by_sets(outputs, targets, k):
    """−ln P(correct class in the set), over all sets of k classes, as it is written."""
    each = []
    for y, c in zip(outputs, targets, strict=True):
        weights = {s: np.exp(y[list(s)].sum()) for s in combinations(range(len(y)), k)}
        right = sum(weight for s, weight in weights.items() if c in s)
        each.append(-np.log(right / sum(weights.values())))
    return np.mean(each)


@pytest.fixture(scope="module")
def outputs():
    return 3 * np.random.default_rng(0).normal(size=(20, 4))


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_loss_is_the_sum_over_all_sets_of_classes(outputs, k):
    targets = np.arange(20) % 4
    assert value(TopKCrossEntropy(k), outputs, targets) == pytest.approx(
        by_sets(outputs, targets, k), rel=1e-12
    )


def test_naming_one_class_is_the_cross_entropy_and_naming_all_is_refused(outputs):
    targets = np.arange(20) % 4
    assert value(TopKCrossEntropy(1), outputs, targets) == pytest.approx(
        value(CrossEntropy(), outputs, targets), rel=1e-12
    )
    with pytest.raises(ValueError, match="k must be below the number of classes, got 4 for 4"):
        value(TopKCrossEntropy(4), outputs, targets)
    with pytest.raises(ValueError, match="k must be a whole number"):
        TopKCrossEntropy(0)


def test_outputs_too_far_apart_for_exponentials_have_a_loss_and_a_gradient():
    far = np.array([[0.0, 2000.0, -1500.0], [900.0, 0.0, 1.0]])
    targets = np.array([2, 0])
    # The set without class 2 outweighs the likeliest one with it by e^1500.
    assert value(TopKCrossEntropy(2), far, targets) == pytest.approx(1500 / 2, rel=1e-12)
    with jax.enable_x64(True):
        gradient = jax.jit(jax.grad(lambda y, c: TopKCrossEntropy(2)(y, c)))(far, targets)
    assert np.isfinite(gradient).all() and np.abs(gradient[0]).max() == pytest.approx(0.5)


def test_it_is_known_by_name_and_rebuilt_from_its_choices():
    loss = TopKCrossEntropy(3)
    assert losses.from_choices(loss.choices()) == loss
    assert losses.loss_named("top_k_cross_entropy") == TopKCrossEntropy(2)


def test_the_top_k_accuracy_counts_classes_among_the_most_probable():
    data = mislabelled_iris(wrong=0.0)
    problem = NeuralNetwork.from_data(
        data.inputs, data.targets, hidden=(2,), loss=TopKCrossEntropy()
    )
    points = np.random.default_rng(1).normal(size=(2, problem.dimension))
    network = Network.from_arrays([0.0, 1.0], coordinates=points)
    rows = (network, problem, data.inputs, data.targets)
    top = top_k_accuracy(*rows, k=2)
    for share, x in zip(top, points, strict=True):
        y = problem.outputs(x, data.inputs)
        # Right unless the class is the least probable of the three.
        assert share == np.mean(y.argmin(axis=1) != data.targets)
    np.testing.assert_array_equal(
        top_k_accuracy(*rows, k=1), classification_metrics(*rows).accuracy
    )
    assert (top_k_accuracy(*rows, k=3) == 1).all()
    np.testing.assert_array_equal(
        metrics_by_name(network, problem, data)["train top 2 accuracy"], top
    )
    with pytest.raises(ValueError, match="k must be at least 1"):
        top_k_accuracy(*rows, k=0)
