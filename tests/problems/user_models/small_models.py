"""Data, small models and helpers for the tests of this room."""

import jax
import jax.numpy as jnp
import numpy as np
import torch
from torch import nn

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(30, 2))
Y = (X[:, 0] * X[:, 1] > 0).astype(int)
# The bound for predictions of a minimum that was written back.
SAME = {"rtol": 0, "atol": 1e-12}


def net(activation=None, bias=True):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 3, bias=bias), activation or nn.Tanh(), nn.Linear(3, 2))


def cross_entropy(logits, labels):
    return -jnp.mean(jax.nn.log_softmax(logits)[jnp.arange(len(labels)), labels])


def derivatives(problem, x):
    with jax.enable_x64(True):
        value, gradient, hessian = jax.jit(lambda p, x: p.value_gradient_hessian(x))(problem, x)
        return float(value), np.asarray(gradient), np.asarray(hessian)


def loss_at(problem, x):
    with jax.enable_x64(True):
        return float(problem.loss(jnp.asarray(x)))


def some_point(problem):
    return np.random.default_rng(1).normal(size=problem.dimension)


def jax_loss(params, inputs, labels):
    hidden = jnp.tanh(inputs @ params["W1"].T + params["b1"])
    return cross_entropy(hidden @ params["W2"].T + params["b2"], labels)


PARAMS = {"W1": np.zeros((3, 2)), "b1": np.zeros(3), "W2": np.zeros((2, 3)), "b2": np.zeros(2)}
