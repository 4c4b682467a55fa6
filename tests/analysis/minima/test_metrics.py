"""Metrics of minima as classifiers, against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import log_loss, roc_auc_score

import thalweg as tw
from thalweg.analysis import auc_score, classification_metrics
from thalweg.problems import NeuralNetwork


@pytest.mark.parametrize("n_classes", [2, 3])
def test_metrics_are_those_of_scikit_learn(n_classes):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(80, 2)), np.arange(80) % n_classes
    problem = NeuralNetwork.from_data(x, y, hidden=(2,), l2=1e-3)
    points = rng.normal(size=(3, problem.dimension))
    network = tw.Network.from_arrays([0.0, 0.0, 0.0], coordinates=points)
    result = classification_metrics(network, problem, x, y)
    for k, point in enumerate(points):
        import jax

        with jax.enable_x64(True):
            p = np.asarray(problem.predict(jax.numpy.asarray(point), jax.numpy.asarray(x)))
        assert result.loss[k] == pytest.approx(log_loss(y, p), rel=1e-12)
        assert result.accuracy[k] == np.mean(p.argmax(axis=1) == y)
        expected = roc_auc_score(y, p[:, 1] if n_classes == 2 else p, multi_class="ovr")
        assert result.auc[k] == pytest.approx(expected, abs=1e-12)


def test_data_that_tell_nothing_are_refused(spiral_network):
    network = tw.Network.from_arrays([0.0], coordinates=np.zeros((1, 17)))
    with pytest.raises(ValueError, match="at least one"):
        classification_metrics(network, spiral_network, np.zeros((0, 2)), np.zeros(0, int))
    bare = tw.Network.from_arrays([0.0])
    with pytest.raises(ValueError, match="no coordinates"):
        classification_metrics(bare, spiral_network, np.zeros((1, 2)), np.zeros(1, int))


def test_the_area_under_the_curve_is_undefined_where_a_class_is_missing():
    probabilities = np.array([[0.2, 0.8], [0.6, 0.4]])
    assert np.isnan(auc_score(np.array([1, 1]), probabilities))
    assert auc_score(np.array([1, 0]), probabilities) == 1
