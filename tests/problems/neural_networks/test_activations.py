"""Every form of every activation says the same."""

import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from thalweg.problems.neural_networks.activations import (
    ACTIVATIONS,
    Activation,
    activation_named,
)

# Some roundings of numbers up to ten.
ROUNDING = 1e-14
A = np.linspace(-10, 10, 81)
MISH = Activation.from_function(
    "mish",
    lambda a: a * jnp.tanh(jax.nn.softplus(a)),
    torch=lambda a: torch.nn.functional.mish(a),
)

every = pytest.mark.parametrize("phi", [*ACTIVATIONS.values(), MISH], ids=lambda phi: phi.name)


@every
def test_derivatives_are_those_of_autodiff(phi):
    with jax.enable_x64(True):
        a = jnp.asarray(A)
        h = phi.value(a)
        slope = phi.slope(a, h)
        np.testing.assert_allclose(slope, jax.vmap(jax.grad(phi.value))(a), atol=ROUNDING)
        bend = phi.bend(a, h, slope)
        expected = jax.vmap(jax.grad(jax.grad(phi.value)))(a)
        np.testing.assert_allclose(bend[a != 0], expected[a != 0], atol=ROUNDING)
        if phi.name != "softsign":  # Its second derivative jumps at zero.
            np.testing.assert_allclose(bend[a == 0], expected[a == 0], atol=ROUNDING)


@every
def test_jax_numpy_and_torch_agree_in_value_and_slope(phi):
    with jax.enable_x64(True):
        value = np.asarray(phi.value(jnp.asarray(A)))
        slope = np.asarray(phi.slope(jnp.asarray(A), jnp.asarray(value)))
    np.testing.assert_allclose(phi.numpy_value(A), value, atol=ROUNDING)
    np.testing.assert_allclose(phi.numpy_slope(A, value), slope, atol=ROUNDING)
    tensor = torch.tensor(A, requires_grad=True)
    of_torch = phi.torch_value(tensor)
    np.testing.assert_allclose(of_torch.detach(), value, atol=ROUNDING)
    of_torch.sum().backward()
    np.testing.assert_allclose(tensor.grad, slope, atol=ROUNDING)


@every
def test_oddness_is_what_it_is_said_to_be(phi):
    difference = np.abs(phi.numpy_value(-A) + phi.numpy_value(A)).max()
    assert (difference < ROUNDING) == phi.is_odd


def test_entries_of_the_table_stay_themselves_in_another_process():
    for phi in ACTIVATIONS.values():
        assert pickle.loads(pickle.dumps(phi)) is phi
        assert activation_named(phi.name) is phi and activation_named(phi) is phi
    assert activation_named(MISH) is MISH


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"tanh, .*softsign, or an Activation object, got 'step'"):
        activation_named("step")
