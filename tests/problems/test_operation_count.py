"""Operations of a loss, counted in its program: what searches size their tasks by."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.problems.functions import Function
from thalweg.problems.operation_count import (
    gradient_operations,
    hessian_operations,
    loss_operations,
)
from thalweg.problems.user_models import jax_model

D = 5
MATRIX = np.arange(20.0 * D).reshape(20, D)


def function(loss):
    return Function(loss, dimension=D, bounds=[(-1.0, 1.0)] * D)


def squares(x):
    return jnp.sum((MATRIX @ x) ** 2)


def test_products_of_matrices_count_twice_their_terms():
    # 2·20·5 for the product, 20 for the squares and 20 for their sum.
    assert loss_operations(function(squares)) == pytest.approx(240, rel=0.1)


def test_a_loop_counts_as_often_as_it_runs():
    def of_rows(x):
        return jnp.sum(jax.lax.map(lambda row: row @ x, jnp.asarray(MATRIX)))

    def of_more_rows(x):
        return jnp.sum(jax.lax.map(lambda row: row @ x, jnp.asarray(np.tile(MATRIX, (10, 1)))))

    few, many = loss_operations(function(of_rows)), loss_operations(function(of_more_rows))
    assert 9 * few < many < 11 * few


def test_convolutions_windows_and_decompositions_are_counted():
    image = np.ones((1, 1, 8, 8))

    def convolved(x):
        kernel = jnp.ones((2, 1, 3, 3)) * x[0]
        return jnp.sum(jax.lax.conv(jnp.asarray(image), kernel, (1, 1), "VALID"))

    def decomposed(x):
        return jnp.sum(jnp.linalg.cholesky(jnp.eye(60) + x[0] ** 2))

    # Two for each of 9 weights, at 36 places of 2 images.
    assert loss_operations(function(convolved)) > 2 * 9 * 36 * 2
    assert loss_operations(function(decomposed)) > 60**3 / 12


def test_derivatives_made_by_hand_cost_less_than_those_by_column():
    cheap = function(squares)
    dear = tw.problems.from_jax(squares, np.zeros(D))
    assert hessian_operations(dear) / gradient_operations(dear) == D + 1
    assert hessian_operations(cheap) / gradient_operations(cheap) == 5


def test_what_jax_cannot_look_into_says_what_it_costs():
    def loss(x):
        return float(x @ x), 2 * x

    problem = tw.problems.from_numpy(loss, np.zeros(D))
    assert loss_operations(problem) == problem.known_loss_operations > 1e5


def test_a_hessian_by_few_columns_at_once_is_the_same(monkeypatch):
    problem = tw.problems.from_jax(lambda x: jnp.sum(jnp.sin(MATRIX @ x) ** 2), np.zeros(D))
    x = np.linspace(0.1, 0.5, D)
    with jax.enable_x64(True):
        at_once = problem.value_gradient_hessian(jnp.asarray(x))
        monkeypatch.setattr(jax_model, "_OPERATIONS_AT_ONCE", 2.5 * loss_operations(problem))
        by_columns = problem.value_gradient_hessian(jnp.asarray(x))
    for one, other in zip(at_once, by_columns, strict=True):
        # The same sums in another order.
        np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-11)
