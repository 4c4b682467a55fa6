"""Parameters of models that were trained elsewhere, in a problem's own order."""

import numpy as np
import pytest

from thalweg.problems import NeuralNetwork, double_well, from_jax

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(20, 3)), RANDOM.integers(0, 2, 20)


@pytest.fixture(scope="module")
def network():
    # As many units as inputs: the shapes do not say which way round a matrix stands.
    return NeuralNetwork.from_data(X, Y, hidden=(3,))


def test_a_module_of_pytorch_has_the_outputs_of_its_vector(network):
    torch = pytest.importorskip("torch")
    module = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2))
    outputs = module.double()(torch.from_numpy(X)).detach().numpy()
    for given in (module, module.state_dict()):
        vector = network.parameters_of(given)
        np.testing.assert_allclose(network.outputs(vector, X), outputs, atol=1e-14)


def test_a_perceptron_of_scikit_learn_has_the_values_of_its_vector():
    from sklearn.neural_network import MLPRegressor

    values = X[:, 0] * X[:, 1]
    model = MLPRegressor(hidden_layer_sizes=(3,), activation="tanh", tol=1.0, random_state=0).fit(
        X, values
    )
    network = NeuralNetwork.from_data(X, values, hidden=(3,), loss="mean_squared_error")
    outputs = network.outputs(network.parameters_of(model), X)
    np.testing.assert_allclose(outputs[:, 0], model.predict(X), atol=1e-14)


def test_a_module_of_flax_has_the_outputs_of_its_vector(network):
    import flax.linen as nn
    import jax

    module = nn.Sequential([nn.Dense(3), nn.tanh, nn.Dense(2)])
    variables = module.init(jax.random.key(0), X)
    outputs = network.outputs(network.parameters_of(variables), X)
    # Flax computes in single precision.
    np.testing.assert_allclose(outputs, module.apply(variables, X), atol=1e-5)


def test_a_tree_is_taken_in_the_order_of_the_problem_s_own():
    tree = {"b": np.zeros(2), "W": np.ones((2, 3))}
    problem = from_jax(lambda p, x, y: ((x @ p["W"].T + p["b"]) ** 2).mean(), tree, X, Y)
    other = {"b": np.array([1.0, 2.0]), "W": np.arange(6.0).reshape(2, 3)}
    vector = problem.parameters_of(other)
    back = problem.to_model(vector)
    np.testing.assert_array_equal(back["W"], other["W"])
    np.testing.assert_array_equal(back["b"], other["b"])
    np.testing.assert_array_equal(problem.parameters_of(vector), vector)


@pytest.mark.parametrize(
    ("model", "error", "message"),
    [
        ([np.ones((3, 3)), np.ones(3)], ValueError, r"weight1 \[2, 3\]"),
        ([np.ones((4, 3)), np.ones(4), np.ones((2, 4)), np.ones(2)], ValueError, "same layers"),
        (np.ones(5), ValueError, "same layers"),
        (np.full(20, np.nan), ValueError, "not all finite"),
        (object(), TypeError, "no parameters that are known"),
        ({"a": np.arange(20)}, TypeError, "no parameters that are known"),
    ],
)
def test_other_models_are_refused(network, model, error, message):
    assert network.dimension == 20
    with pytest.raises(error, match=message):
        network.parameters_of(model)


def test_a_function_takes_vectors_alone():
    np.testing.assert_array_equal(double_well().parameters_of(np.ones(2)), [1.0, 1.0])
    with pytest.raises(ValueError, match=r"x \[2\]"):
        double_well().parameters_of(np.ones(3))
