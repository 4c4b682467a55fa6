"""Models of the user's own over rows: batches of them, and what has no rows."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.problems.capabilities import Resamplable

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(20, 3))
Y = X @ [1.0, -2.0, 0.5] + 0.01 * RANDOM.normal(size=20)


def squares(params, x, y):
    return jnp.mean((x @ params["w"] - y) ** 2)


@pytest.fixture(scope="module")
def plain():
    return tw.problems.from_jax(squares, {"w": np.zeros(3)}, X, Y)


@pytest.fixture(scope="module")
def model(plain):
    return tw.problems.over_rows(plain)


def test_it_is_the_same_problem_with_rows(plain, model):
    assert isinstance(model, Resamplable) and not isinstance(plain, Resamplable)
    assert model.n_rows == 20 and model.fingerprint == plain.fingerprint


def test_gradients_of_single_rows_have_the_whole_one_for_a_mean(model):
    x = np.array([0.3, 0.1, -0.2])
    with jax.enable_x64(True):
        gradient = jax.jit(jax.grad(lambda problem, x: problem.loss(x), argnums=1))
        whole = gradient(model, x)
        single = [gradient(model.with_rows(np.array([row])), x) for row in range(20)]
    np.testing.assert_allclose(np.mean(single, axis=0), whole, rtol=1e-12)


def test_batches_lead_near_the_minimum_of_all_rows(model):
    sgd = tw.search.SGD(batch_size=4, epochs=100, learning_rate=0.05, momentum=0.0)
    (run,) = tw.search.train(model, np.ones((1, 3)), sgd)
    # The noise of batches of a loss that is nearly zero everywhere at the minimum is as small as that.
    np.testing.assert_allclose(run.end, np.linalg.lstsq(X, Y, rcond=None)[0], atol=0.02)


def test_modules_have_the_rows_of_their_inputs_and_targets():
    linear = eqx.nn.Linear(3, 1, key=jax.random.key(0))
    module = tw.problems.from_equinox(linear, lambda o, y: jnp.mean((o[:, 0] - y) ** 2), (X, Y))
    assert tw.problems.over_rows(module).with_rows(np.array([3, 3])).n_rows == 2


def test_what_is_no_mean_over_rows_is_refused():
    total = tw.problems.from_jax(lambda p, x, y: 20 * squares(p, x, y), {"w": np.zeros(3)}, X, Y)
    assert tw.problems.over_rows(total).n_rows == 20
    summed = tw.problems.from_jax(
        lambda p, x, y: jnp.sum((x @ p["w"] - y) ** 2), {"w": np.zeros(3)}, X, Y
    )
    with pytest.raises(ValueError, match="no mean over the rows"):
        tw.problems.over_rows(summed)
    kernel = tw.problems.from_jax(
        lambda p, x, k: jnp.sum((x @ p["w"]) ** 2) + k @ k, {"w": np.zeros(3)}, X, np.ones(4)
    )
    with pytest.raises(ValueError, match=r"first axis in common.*\(20, 3\), \(4,\)"):
        tw.problems.over_rows(kernel)
    with pytest.raises(ValueError, match="not made of JAX"):
        tw.problems.over_rows(tw.problems.double_well())
