"""Functions of JAX, modules of Equinox and Flax as problems."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen, nnx
from small_models import PARAMS, SAME, X, Y, cross_entropy, jax_loss, loss_at, net, some_point
from torch import nn

import thalweg as tw
from thalweg.problems import from_torch


def test_one_network_of_five_libraries_has_one_landscape():
    """The same weights give the same loss, whatever the order of the arrays, and the same group."""
    reference = from_torch(net(), nn.CrossEntropyLoss(), (X, Y), l2=1e-3)
    x = some_point(reference)
    w1, b1, w2, b2 = (np.asarray(a) for a in reference.origin.split(x))
    mlp = eqx.nn.MLP(2, 2, width_size=3, depth=1, activation=jnp.tanh, key=jax.random.key(0))
    ours = tw.problems.NeuralNetwork.from_data(X, Y, hidden=(3,), l2=1e-3)

    class Linen(linen.Module):
        @linen.compact
        def __call__(self, x):
            return linen.Dense(2)(jnp.tanh(linen.Dense(3)(x)))

    variables = Linen().init(jax.random.key(0), X)
    cases = [
        (tw.problems.from_jax(jax_loss, PARAMS, X, Y, l2=1e-3), (w1, w2, b1, b2)),
        (tw.problems.from_equinox(mlp, cross_entropy, (X, Y), l2=1e-3), (w1, b1, w2, b2)),
        (tw.problems.from_flax(Linen(), cross_entropy, (X, Y), variables=variables, l2=1e-3),
         (b2, w2.T, b1, w1.T)),
        (ours, (np.c_[w1, b1], np.c_[w2, b2])),
    ]  # fmt: skip
    for problem, arrays in cases:
        vector = np.concatenate([a.ravel() for a in arrays])
        assert loss_at(problem, vector) == pytest.approx(loss_at(reference, x), rel=1e-13)
        assert problem.symmetry.order == reference.symmetry.order == 48
        images = list(problem.symmetry.images(vector))
        assert len(images) == 48
        for image in images[::7]:
            assert loss_at(problem, image) == pytest.approx(loss_at(problem, vector), rel=1e-13)
            np.testing.assert_allclose(problem.symmetry.align(image, vector), vector, atol=1e-12)


def test_modules_come_back():
    class Network(nnx.Module):
        def __init__(self, rngs):
            self.a, self.b = nnx.Linear(2, 3, rngs=rngs), nnx.Linear(3, 2, rngs=rngs)

        def __call__(self, x):
            return self.b(jnp.tanh(self.a(x)))

    mlp = eqx.nn.MLP(2, 2, width_size=3, depth=1, activation=jnp.tanh, key=jax.random.key(0))
    of_flax = tw.problems.from_flax(Network(nnx.Rngs(0)), cross_entropy, (X, Y))
    of_equinox = tw.problems.from_equinox(mlp, cross_entropy, (X, Y))
    x = some_point(of_flax)
    with jax.enable_x64(True):
        np.testing.assert_allclose(
            of_flax.to_model(x)(jnp.asarray(X)), of_flax.predict(x, X), **SAME
        )
        outputs = jax.vmap(of_equinox.to_model(x))(jnp.asarray(X))
    np.testing.assert_allclose(outputs, of_equinox.predict(x, X), **SAME)
    tree = tw.problems.from_jax(jax_loss, PARAMS, X, Y).to_model(x)
    assert {k: v.shape for k, v in tree.items()} == {k: v.shape for k, v in PARAMS.items()}


@pytest.mark.parametrize(
    ("function", "params", "message"),
    [
        (lambda p: jnp.round(p["a"]).sum(), {"a": np.ones(3)}, "no gradient"),
        (lambda p: p["a"].astype(jnp.float32).sum(), {"a": np.ones(3)}, "single precision"),
        (lambda p: jax.jit(lambda a: a.astype(jnp.float32).sum() * 1.0)(p["a"]).astype(float),
         {"a": np.ones(3)}, "single precision"),
        (lambda p: p["a"] @ np.ones(2), {"a": np.ones(3)}, "cannot be traced"),
        (lambda p: p["a"], {"a": np.ones(3)}, "one number"),
        (lambda p: jnp.log(-jnp.sum(p["a"] ** 2)), {"a": np.ones(3)}, "finite"),
        (lambda p: 0.0, {}, "no parameters"),
        (lambda p: jnp.sum(p["a"] ** 2.0), {"a": np.arange(3)}, "real numbers"),
        (lambda p: float(p["a"].sum()), {"a": np.ones(3)}, "cannot be traced"),
    ],
)  # fmt: skip
def test_functions_without_a_landscape_are_refused(function, params, message):
    with pytest.raises(ValueError, match=message):
        tw.problems.from_jax(function, params)


def test_random_and_stateful_modules_are_refused():
    class Dropping(nnx.Module):
        def __init__(self, rngs):
            self.a, self.drop = nnx.Linear(2, 2, rngs=rngs), nnx.Dropout(0.5, rngs=rngs)

        def __call__(self, x):
            return self.drop(self.a(x))

    model = Dropping(nnx.Rngs(0))
    with pytest.raises(ValueError, match="eval"):
        tw.problems.from_flax(model, cross_entropy, (X, Y))
    model.eval()
    assert tw.problems.from_flax(model, cross_entropy, (X, Y)).dimension == 6
    layers = [eqx.nn.Linear(2, 2, key=jax.random.key(0)), eqx.nn.Dropout()]
    with pytest.raises(ValueError, match="training mode"):
        tw.problems.from_equinox(eqx.nn.Sequential(layers), cross_entropy, (X, Y))
    with pytest.raises(ValueError, match="variables"):
        tw.problems.from_flax(linen.Dense(2), cross_entropy, (X, Y))


def test_default_activations_and_pooling_with_kinks_are_warned_of():
    """Equinox's MLP is made of relu unless one says otherwise."""
    mlp = eqx.nn.MLP(2, 2, width_size=3, depth=1, key=jax.random.key(0))
    with pytest.warns(UserWarning, match="relu has kinks"):
        tw.problems.from_equinox(mlp, cross_entropy, (X, Y))
