"""Superpositions of minima chosen at random."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

import thalweg as tw
from thalweg.datasets import spirals
from thalweg.learn import SuperposedClassifier, random_draws


@pytest.fixture(scope="module")
def data():
    return spirals(60, 40)


@pytest.fixture(scope="module")
def network(data):
    problem = tw.problems.NeuralNetwork.from_data(data.inputs, data.targets, hidden=(2,), l2=1e-3)
    points = np.random.default_rng(0).normal(size=(8, problem.dimension))
    return tw.Network.from_arrays(np.arange(8.0), coordinates=points)


def test_every_draw_is_measured_with_its_minima(network, data):
    model = SuperposedClassifier(
        network, hidden=(2,), n_minima=2, select="flattest", gate="mean", random_state=0
    )
    rows = (data.inputs, data.targets, data.test_inputs, data.test_targets)
    draws = random_draws(model, *rows, draws=12)
    assert draws.minima.shape == draws.individual_auc.shape == (12, 2)
    assert len({tuple(m) for m in draws.minima}) > 6
    assert model.select == "flattest" and not hasattr(model, "function_")
    fitted = model.set_params(select="random:5").fit(data.inputs, data.targets)
    np.testing.assert_array_equal(fitted.selected_, draws.minima[5])
    p = fitted.predict_proba(data.test_inputs)[:, 1]
    assert draws.auc[5] == pytest.approx(roc_auc_score(data.test_targets, p))
    assert (draws.individual_auc <= draws.theoretical_maximum_auc[:, None]).all()
    np.testing.assert_array_equal(draws.best_individual_auc, draws.individual_auc.max(axis=1))


def test_draws_without_a_landscape_are_refused(data):
    rows = (data.inputs, data.targets, data.test_inputs, data.test_targets)
    with pytest.raises(ValueError, match="one landscape"):
        random_draws(SuperposedClassifier(), *rows)
    with pytest.raises(ValueError, match="at least 1"):
        random_draws(SuperposedClassifier(), *rows, draws=0)
