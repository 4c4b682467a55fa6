"""Models of every library keep the contract of a problem."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from flax import nnx
from sklearn.neural_network import MLPClassifier, MLPRegressor
from torch import nn

from thalweg import problems
from thalweg.testing import check_problem

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(30, 2))
Y = (X[:, 0] * X[:, 1] > 0).astype(int)


def cross_entropy(logits, labels):
    return -jnp.mean(jax.nn.log_softmax(logits)[jnp.arange(len(labels)), labels])


def jax_loss(params, inputs, labels):
    hidden = jnp.tanh(inputs @ params["W1"].T + params["b1"])
    return cross_entropy(hidden @ params["W2"].T + params["b2"], labels)


PARAMS = {"W1": np.zeros((3, 2)), "b1": np.zeros(3), "W2": np.zeros((2, 3)), "b2": np.zeros(2)}


def of_torch(labels, **options):
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))
    return problems.from_torch(module, nn.CrossEntropyLoss(), (X, labels), l2=1e-2, **options)


def of_equinox(labels):
    mlp = eqx.nn.MLP(2, 2, width_size=3, depth=1, activation=jnp.tanh, key=jax.random.key(0))
    return problems.from_equinox(mlp, cross_entropy, (X, labels), l2=1e-2)


class Network(nnx.Module):
    def __init__(self, rngs):
        self.a, self.b = nnx.Linear(2, 3, rngs=rngs), nnx.Linear(3, 2, rngs=rngs)

    def __call__(self, x):
        return self.b(nnx.tanh(self.a(x)))


def of_flax(labels):
    return problems.from_flax(Network(nnx.Rngs(0)), cross_entropy, (X, labels), l2=1e-2)


def well(x):
    return (x[0] ** 2 - 1) ** 2 + x[1] ** 2, np.array([4 * x[0] * (x[0] ** 2 - 1), 2 * x[1]])


def well_hessian(x):
    return np.diag([12 * x[0] ** 2 - 4, 2.0])


def of_numpy(labels, **options):
    # Another power stands for other data.
    scale = 1.0 + labels[0]

    def scaled(x):
        value, gradient = well(x)
        return scale * value, scale * gradient

    return problems.from_numpy(scaled, np.zeros(2), **options)


MODELS = {
    "torch, bridged": of_torch,
    "torch, called": lambda labels: of_torch(labels, use_bridge=False),
    "jax": lambda labels: problems.from_jax(jax_loss, PARAMS, X, labels, l2=1e-2),
    "jax, no penalty": lambda labels: problems.from_jax(jax_loss, PARAMS, X, labels),
    "equinox": of_equinox,
    "flax": of_flax,
    "scikit-learn, classes": lambda labels: problems.from_sklearn_network(
        MLPClassifier((3,), activation="tanh", alpha=0.3), X, labels
    ),
    "scikit-learn, values": lambda labels: problems.from_sklearn_network(
        MLPRegressor(hidden_layer_sizes=(2, 2), activation="logistic", alpha=0.3),
        X,
        X[:, 0] ** 2 + labels,
    ),
    "numpy": of_numpy,
    "numpy with a Hessian": lambda labels: problems.from_numpy(
        well, np.zeros(2), hessian=well_hessian, start_width=1.0 + labels[0]
    ),
}


_SLOW = {"torch, called", "jax, no penalty", "scikit-learn, values", "flax", "numpy with a Hessian"}
"""They go the way of another once more."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if name in _SLOW else ()) for name in MODELS],
)
def test_user_models_keep_the_contract(name):
    problem, other = MODELS[name](Y), MODELS[name](1 - Y)
    # Differences of gradients stand in for a Hessian that only NumPy knows.
    tolerance = 1e-6 if problem.framework == "numpy" else 1e-8
    check_problem(problem, variants=[other], tolerance=tolerance)
