"""Classifiers that combine several minima."""

import json
import pickle
import subprocess
import sys
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import thalweg as tw
from thalweg.datasets import mislabelled_iris, spirals
from thalweg.learn import (
    LeakageWarning,
    SuperposedClassifier,
    TrainedNetwork,
    compare_with_single_minima,
    specialisation,
)
from thalweg.learn.gates import GATES, MeanGate
from thalweg.learn.superposed_function import SuperposedFunction
from thalweg.learn.superposition_file import ModelFileError, write_model
from thalweg.problems.neural_networks.activations import ACTIVATIONS, Activation
from thalweg.search.exploration.interrupt import StopRequest


@pytest.fixture(scope="module")
def data():
    return spirals(400, 200)


@pytest.fixture(scope="module")
def landscape(spiral_network, tmp_path_factory):
    file = tmp_path_factory.mktemp("learn") / "spiral.db"
    return tw.explore(spiral_network, file, minima=40, connect=False, workers=1)


def fitted(landscape, data, **options):
    model = SuperposedClassifier(landscape, n_minima=3, random_state=0, **options)
    return model.fit(data.inputs, data.targets)


@pytest.mark.parametrize("gate", GATES)
def test_every_gate_gives_probabilities_and_comes_back_from_a_file(landscape, data, gate, tmp_path):
    model = fitted(landscape, data, gate=gate)
    p = model.predict_proba(data.test_inputs)
    assert p.shape == (200, 2) and (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-12)
    model.save(tmp_path / "model.npz")
    again = SuperposedClassifier.load(tmp_path / "model.npz")
    np.testing.assert_array_equal(again.predict_proba(data.test_inputs), p)
    np.testing.assert_array_equal(again.predict(data.test_inputs), model.predict(data.test_inputs))


def test_a_saved_model_keeps_the_names_of_its_columns(landscape, data, tmp_path):
    names = ["alpha", "beta"]
    frame = pd.DataFrame(data.inputs, columns=names)
    model = SuperposedClassifier(landscape, n_minima=2, gate="mean", random_state=0)
    model.fit(frame, data.targets).save(tmp_path / "model.npz")
    again = SuperposedClassifier.load(tmp_path / "model.npz")
    assert list(again.feature_names_in_) == names
    np.testing.assert_array_equal(again.predict(frame), model.predict(frame))
    with pytest.raises(ValueError, match="feature names"):
        again.predict(frame[names[::-1]])
    fitted(landscape, data, gate="mean").save(tmp_path / "plain.npz")
    assert not hasattr(SuperposedClassifier.load(tmp_path / "plain.npz"), "feature_names_in_")


@pytest.mark.parametrize("gate", GATES)
def test_input_gradients_are_those_of_torch(landscape, data, gate):
    function = fitted(landscape, data, gate=gate).function_
    inputs = torch.tensor(data.test_inputs[:50], requires_grad=True)
    p = function.to_torch()(inputs)
    np.testing.assert_allclose(p.detach(), function(data.test_inputs[:50]), atol=1e-13)
    gradients = function.input_gradients(data.test_inputs[:50])
    for c in range(2):
        expected = np.zeros((50, 2))
        if gate not in ("majority", "tandem"):  # A vote has no gradient that torch could follow.
            expected = torch.autograd.grad(p[:, c].sum(), inputs, retain_graph=True)[0].numpy()
        np.testing.assert_allclose(gradients[:, c], expected, atol=1e-9, rtol=1e-9)


def test_a_function_of_its_own_landscape_takes_raw_inputs():
    data = mislabelled_iris(wrong=0.2)
    model = SuperposedClassifier(hidden=(2,), n_minima=2, gate="soft", random_state=0)
    raw = 10 + 3 * data.inputs
    function = model.fit(raw, data.targets).function_
    np.testing.assert_array_equal(function(raw), model.predict_proba(raw))
    step = 1e-6 * np.eye(4)[1]
    slope = (function(raw + step) - function(raw - step)) / 2e-6
    # Central differences of step 1e-6: rounding 1e-10, truncation less.
    np.testing.assert_allclose(function.input_gradients(raw)[:, :, 1], slope, atol=1e-7)


@pytest.mark.parametrize("gate", ["network", "mean"])
def test_the_minimum_that_is_picked_counts_most(landscape, data, gate):
    model = fitted(landscape, data, gate=gate)
    picked, each = model.picked(data.test_inputs), model.probabilities_of_minima(data.test_inputs)
    off = np.abs(each - model.predict_proba(data.test_inputs)).sum(axis=2)
    assert (off[picked, np.arange(200)] <= off.min(axis=0) + 1e-15).all()


def test_two_complementary_minima_beat_the_best_single_one(landscape, data):
    model = fitted(landscape, data, gate="soft")
    best = max(
        roc_auc_score(data.test_targets, p[:, 1])
        for p in model.probabilities_of_minima(data.test_inputs)
    )
    together = roc_auc_score(data.test_targets, model.predict_proba(data.test_inputs)[:, 1])
    bound = model.theoretical_maximum_auc(data.test_inputs, data.test_targets)
    assert best + 0.05 < together <= bound <= 1


def test_each_minimum_predicts_as_its_problem_does(landscape, data):
    model = fitted(landscape, data)
    network = landscape.network()
    with jax.enable_x64(True):
        expected = landscape.problem.predict(
            jax.numpy.asarray(network.coordinates[model.selected_[1]]),
            jax.numpy.asarray(data.test_inputs),
        )
    p = model.probabilities_of_minima(data.test_inputs)[1]
    np.testing.assert_allclose(p, expected, atol=1e-13)


def test_a_landscape_is_explored_within_the_time_where_none_is_given(monkeypatch):
    data, limits = mislabelled_iris(wrong=0.2), []

    def noted(problem, **options):
        limits.append(options["seconds"])
        return tw.explore(problem, **options)

    monkeypatch.setattr("thalweg.learn.timed_search.explore", noted)
    labels = np.array(["a", "b", "c"])[data.targets]
    model = SuperposedClassifier(hidden=(2,), n_minima=2, max_seconds=1000.0, random_state=0)
    model.fit(data.inputs, labels)
    # The rest is for what comes between and after.
    assert limits == [600, 300]
    assert list(model.classes_) == ["a", "b", "c"]
    right = model.predict(data.test_inputs) == np.array(["a", "b", "c"])[data.test_targets]
    assert right.mean() > 0.8
    monkeypatch.setattr(StopRequest, "is_late", property(lambda _: True))
    with pytest.raises(ValueError, match="no minimum was reached in max_seconds = 1000"):
        model.fit(data.inputs, labels)


def test_a_landscape_is_given_by_path_network_or_itself(landscape, spiral_network, data):
    each = [
        fitted(landscape.location, data),
        fitted(landscape, data),
        fitted(landscape.network(), data, hidden=(3,), l2=1e-5),
    ]
    first = each[0].predict_proba(data.test_inputs)
    for model in each[1:]:
        np.testing.assert_array_equal(model.predict_proba(data.test_inputs), first)
    copied = clone(each[1])
    assert (
        copied.landscape is not landscape and copied.landscape.fingerprint == landscape.fingerprint
    )
    # scikit-learn sends models to other processes with pickle; ours are saved without.
    again = pickle.loads(pickle.dumps(each[1]))
    np.testing.assert_array_equal(again.predict_proba(data.test_inputs), first)


def test_rows_outside_the_fold_raise_a_warning(landscape, data):
    half = slice(None, None, 2)
    model = SuperposedClassifier(landscape, gate="mean", random_state=0)
    with pytest.warns(LeakageWarning, match="200 are not among"):
        model.fit(data.inputs[half], data.targets[half])
    with warnings.catch_warnings():
        warnings.simplefilter("error", LeakageWarning)
        model.fit(data.inputs, data.targets)


def test_too_few_minima_and_a_useless_option_raise_a_warning(landscape, data):
    with pytest.warns(UserWarning, match="fewer than n_minima"):
        SuperposedClassifier(landscape, n_minima=1000, gate="mean").fit(data.inputs, data.targets)
    with pytest.warns(UserWarning, match="hidden is ignored"):
        SuperposedClassifier(landscape, hidden=(7,), gate="mean").fit(data.inputs, data.targets)


@pytest.mark.filterwarnings("ignore::thalweg.learn.LeakageWarning")
def test_it_works_in_a_pipeline_and_a_search(landscape, data):
    grid = GridSearchCV(
        SuperposedClassifier(landscape, gate="mean", random_state=0), {"n_minima": [1, 3]}, cv=2
    )
    grid.fit(data.inputs, data.targets)
    assert grid.best_params_["n_minima"] in (1, 3)
    quick = SuperposedClassifier(hidden=(1,), n_minima=2, gate="mean")
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
def test_parameters_that_cannot_be_used_are_refused(landscape, data, options, said):
    with pytest.raises(ValueError, match=said):
        SuperposedClassifier(landscape, **options).fit(data.inputs, data.targets)


def test_data_of_another_shape_are_refused(landscape, data):
    with pytest.raises(ValueError, match="2 inputs and 2 classes"):
        SuperposedClassifier(landscape).fit(np.ones((10, 3)), np.arange(10) % 2)
    with pytest.raises(ValueError, match="needs 22"):
        network = landscape.network()
        SuperposedClassifier(network, hidden=(4,)).fit(data.inputs, data.targets)


def test_a_landscape_in_memory_cannot_be_copied(spiral_network):
    with pytest.raises(TypeError, match="write it to a file"):
        clone(SuperposedClassifier(tw.Landscape.create(spiral_network)))


def test_files_of_others_are_refused(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.zeros(2))
    with pytest.raises(ModelFileError, match="no saved SuperposedClassifier"):
        SuperposedClassifier.load(tmp_path / "other.npz")


@pytest.mark.parametrize(
    ("entries", "arrays", "says"),
    [
        ({"format": 99}, {}, "newer thalweg"),
        ({"labels": ["no"]}, {}, "labels"),
        ({"labels": ["no", "yes", "perhaps"]}, {}, "2 outputs for 3 classes"),
        ({"label_type": "<f8"}, {}, "labels are damaged"),
        ({"label_type": "<U99999999"}, {}, "label_type"),
        ({"n_features_in": 3}, {}, "no layers of a network"),
        ({"n_layers": 10**9}, {}, "minimum0_layer2"),
        ({"gate": "none such"}, {}, "gate must be one of"),
        ({"gate": "boltzmann"}, {}, "weights"),
        ({}, {"selected": np.zeros(0, int)}, "which minima"),
        ({}, {"minimum0_layer0": np.full((3, 3), np.nan)}, "no layers"),
        ({}, {"minimum0_layer1": np.zeros((2, 7))}, "no layers"),
        ({}, {"spread": np.zeros(2)}, "no probabilities"),
        ({}, {"centre": np.zeros(5)}, "scaled"),
    ],
)
def test_a_damaged_model_is_refused_when_it_is_loaded(tmp_path, entries, arrays, says):
    layers = (np.ones((3, 3)), np.ones((2, 4)))
    function = SuperposedFunction(
        (TrainedNetwork(layers, "tanh"),), MeanGate(), np.zeros(2), np.ones(2)
    )
    header = {
        "labels": ["no", "yes"],
        "label_type": "<U3",
        "n_features_in": 2,
        "gate": "mean",
        "gate_class": "MeanGate",
        "gate_hidden": [2],
        "select": "best_loss",
    }
    write_model(tmp_path / "good", function, header, {"selected": np.array([0])})
    assert SuperposedClassifier.load(tmp_path / "good").predict([[0.0, 0.0]]) == ["no"]
    with np.load(tmp_path / "good") as file:
        every = dict(file)
    changed = json.loads(str(every["header"])) | entries
    np.savez(tmp_path / "bad.npz", **every | arrays | {"header": np.array(json.dumps(changed))})
    with pytest.raises(ModelFileError, match=says):
        SuperposedClassifier.load(tmp_path / "bad.npz")


@pytest.mark.parametrize("activation", ACTIVATIONS)
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


class SharpestGate(tw.learn.Gate):
    """A gate of a stranger: the minima weighted by how much they tell the training classes apart."""

    def fit(self, training):
        right = training.probabilities[:, np.arange(len(training.targets)), training.targets]
        self.share = right.mean(axis=1) / right.mean(axis=1).sum()

    def combine(self, inputs, probabilities):
        return np.einsum("m,mnc->nc", self.share, probabilities)

    def input_gradients(self, inputs, probabilities, gradients):
        return np.einsum("m,mnci->nci", self.share, gradients)

    def arrays(self):
        return {"share": self.share}

    def restore(self, arrays):
        self.share = arrays["share"]


class TorchSharpestGate(SharpestGate):
    def torch_combine(self, arrays, inputs, probabilities):
        return torch.einsum("m,mnc->nc", arrays["share"], probabilities)


class Spread(tw.learn.SelectionMethod):
    """A selection of a stranger: every so many minima in order of loss."""

    name = "spread"

    def choose(self, context, n):
        order = np.argsort(context.network.losses)
        chosen = order[np.linspace(0, len(order) - 1, n).astype(int)]
        return tw.learn.Selection(chosen, self.name)


def test_a_gate_and_a_selection_of_a_stranger_serve_as_objects(landscape, data, tmp_path):
    gate = TorchSharpestGate()
    model = fitted(landscape, data, gate=gate, select=Spread())
    losses = landscape.network().losses
    ranks = np.searchsorted(np.sort(losses), losses[model.selected_])
    assert ranks.tolist() == [0, (len(losses) - 1) // 2, len(losses) - 1]
    assert not hasattr(gate, "share"), "the gate that was passed is left as it was"
    p = model.predict_proba(data.test_inputs)
    inputs = torch.tensor(data.test_inputs)
    np.testing.assert_allclose(model.function_.to_torch()(inputs), p, atol=1e-13)
    clone(model).fit(data.inputs, data.targets)
    model.save(tmp_path / "model.npz")
    with pytest.raises(ValueError, match=r"TorchSharpestGate; pass one .*gate="):
        SuperposedClassifier.load(tmp_path / "model.npz")
    again = SuperposedClassifier.load(tmp_path / "model.npz", gate=SharpestGate())
    np.testing.assert_array_equal(again.predict_proba(data.test_inputs), p)
    with pytest.raises(NotImplementedError, match="SharpestGate has no PyTorch form"):
        again.function_.to_torch()(inputs)


def test_minima_of_a_stranger_s_activation_and_loss_are_superposed(data, tmp_path):
    mish = Activation.from_function("mish", lambda a: a * jnp.tanh(jax.nn.softplus(a)))
    problem = tw.problems.NeuralNetwork.from_data(
        data.inputs, data.targets, hidden=(2,), activation=mish, loss=Brier()
    )
    landscape = tw.explore(problem, minima=4, connect=False, workers=1)
    metrics = tw.analysis.classification_metrics(
        landscape.network(), problem, data.test_inputs, data.test_targets
    )
    model = SuperposedClassifier(landscape, n_minima=2, gate="mean", random_state=0)
    p = model.fit(data.inputs, data.targets).probabilities_of_minima(data.test_inputs)
    for i, k in enumerate(model.selected_):
        right = np.mean(p[i].argmax(axis=1) == data.test_targets)
        assert right == metrics.accuracy[k]
    model.save(tmp_path / "model.npz")
    with pytest.raises(ValueError, match=r"an activation of your own, 'mish'.*activation="):
        SuperposedClassifier.load(tmp_path / "model.npz")
    again = SuperposedClassifier.load(tmp_path / "model.npz", activation=mish)
    combined = model.predict_proba(data.test_inputs)
    np.testing.assert_array_equal(again.predict_proba(data.test_inputs), combined)
    with pytest.raises(ValueError, match="'mish' has no PyTorch form"):
        model.function_.to_torch()(torch.tensor(data.test_inputs))


class Brier(tw.losses.PointLoss):
    """A loss of a stranger: squared error of the probabilities."""

    kind = "brier"

    def values(self, outputs, targets):
        p = jax.nn.softmax(outputs, axis=0)
        return jnp.sum((p - (targets == jnp.arange(len(outputs))[:, None])) ** 2, axis=0)


def test_only_minima_of_a_classifier_are_superposed(data):
    regression = tw.problems.NeuralNetwork.from_data(
        data.inputs, data.inputs[:, 0], hidden=(1,), loss=tw.losses.MeanSquaredError()
    )
    for problem in (regression, tw.problems.muller_brown()):
        with pytest.raises(ValueError, match="cannot be superposed"):
            SuperposedClassifier(tw.Landscape.create(problem)).fit(data.inputs, data.targets)


# Penalties so large that landscapes are small: a limit of time would give other minima on a busy machine,
# and scikit-learn asks for the same predictions of two fits.
_CHECK = """
from sklearn.utils.estimator_checks import check_estimator
from thalweg.learn import SuperposedClassifier
check_estimator(
    SuperposedClassifier(hidden=(2,), n_minima=2, l2=1e-2, gate_hidden=(2,), gate_l2=1e-2, random_state=0)
)
"""


@pytest.mark.slow
def test_it_is_a_scikit_learn_estimator():
    # In a process of its own: scikit-learn gives parameters of wrong types on purpose, and expects them
    # to be taken until `fit`; the tests' type checker would refuse them at once.
    subprocess.run([sys.executable, "-c", _CHECK], check=True)


def test_a_superposition_is_set_beside_its_minima(landscape, data, spiral_network):
    model, network = fitted(landscape, data), landscape.network()
    arguments = (data.test_inputs, data.test_targets)
    comparison = compare_with_single_minima(model, network, spiral_network, *arguments)
    p = model.predict_proba(data.test_inputs)
    assert comparison.superposed.auc == roc_auc_score(data.test_targets, p[:, 1])
    assert comparison.superposed.accuracy == model.score(*arguments)
    assert comparison.lowest_minimum.auc <= comparison.best_single_auc
    assert comparison.theoretical_maximum_auc == model.theoretical_maximum_auc(*arguments)
    # Whatever predicts the classes serves: it need not be a network of ours.
    same = tw.problems.from_numpy(
        lambda x: (x @ x, 2 * x), np.ones(17), predict=spiral_network.outputs, outputs="logits"
    )
    assert compare_with_single_minima(model, network, same, *arguments) == comparison
    served = specialisation(model, *arguments)
    targets = data.class_numbers(data.test_targets)
    right = model.probabilities_of_minima(data.test_inputs)[0, np.arange(200), targets]
    np.testing.assert_array_equal(served.probability_of_right[0], right)
    np.testing.assert_array_equal(served.picked, model.picked(data.test_inputs))
