"""Kinks and jumps are read from the program of a loss, and confirmed by its gradient: no names of layers."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.problems.smoothness.breaks import breaks

POINTS = np.random.default_rng(5).normal(size=(8, 4))
A = np.random.default_rng(6).normal(size=(4, 4))


def activated(activation):
    return lambda x: jnp.sum(activation(A @ x) * A[0]) + x @ x


def pooled(pool):
    return lambda x: jnp.sum(pool(x[None])) + x @ x


def recurrent(activation):
    def loss(x):
        step = lambda h, row: (activation(h * x[0] + row @ x), None)  # noqa: E731
        return jax.lax.scan(step, jnp.zeros(()), jnp.asarray(A))[0]

    return loss


def naive_log_sum_exp(x):
    largest = jnp.max(x)
    return largest + jnp.log(jnp.sum(jnp.exp(x - largest)))


SMOOTH = {
    "tanh": activated(jnp.tanh),
    "softplus, which is made of a maximum": activated(jax.nn.softplus),
    "elu, whose slopes meet": activated(jax.nn.elu),
    "log-sum-exp, the largest subtracted": naive_log_sum_exp,
    "log-softmax and a look-up of classes": lambda x: (
        -jax.nn.log_softmax(x)[jnp.array([1, 2])].sum()
    ),
    "a choice whose sides meet": activated(lambda a: jnp.where(a > 0, a**3, 0.0)),
    "the square of an absolute value": lambda x: jnp.sum(jnp.abs(x) ** 2),
    "a mask of the data": lambda x: jnp.sum(jnp.where(jnp.asarray(A[0]) > 0, x, 2 * x) ** 2),
    "the edge of a domain": lambda x: jnp.where(x[0] < 0.3, x @ x, jnp.nan),
    "a recurrent layer": recurrent(jnp.tanh),
    "average pooling": pooled(eqx.nn.AvgPool1d(2, 2)),
}

KINKED = {
    "relu": activated(jax.nn.relu),
    "leaky_relu": activated(jax.nn.leaky_relu),
    "selu": activated(jax.nn.selu),
    "where": activated(lambda a: jnp.where(a > 0, a, 0.2 * a)),
    "max": activated(lambda a: jnp.maximum(a, 0.0)),
    "abs": lambda x: jnp.mean(jnp.abs(A @ x)),
    "clip": lambda x: jnp.sum(jnp.clip(x, -0.5, 0.5)) + x @ x,
    "sort": lambda x: jnp.sort(x) @ jnp.arange(4.0) + x @ x,
    "max pooling": pooled(eqx.nn.MaxPool1d(2, 2)),
}

JUMPING = {
    "where": lambda x: jnp.where(x[0] > 0, 1.0, 0.0) + x @ x,
    "floor": lambda x: jnp.sum(jnp.floor(2 * x)) + x @ x,
    "round": lambda x: jnp.sum(x + jax.lax.stop_gradient(jnp.round(x) - x)) ** 2,
    "cond": lambda x: jax.lax.cond(x[0] > 0, lambda y: y @ y, lambda y: 2 * y @ y, x),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_losses_are_not_blamed_for_what_they_are_made_of(name):
    result = breaks(SMOOTH[name], POINTS)
    assert (result.of_gradient, result.of_loss) == ((), ())


@pytest.mark.parametrize("name", KINKED)
def test_operations_with_kinks_are_named(name):
    result = breaks(KINKED[name], POINTS)
    assert (result.of_gradient, result.of_loss) == ((name,), ())


def test_a_recurrent_layer_with_kinks_is_looked_into():
    assert breaks(recurrent(jax.nn.relu), POINTS).of_gradient == ("relu",)


@pytest.mark.parametrize("name", JUMPING)
def test_operations_that_jump_are_named(name):
    result = breaks(JUMPING[name], POINTS)
    assert (result.of_gradient, result.of_loss) == ((), (name,))
