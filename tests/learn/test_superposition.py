"""Classifiers that combine several minima."""

import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import thalweg as tw
from thalweg.datasets import mislabelled_iris, spirals
from thalweg.learn import LeakageWarning, SuperposedClassifier, TrainedNetwork
from thalweg.learn.gates import GATES


@pytest.fixture(scope="module")
def data():
    return spirals(400, 200)


@pytest.fixture(scope="module")
def mapped(spiral_network, tmp_path_factory):
    place = tmp_path_factory.mktemp("learn") / "spiral.db"
    return tw.explore(spiral_network, place, minima=40, connect=False, workers=1)


def fitted(landscape, data, **options):
    model = SuperposedClassifier(landscape, n_minima=3, random_state=0, **options)
    return model.fit(data.inputs, data.targets)


@pytest.mark.parametrize("gate", GATES)
def test_every_gate_gives_probabilities_and_comes_back_from_a_file(mapped, data, gate, tmp_path):
    model = fitted(mapped, data, gate=gate)
    p = model.predict_proba(data.test_inputs)
    assert p.shape == (200, 2) and (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-12)
    model.save(tmp_path / "model.npz")
    again = SuperposedClassifier.load(tmp_path / "model.npz")
    np.testing.assert_array_equal(again.predict_proba(data.test_inputs), p)
    np.testing.assert_array_equal(again.predict(data.test_inputs), model.predict(data.test_inputs))


@pytest.mark.parametrize("gate", GATES)
def test_input_gradients_are_those_of_torch(mapped, data, gate):
    function = fitted(mapped, data, gate=gate).function_
    inputs = torch.tensor(data.test_inputs[:50], requires_grad=True)
    p = function.to_torch()(inputs)
    np.testing.assert_allclose(p.detach(), function(data.test_inputs[:50]), atol=1e-13)
    found = function.input_gradients(data.test_inputs[:50])
    for c in range(2):
        expected = np.zeros((50, 2))
        if gate != "majority":  # A vote has no gradient that torch could follow.
            expected = torch.autograd.grad(p[:, c].sum(), inputs, retain_graph=True)[0].numpy()
        np.testing.assert_allclose(found[:, c], expected, atol=1e-9, rtol=1e-9)


def test_a_function_of_its_own_landscape_takes_raw_inputs():
    data = mislabelled_iris(wrong=0.2)
    model = SuperposedClassifier(
        hidden=(2,), n_minima=2, gate="soft", max_seconds=5.0, random_state=0
    )
    raw = 10 + 3 * data.inputs
    function = model.fit(raw, data.targets).function_
    np.testing.assert_array_equal(function(raw), model.predict_proba(raw))
    step = 1e-6 * np.eye(4)[1]
    slope = (function(raw + step) - function(raw - step)) / 2e-6
    # Central differences of step 1e-6: rounding 1e-10, truncation less.
    np.testing.assert_allclose(function.input_gradients(raw)[:, :, 1], slope, atol=1e-7)


@pytest.mark.parametrize("gate", ["network", "mean"])
def test_the_minimum_that_is_picked_counts_most(mapped, data, gate):
    model = fitted(mapped, data, gate=gate)
    picked, each = model.picked(data.test_inputs), model.probabilities_of_minima(data.test_inputs)
    off = np.abs(each - model.predict_proba(data.test_inputs)).sum(axis=2)
    assert (off[picked, np.arange(200)] <= off.min(axis=0) + 1e-15).all()


def test_two_complementary_minima_beat_the_best_single_one(mapped, data):
    model = fitted(mapped, data, gate="soft")
    best = max(
        roc_auc_score(data.test_targets, p[:, 1])
        for p in model.probabilities_of_minima(data.test_inputs)
    )
    together = roc_auc_score(data.test_targets, model.predict_proba(data.test_inputs)[:, 1])
    bound = model.theoretical_maximum_auc(data.test_inputs, data.test_targets)
    assert best + 0.05 < together <= bound <= 1


def test_each_minimum_predicts_as_its_problem_does(mapped, data):
    import jax

    model = fitted(mapped, data)
    network = mapped.network()
    with jax.enable_x64(True):
        expected = mapped.problem.predict(
            jax.numpy.asarray(network.coordinates[model.selected_[1]]),
            jax.numpy.asarray(data.test_inputs),
        )
    found = model.probabilities_of_minima(data.test_inputs)[1]
    np.testing.assert_allclose(found, expected, atol=1e-13)


def test_a_landscape_is_explored_where_none_is_given():
    data = mislabelled_iris(wrong=0.2)
    labels = np.array(["a", "b", "c"])[data.targets]
    model = SuperposedClassifier(hidden=(2,), n_minima=2, max_seconds=10.0, random_state=0)
    model.fit(data.inputs, labels)
    assert list(model.classes_) == ["a", "b", "c"]
    right = model.predict(data.test_inputs) == np.array(["a", "b", "c"])[data.test_targets]
    assert right.mean() > 0.8


def test_a_landscape_is_given_by_path_network_or_itself(mapped, spiral_network, data):
    each = [
        fitted(mapped.location, data),
        fitted(mapped, data),
        fitted(mapped.network(), data, hidden=(3,), l2=1e-5),
    ]
    first = each[0].predict_proba(data.test_inputs)
    for model in each[1:]:
        np.testing.assert_array_equal(model.predict_proba(data.test_inputs), first)
    copied = clone(each[1])
    assert copied.landscape is not mapped and copied.landscape.fingerprint == mapped.fingerprint
    # scikit-learn sends models to other processes with pickle; ours are saved without.
    again = pickle.loads(pickle.dumps(each[1]))
    np.testing.assert_array_equal(again.predict_proba(data.test_inputs), first)


def test_rows_outside_the_fold_are_told(mapped, data):
    half = slice(None, None, 2)
    model = SuperposedClassifier(mapped, gate="mean", random_state=0)
    with pytest.warns(LeakageWarning, match="200 are not among"):
        model.fit(data.inputs[half], data.targets[half])
    with warnings.catch_warnings():
        warnings.simplefilter("error", LeakageWarning)
        model.fit(data.inputs, data.targets)


def test_too_few_minima_and_a_useless_option_are_told(mapped, data):
    with pytest.warns(UserWarning, match="fewer than n_minima"):
        SuperposedClassifier(mapped, n_minima=1000, gate="mean").fit(data.inputs, data.targets)
    with pytest.warns(UserWarning, match="hidden is ignored"):
        SuperposedClassifier(mapped, hidden=(7,), gate="mean").fit(data.inputs, data.targets)


@pytest.mark.filterwarnings("ignore::thalweg.learn.LeakageWarning")
def test_it_works_in_a_pipeline_and_a_search(mapped, data):
    grid = GridSearchCV(
        SuperposedClassifier(mapped, gate="mean", random_state=0), {"n_minima": [1, 3]}, cv=2
    )
    grid.fit(data.inputs, data.targets)
    assert grid.best_params_["n_minima"] in (1, 3)
    quick = SuperposedClassifier(hidden=(1,), n_minima=2, gate="mean", max_seconds=5.0)
    line = make_pipeline(StandardScaler(), quick)
    assert cross_val_score(line, data.inputs, data.targets, cv=2).min() > 0.4


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"select": "best"}, "select must be one of"),
        ({"gate": "door"}, "gate must be one of"),
        ({"n_minima": 0}, "at least 1"),
    ],
)
def test_parameters_that_cannot_be_used_are_refused(mapped, data, options, said):
    with pytest.raises(ValueError, match=said):
        SuperposedClassifier(mapped, **options).fit(data.inputs, data.targets)


def test_data_of_another_shape_are_refused(mapped, data):
    with pytest.raises(ValueError, match="2 inputs and 2 classes"):
        SuperposedClassifier(mapped).fit(np.ones((10, 3)), np.arange(10) % 2)
    with pytest.raises(ValueError, match="needs 22"):
        network = mapped.network()
        SuperposedClassifier(network, hidden=(4,)).fit(data.inputs, data.targets)


def test_a_landscape_in_memory_cannot_be_copied(spiral_network):
    with pytest.raises(TypeError, match="write it to a file"):
        clone(SuperposedClassifier(tw.Landscape.create(spiral_network)))


def test_files_of_others_are_refused(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.zeros(2))
    with pytest.raises(ValueError, match="no saved SuperposedClassifier"):
        SuperposedClassifier.load(tmp_path / "other.npz")


@pytest.mark.parametrize("activation", ["tanh", "erf", "sigmoid", "softplus", "swish"])
def test_input_gradients_are_those_of_finite_differences(activation):
    rng = np.random.default_rng(0)
    network = TrainedNetwork.from_vector(rng.normal(size=38), (3, 4, 2, 4), activation)
    x, step = rng.normal(size=(5, 3)), 1e-6
    exact = network.input_gradients(x)
    for i in range(3):
        shift = step * np.eye(3)[i]
        by_difference = (network.predict_proba(x + shift) - network.predict_proba(x - shift)) / (
            2 * step
        )
        # Central differences: error of the order of the step squared plus rounding over the step.
        np.testing.assert_allclose(exact[:, :, i], by_difference, atol=1e-9)


_CHECK = """
from sklearn.utils.estimator_checks import check_estimator
from thalweg.learn import SuperposedClassifier
check_estimator(SuperposedClassifier(hidden=(2,), n_minima=2, max_seconds=4.0, random_state=0))
"""


@pytest.mark.slow
def test_it_is_a_scikit_learn_estimator():
    # In a process of its own: scikit-learn gives parameters of wrong types on purpose, and expects them
    # to be taken until `fit`; the tests' type checker would refuse them at once.
    subprocess.run([sys.executable, "-c", _CHECK], check=True)
