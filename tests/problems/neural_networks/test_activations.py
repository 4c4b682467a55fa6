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
    steep,
)

# Some roundings of numbers up to ten.
ROUNDING = 1e-14
A = np.linspace(-10, 10, 81)
MISH = Activation.from_function(
    "mish",
    lambda a: a * jnp.tanh(jax.nn.softplus(a)),
    torch=lambda a: torch.nn.functional.mish(a),
)

STEEP = [steep("sigmoid", 2.5), steep("gelu", 0.3)]
every = pytest.mark.parametrize(
    "phi", [*ACTIVATIONS.values(), MISH, *STEEP], ids=lambda phi: phi.name
)


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


def test_a_steep_member_of_a_family_is_known_by_its_name():
    for phi in (*STEEP, steep("tanh", 1 / 3)):
        assert activation_named(phi.name) is phi and phi.is_built_in
        assert pickle.loads(pickle.dumps(phi)) is phi
    assert activation_named("sigmoid(20)") is steep("sigmoid", 20)
    assert steep("tanh", 1) is ACTIVATIONS["tanh"]


def test_one_of_your_own_may_have_any_name():
    own = Activation.from_function("tanh(-2)", lambda a: jnp.tanh(-2 * a))
    assert not own.is_built_in


@pytest.mark.parametrize("name", ["softplus", "swish", "gelu"])
def test_ramps_tend_to_relu(name):
    a = np.linspace(-3, 3, 601)
    furthest = [np.abs(steep(name, b).numpy_value(a) - np.maximum(a, 0)).max() for b in (10, 100)]
    # None lies further from it than softplus, which is ln 2/β away at zero.
    assert furthest[0] <= np.log(2) / 10 + ROUNDING and furthest[1] <= np.log(2) / 100 + ROUNDING


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "erf", "softsign"])
def test_bounded_activations_tend_to_a_step(name):
    a = np.array([-1.0, -0.1, 0.1, 1.0])
    step = np.where(a > 0, 1, 0 if name == "sigmoid" else -1)
    # Softsign is the slowest: 1/(1 + β|a|) away.
    np.testing.assert_allclose(steep(name, 1e4).numpy_value(a), step, atol=1e-3)


@pytest.mark.parametrize("steepness", ["0", "-1", "inf", "nan"])
def test_a_steepness_that_is_not_positive_is_refused(steepness):
    with pytest.raises(ValueError, match="steepness"):
        activation_named(f"sigmoid({steepness})")


def test_what_has_no_smooth_minima_is_refused_with_a_family_that_tends_to_it():
    with pytest.raises(ValueError, match=r"no landscape of smooth minima.*softplus\(20\)"):
        activation_named("ReLU")


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"tanh, .*softsign, or an Activation object, got 'cube'"):
        activation_named("cube")
