"""What is passed where a problem, layers or a loss are wanted: taken if it is plain, else refused by name."""

import equinox as eqx
import jax
import numpy as np
import pytest
import torch
from flax import nnx
from sklearn.gaussian_process import GaussianProcessRegressor, kernels
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

import thalweg as tw
from thalweg.problems import NeuralNetwork, from_gpytorch, from_sklearn, from_sklearn_network

X = np.random.default_rng(0).normal(size=(12, 2))
Y = np.arange(12) % 2


@pytest.fixture(scope="module")
def fitted():
    kernel = kernels.RBF() + kernels.WhiteKernel()
    return from_sklearn(
        GaussianProcessRegressor(kernel, alpha=0.0, optimizer=None).fit(X, np.sin(X[:, 0]))
    )


def test_a_fitted_model_stands_for_its_problem(fitted):
    with tw.Landscape.create(fitted) as landscape:
        assert landscape.problem is fitted.problem
    # No minimum is asked for: the door is what is tested.
    with pytest.raises(ValueError, match="minima"):
        tw.explore(fitted, minima=0)


@pytest.mark.usefixtures("no_type_checks")
@pytest.mark.parametrize(
    ("make", "remedy"),
    [
        (lambda: torch.nn.Linear(2, 2), r"from_torch\(module, loss, \(inputs, targets\)\)"),
        (lambda: eqx.nn.Linear(2, 2, key=jax.random.key(0)), "from_equinox"),
        (lambda: nnx.Linear(2, 2, rngs=nnx.Rngs(0)), "from_flax"),
        (lambda: MLPClassifier(), "from_sklearn_network"),
        (lambda: GaussianProcessRegressor(), r"from_sklearn\(model\).problem"),
        (lambda: LogisticRegression(), "from_numpy"),
        (lambda: torch.nn.Linear, "the class Linear. Pass an object"),
        (lambda: lambda x: x @ x, "Function.*from_numpy"),
        (lambda: tw.Landscape.create(tw.problems.double_well()), "its `problem`"),
        (lambda: "spiral.db", "a str"),
        (lambda: None, "a NoneType"),
    ],
)
def test_what_is_no_problem_is_told_what_to_pass(make, remedy):
    for door in (tw.explore, tw.Landscape.create, tw.Landscape.open_or_create):
        with pytest.raises(TypeError, match=remedy):
            door(make())


@pytest.mark.parametrize("hidden", [3, np.int64(3), (3,), [3], np.array([3]), np.array(3)])
def test_a_number_is_one_hidden_layer(hidden):
    assert NeuralNetwork.from_data(X, Y, hidden=hidden).hidden == (3,)


@pytest.mark.usefixtures("no_type_checks")
@pytest.mark.parametrize("hidden", [0, (), "3", 2.5, (3, -1), True, (3, True), None])
def test_what_is_no_layer_is_refused(hidden):
    with pytest.raises(ValueError, match="hidden"):
        NeuralNetwork.from_data(X, Y, hidden=hidden)


def test_a_loss_may_be_named():
    named = NeuralNetwork.from_data(X, Y, hidden=3, loss="cross_entropy")
    assert named.fingerprint == NeuralNetwork.from_data(X, Y, hidden=(3,)).fingerprint


@pytest.mark.usefixtures("no_type_checks")
@pytest.mark.parametrize(
    ("loss", "message"),
    [
        ("cross-entropy", "did you mean 'cross_entropy'"),
        (tw.losses.CrossEntropy, r"write CrossEntropy\(\)"),
        (torch.nn.CrossEntropyLoss(), "from_torch"),
        (3, "got a int"),
    ],
)
def test_what_is_no_loss_is_refused(loss, message):
    with pytest.raises(ValueError, match=message):
        NeuralNetwork.from_data(X, Y, loss=loss)


@pytest.mark.usefixtures("no_type_checks")
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: from_sklearn(LogisticRegression()), "got LogisticRegression.*from_numpy"),
        (lambda: from_sklearn(MLPClassifier()), "from_sklearn_network"),
        (lambda: from_gpytorch(torch.nn.Linear(2, 2)), "ExactGP, got Linear"),
        (lambda: from_sklearn_network(LogisticRegression(), X, Y), "from_numpy"),
        (lambda: tw.problems.from_equinox(eqx.nn.Linear(2, 2, key=jax.random.key(0)), "mse", (X, Y)),
         "function of outputs and targets"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_importers_refuse_models_of_others(call, message):
    with pytest.raises(ValueError, match=message):
        call()
