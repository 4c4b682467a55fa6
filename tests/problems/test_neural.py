"""The network's hand-derived derivatives, its reduction and its bad input."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.problems import NeuralNetwork
from thalweg.problems.activations import ACTIVATIONS

# Sums over some hundred points in another order: a few hundred roundings of numbers of order one.
ROUNDING = 1e-12


def network(hidden, n_classes, activation="tanh", n=90):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(n, 2)), np.arange(n) % n_classes
    return NeuralNetwork.from_data(x, y, hidden=hidden, l2=1e-3, activation=activation)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("hidden", [(3,), (3, 4), (2, 3, 2)])
@pytest.mark.parametrize("activation", ["tanh", "swish"])
def test_hand_derived_derivatives_agree_with_autodiff(hidden, n_classes, activation):
    full = network(hidden, n_classes, activation)
    for problem in (full, full.reduction().problem):
        with jax.enable_x64(True):
            x = jnp.asarray(np.random.default_rng(1).normal(size=problem.dimension))
            value, gradient, hessian = jax.jit(lambda p, x: p.value_gradient_hessian(x))(problem, x)
            value_again, gradient_again = jax.jit(lambda p, x: p.value_and_gradient(x))(problem, x)
            np.testing.assert_allclose(value, problem.loss(x), atol=ROUNDING)
            np.testing.assert_allclose(value_again, value, atol=ROUNDING)
            np.testing.assert_allclose(gradient, jax.jit(jax.grad(problem.loss))(x), atol=ROUNDING)
            np.testing.assert_allclose(gradient_again, gradient, atol=ROUNDING)
            by_autodiff = jax.jit(jax.hessian(problem.loss))(x)
            np.testing.assert_allclose(hessian, by_autodiff, atol=ROUNDING)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_derivatives_agree_with_autodiff(name):
    phi = ACTIVATIONS[name]
    with jax.enable_x64(True):
        a = jnp.linspace(-4, 4, 33)
        h = phi.value(a)
        slope = phi.slope(a, h)
        np.testing.assert_allclose(slope, jax.vmap(jax.grad(phi.value))(a), atol=ROUNDING)
        bend = jax.vmap(jax.grad(jax.grad(phi.value)))(a)
        np.testing.assert_allclose(phi.bend(a, h, slope), bend, atol=ROUNDING)
        if phi.is_odd:
            np.testing.assert_allclose(phi.value(-a), -h, atol=ROUNDING)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_reduction_keeps_loss_gradient_norm_and_spectrum(n_classes):
    full = network((3,), n_classes)
    reduction = full.reduction()
    z = np.random.default_rng(2).normal(size=reduction.problem.dimension)
    x = reduction.expand(z)
    np.testing.assert_allclose(reduction.contract(x), z, atol=ROUNDING)
    with jax.enable_x64(True):
        value, gradient, hessian = full.value_gradient_hessian(jnp.asarray(x))
        reduced = reduction.problem.value_gradient_hessian(jnp.asarray(z))
        np.testing.assert_allclose(value, reduced[0], atol=ROUNDING)
        np.testing.assert_allclose(
            gradient, reduction.expand(np.asarray(reduced[1])), atol=ROUNDING
        )
        spectrum = np.concatenate([np.linalg.eigvalsh(reduced[2]), reduction.complement_spectrum])
        np.testing.assert_allclose(np.linalg.eigvalsh(hessian), np.sort(spectrum), atol=ROUNDING)


def test_data_in_pieces_give_the_same_sums(monkeypatch):
    problem = network((3,), 2, n=1000)
    with jax.enable_x64(True):
        x = jnp.asarray(np.random.default_rng(3).normal(size=problem.dimension))
        whole = problem.value_gradient_hessian(x)
        monkeypatch.setattr("thalweg.problems.neural._CACHE_BYTES", 1 << 15)
        pieces = problem.value_gradient_hessian(x)
        for a, b in zip(whole, pieces, strict=True):
            np.testing.assert_allclose(a, b, atol=ROUNDING)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hidden": [0]}, "hidden"),
        ({"hidden": []}, "hidden"),
        ({"l2": -1.0}, "l2"),
        ({"activation": "step"}, "activation"),
        ({"y": np.zeros(4, int)}, "one class"),
        ({"x": np.array([[1.0], [np.nan], [0.0], [0.0]])}, "NaN"),
    ],
)
def test_bad_input_is_refused_and_named(change, said):
    arguments = {"x": np.eye(4)[:, :1], "y": np.arange(4) % 2, **change}
    with pytest.raises(ValueError, match=said):
        NeuralNetwork.from_data(arguments.pop("x"), arguments.pop("y"), **arguments)
