"""Perceptrons of scikit-learn as problems."""

import warnings

import numpy as np
import pandas as pd
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


@pytest.mark.parametrize(
    "model",
    [
        MLPClassifier((2,), activation="tanh", alpha=0.1, max_iter=7, random_state=3),
        MLPRegressor(
            hidden_layer_sizes=(2,),
            activation="logistic",
            alpha=0.1,
            max_iter=7,
            early_stopping=True,
        ),
    ],
)
def test_the_model_that_comes_back_says_its_own_loss_and_keeps_parameters_and_names(model):
    frame = pd.DataFrame(X, columns=["alpha", "beta"])
    problem = tw.problems.from_sklearn_network(model, frame, Y)
    x = some_point(problem)
    back, other = problem.to_model(x), problem.to_model(2 * x)
    assert back.loss_ == back.best_loss_ == pytest.approx(loss_at(problem, x), rel=1e-12)
    assert back.loss_curve_ == [back.loss_] and back.n_iter_ == 0
    assert back.get_params() == model.get_params()
    assert list(back.feature_names_in_) == ["alpha", "beta"]
    with pytest.raises(ValueError, match="feature names"):
        back.predict(frame[["beta", "alpha"]])
    # The models that come back share nothing that a further fit would change.
    before = other.coefs_[0].copy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        back.set_params(early_stopping=False).partial_fit(frame, Y)
    np.testing.assert_array_equal(other.coefs_[0], before)
    np.testing.assert_array_equal(problem.to_model(2 * x).coefs_[0], before)


def test_columns_in_another_order_than_those_of_the_fit_are_refused():
    frame = pd.DataFrame(X, columns=["alpha", "beta"])
    model = MLPClassifier((2,), activation="tanh", max_iter=1)
    with pytest.warns(UserWarning):
        model.fit(frame, Y)
    with pytest.raises(ValueError, match="fitted to the columns alpha, beta"):
        tw.problems.from_sklearn_network(model, frame[["beta", "alpha"]], Y)
    back = tw.problems.from_sklearn_network(model, X, Y).to_model(np.zeros(9))
    assert list(back.feature_names_in_) == ["alpha", "beta"]


def test_relu_of_a_perceptron_is_warned_of():
    with pytest.warns(UserWarning, match="relu has kinks.*activation='tanh'"):
        tw.problems.from_sklearn_network(MLPClassifier((2,)), X, Y)
