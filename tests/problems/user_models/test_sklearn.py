"""Perceptrons of scikit-learn as problems."""

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier, MLPRegressor
from small_models import SAME, X, Y, loss_at, some_point
from torch import nn

import thalweg as tw


@pytest.mark.parametrize(
    ("model", "y", "order"),
    [
        (MLPClassifier((3,), activation="tanh", alpha=0.3), np.array(["no", "yes"])[Y], 48),
        # The sigmoid is not odd: exchanges alone.
        (MLPClassifier((2, 2), activation="logistic", alpha=0.3), Y + (X[:, 0] > 1), 4),
        (MLPRegressor(hidden_layer_sizes=(3,), activation="tanh", alpha=0.3), X[:, 0] ** 2, 48),
    ],
)
def test_a_perceptron_has_scikit_learns_loss_and_comes_back(model, y, order):
    # One step from a known start: scikit-learn states the loss at that start.
    fitted = model.set_params(max_iter=1, solver="adam", learning_rate_init=1e-300, random_state=0)
    with pytest.warns(UserWarning):
        fitted.fit(X, y)
    problem = tw.problems.from_sklearn_network(fitted, X, y)
    assert loss_at(problem, problem.initial) == pytest.approx(fitted.loss_, rel=1e-12)
    x = some_point(problem)
    back = problem.to_model(x)
    outputs = back.predict_proba(X) if isinstance(model, MLPClassifier) else back.predict(X)
    np.testing.assert_allclose(outputs, problem.predict(x, X), **SAME)
    assert problem.symmetry.order == order


def test_a_multiclass_perceptron_has_minima_although_its_biases_may_shift():
    y = Y + (X[:, 0] > 1)
    model = MLPClassifier((2,), activation="tanh", alpha=1.0)
    problem = tw.problems.from_sklearn_network(model, X, y)
    assert problem.invariant_directions.shape[1] == 1
    landscape = tw.explore(problem, minima=2, connect=False, workers=1)
    assert landscape.n_minima > 0
    assert landscape.minimum(0).to_sklearn().predict(X).shape == (30,)


def test_perceptrons_that_are_refused():
    with pytest.raises(ValueError, match="linear"):
        tw.problems.from_sklearn_network(MLPClassifier((2,), activation="identity"), X, Y)
    with pytest.raises(ValueError, match="MLPClassifier"):
        tw.problems.from_sklearn_network(nn.Linear(2, 2), X, Y)
