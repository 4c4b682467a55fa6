"""Regressors that combine several minima."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import mean_squared_error

import thalweg as tw
from thalweg.learn import SuperposedClassifier, SuperposedRegressor
from thalweg.learn.superposition_file import ModelFileError

INPUTS = np.random.default_rng(0).uniform(-2, 2, size=(80, 2))
VALUES = np.sin(3 * INPUTS[:, 0]) * np.cos(2 * INPUTS[:, 1])
FRESH = np.random.default_rng(1).uniform(-2, 2, size=(40, 2))


@pytest.fixture(scope="module")
def landscape(tmp_path_factory):
    problem = tw.problems.NeuralNetwork.from_data(
        INPUTS, VALUES, hidden=(2,), loss="mean_squared_error", l2=1e-3
    )
    file = tmp_path_factory.mktemp("regression") / "values.db"
    return tw.explore(problem, file, minima=12, connect=False, workers=1)


@pytest.fixture(scope="module")
def model(landscape):
    return SuperposedRegressor(landscape, n_minima=3, random_state=0).fit(INPUTS, VALUES)


def test_a_soft_mixture_of_complementary_minima_beats_the_best_of_them(model, landscape):
    each = model.values_of_minima(INPUTS)
    single = [mean_squared_error(VALUES, values) for values in each]
    bound = model.theoretical_minimum_error(INPUTS, VALUES)
    mixed = mean_squared_error(VALUES, model.predict(INPUTS))
    assert bound == pytest.approx(np.mean(((each - VALUES) ** 2).min(axis=0)))
    assert bound <= mixed < min(single)
    network = landscape.network()
    value = landscape.problem.outputs(network.coordinates[model.selected_[1]], INPUTS)
    np.testing.assert_allclose(each[1], value[:, 0], atol=1e-12)


def test_derivatives_by_the_inputs_are_those_of_the_smooth_prediction(model):
    step, exact = 1e-5, model.function_.input_gradients(FRESH)[:, 0]
    for i in range(2):
        shift = step * np.eye(2)[i]
        slope = (model.predict(FRESH + shift) - model.predict(FRESH - shift)) / (2 * step)
        # Central differences: error of the order of the step squared times third derivatives, some hundreds.
        np.testing.assert_allclose(exact[:, i], slope, atol=1e-6, rtol=1e-6)
    inputs = torch.tensor(FRESH, requires_grad=True)
    value = model.function_.to_torch()(inputs)[:, 0]
    np.testing.assert_allclose(value.detach(), model.predict(FRESH), atol=1e-12)
    (forces,) = torch.autograd.grad(value.sum(), inputs)
    np.testing.assert_allclose(exact, forces, atol=1e-10)


def test_derivatives_do_not_jump_with_a_soft_gate_and_predictions_jump_with_one_that_picks(
    landscape,
):
    line = np.column_stack([np.linspace(-2, 2, 4001), np.zeros(4001)])
    soft = SuperposedRegressor(landscape, random_state=0).fit(INPUTS, VALUES)
    hard = SuperposedRegressor(landscape, random_state=0, gate="network").fit(INPUTS, VALUES)
    slopes = soft.function_.input_gradients(line)[:, 0, 0]
    changes = np.abs(np.diff(slopes))
    # Of a smooth curve the changes between near points are all about as small as their neighbours.
    assert changes.max() < 0.05 * np.ptp(slopes)
    jumps = np.abs(np.diff(hard.predict(line)))
    assert len(np.unique(hard.picked(line))) > 1
    assert jumps.max() > 20 * np.median(jumps)


@pytest.mark.parametrize("gate", ["mean", "boltzmann"])
def test_a_saved_model_comes_back_and_is_no_classifier(landscape, gate, tmp_path):
    frame = pd.DataFrame(INPUTS, columns=["alpha", "beta"])
    model = SuperposedRegressor(landscape, gate=gate, n_minima=2, random_state=0)
    model.fit(frame, VALUES).save(tmp_path / "model.npz")
    again = SuperposedRegressor.load(tmp_path / "model.npz")
    np.testing.assert_array_equal(again.predict(frame), model.predict(frame))
    assert list(again.feature_names_in_) == ["alpha", "beta"]
    with pytest.raises(ModelFileError, match="no saved SuperposedClassifier, but a"):
        SuperposedClassifier.load(tmp_path / "model.npz")


def test_targets_in_other_units_give_the_same_model_in_these():
    options = {"hidden": (1,), "n_minima": 2, "gate": "mean", "random_state": 0}
    plain = SuperposedRegressor(**options).fit(INPUTS[:20], VALUES[:20])
    scaled = clone(plain).fit(INPUTS[:20], 1000 * VALUES[:20] + 500)
    np.testing.assert_allclose(
        scaled.predict(FRESH), 1000 * plain.predict(FRESH) + 500, rtol=1e-6, atol=1e-6
    )


@pytest.mark.parametrize("estimator", [SuperposedRegressor, SuperposedClassifier])
def test_nothing_is_predicted_before_it_is_fitted(estimator):
    for ask in ("predict", "picked"):
        with pytest.raises(NotFittedError):
            getattr(estimator(), ask)(INPUTS)


def test_what_combines_or_chooses_classes_alone_is_refused(landscape, spiral_network):
    with pytest.raises(ValueError, match="for values take network, soft"):
        SuperposedRegressor(landscape, gate="majority").fit(INPUTS, VALUES)
    with pytest.raises(ValueError, match="no class"):
        SuperposedRegressor(landscape, select="misclassification").fit(INPUTS, VALUES)
    with pytest.raises(ValueError, match="regression loss"):
        SuperposedRegressor(tw.Landscape.create(spiral_network)).fit(INPUTS, VALUES)


# Penalties so large that landscapes are small: a limit of time would give other minima on a busy machine,
# and scikit-learn asks for the same predictions of two fits.
_CHECK = """
from sklearn.utils.estimator_checks import check_estimator
from thalweg.learn import SuperposedRegressor
check_estimator(
    SuperposedRegressor(hidden=(2,), n_minima=2, l2=1e-2, gate_hidden=(2,), gate_l2=1e-2, random_state=0)
)
"""


@pytest.mark.slow
def test_it_is_a_scikit_learn_estimator():
    # In a process of its own, as for the classifier: wrong types are given on purpose.
    subprocess.run([sys.executable, "-c", _CHECK], check=True)
