"""No penalty is added to the user's loss unasked, and what is added stands in the name."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import linen, nnx
from sklearn.neural_network import MLPClassifier
from small_models import PARAMS, X, Y, cross_entropy, jax_loss, loss_at, net, some_point
from torch import nn

from thalweg import problems


class Linen(linen.Module):
    @linen.compact
    def __call__(self, x):
        return linen.Dense(2)(x)


MODELS = {
    "torch": lambda **l2: problems.from_torch(net(), nn.CrossEntropyLoss(), (X, Y), **l2),
    "torch, called": lambda **l2: problems.from_torch(
        net(), nn.CrossEntropyLoss(), (X, Y), use_bridge=False, **l2
    ),
    "jax": lambda **l2: problems.from_jax(jax_loss, PARAMS, X, Y, **l2),
    "equinox": lambda **l2: problems.from_equinox(
        eqx.nn.Linear(2, 2, key=jax.random.key(0)), cross_entropy, (X, Y), **l2
    ),
    "flax, Linen": lambda **l2: problems.from_flax(
        Linen(), cross_entropy, (X, Y), variables=Linen().init(jax.random.key(0), X), **l2
    ),
    "flax, NNX": lambda **l2: problems.from_flax(
        nnx.Linear(2, 2, rngs=nnx.Rngs(0)), cross_entropy, (X, Y), **l2
    ),
    "numpy": lambda **l2: problems.from_numpy(lambda x: (x @ x, 2 * x), np.ones(2), **l2),
}


@pytest.mark.parametrize("title", MODELS)
def test_a_penalty_is_added_only_where_it_is_asked_for(title):
    plain, penalised = MODELS[title](), MODELS[title](l2=0.25)
    x = some_point(plain)
    with jax.enable_x64(True):
        own_loss = float(plain.model_loss(jnp.asarray(x)))
    assert loss_at(plain, x) == own_loss and "l2" not in plain.name
    assert loss_at(penalised, x) == pytest.approx(own_loss + 0.25 * x @ x, rel=1e-14)
    assert "l2 0.25" in penalised.name


def test_the_name_of_a_perceptron_shows_the_penalty_of_scikit_learn():
    model = MLPClassifier((2,), activation="tanh", alpha=0.3)
    assert "alpha 0.3" in problems.from_sklearn_network(model, X, Y).name
