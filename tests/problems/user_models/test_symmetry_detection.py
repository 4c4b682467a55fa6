"""The symmetry and the invariant directions of a model are those that its loss shows."""

import jax.numpy as jnp
import numpy as np
import pytest
from small_models import PARAMS, X, Y, cross_entropy, jax_loss, loss_at, some_point

import thalweg as tw
from thalweg.problems.user_models.origin import Parameter
from thalweg.problems.user_models.symmetry_detection import detect_symmetry


def test_a_skip_connection_has_no_symmetry_of_hidden_units():
    def loss(params, inputs, labels):
        hidden = jnp.tanh(inputs @ params["W1"].T + params["b1"])
        return cross_entropy((hidden + inputs) @ params["W2"].T + params["b2"], labels)

    params = {"W1": np.zeros((2, 2)), "b1": np.zeros(2), "W2": np.zeros((2, 2)), "b2": np.zeros(2)}
    problem = tw.problems.from_jax(loss, params, X, Y)
    assert problem.symmetry.order == 1 and "no symmetry" in problem.name


def test_directions_without_influence_are_projected_out():
    """Without a penalty the softmax leaves the common shift of all logits free: 3 + 1 directions."""
    problem = tw.problems.from_jax(jax_loss, PARAMS, X, Y)
    assert problem.invariant_directions.shape == (17, 4)
    x = some_point(problem)
    shifted = x + problem.invariant_directions @ np.ones(4)
    assert loss_at(problem, shifted) == pytest.approx(loss_at(problem, x), rel=1e-13)
    assert problem.symmetry.distance(shifted, x) < 1e-12


def test_arrays_that_make_no_chain_have_no_symmetry():
    parameters = (Parameter("a", (3, 2)), Parameter("b", (5, 4)), Parameter("scale", (7,)))
    assert detect_symmetry(parameters, lambda x: 0.0).order == 1
