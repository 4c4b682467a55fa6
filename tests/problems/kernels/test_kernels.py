"""Covariance functions: agreement with scikit-learn, derivatives, and how they are put together."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.gaussian_process import kernels as sk

from thalweg.problems.kernels import (
    RBF,
    Constant,
    Matern,
    Periodic,
    RationalQuadratic,
    from_choices,
)

LENGTHS = (0.7, 2.3)
X = np.random.default_rng(0).normal(size=(12, 2))
Z = np.random.default_rng(1).normal(size=(5, 2))

PAIRS = [
    (RBF(), LENGTHS, sk.RBF(LENGTHS)),
    (RBF(ard=False), (0.7,), sk.RBF(0.7)),
    *((Matern(nu), LENGTHS, sk.Matern(LENGTHS, nu=nu)) for nu in (0.5, 1.5, 2.5, 0.8, 3.3, 7.0)),
    (Matern((0.3, 9.0)), (*LENGTHS, 3.3), sk.Matern(LENGTHS, nu=3.3)),
    (RationalQuadratic(ard=False), (0.7, 1.9), sk.RationalQuadratic(0.7, 1.9)),
    (
        Constant() * RBF() + Constant() * RBF(ard=False),
        (2.0, *LENGTHS, 0.3, 1.1),
        2.0 * sk.RBF(LENGTHS) + 0.3 * sk.RBF(1.1),
    ),
]


def matrix(kernel, values, x=X, z=X):
    with jax.enable_x64(True):
        logs = jnp.log(jnp.asarray(values, dtype=float))
        return np.asarray(kernel.covariance(logs, jnp.asarray(x), jnp.asarray(z)))


@pytest.mark.parametrize(("kernel", "values", "theirs"), PAIRS)
def test_covariances_are_scikit_learns(kernel, values, theirs):
    np.testing.assert_allclose(matrix(kernel, values), theirs(X), atol=1e-12)
    np.testing.assert_allclose(matrix(kernel, values, X, Z), theirs(X, Z), atol=1e-12)
    assert len(kernel.hyperparameters(2)) == len(values)
    assert from_choices(kernel.choices()) == kernel


def test_a_periodic_covariance_repeats_itself():
    values = (0.9, 1.7)
    # scikit-learn's has the sine of the Euclidean distance: the same for one input.
    theirs = sk.ExpSineSquared(0.9, 1.7)(X[:, :1])
    np.testing.assert_allclose(matrix(Periodic(), values, X[:, :1], X[:, :1]), theirs, atol=1e-12)
    np.testing.assert_allclose(
        matrix(Periodic(), values), matrix(Periodic(), values, X + 1.7, X), atol=1e-12
    )


@pytest.mark.parametrize("nu", [0.5, 1.5, 2.5])
def test_the_general_smoothness_passes_through_the_closed_forms(nu):
    values = matrix(Matern((0.05, 50.0)), (*LENGTHS, nu))
    np.testing.assert_allclose(values, matrix(Matern(nu), LENGTHS), atol=1e-12)


def test_a_large_smoothness_comes_near_the_rbf():
    # The difference falls as 1/ν.
    assert np.abs(matrix(Matern(50.0), LENGTHS) - matrix(RBF(), LENGTHS)).max() < 0.01


@given(st.floats(0.1, 20), st.integers(0, 100))
def test_covariances_are_symmetric_positive_definite_and_at_most_one(nu, seed):
    x = np.random.default_rng(seed).normal(size=(8, 2))
    covariance = matrix(Matern((0.05, 50.0)), (*LENGTHS, nu), x, x)
    np.testing.assert_array_equal(covariance, covariance.T)
    assert covariance.max() <= 1 + 1e-12 and np.linalg.eigvalsh(covariance).min() > -1e-12


def test_repeated_points_have_finite_derivatives():
    repeated = np.repeat(X[:3], 2, axis=0)
    for kernel in (Matern(0.5), Matern((0.3, 5.0))):
        with jax.enable_x64(True):
            x = jnp.asarray(repeated)
            logs = jnp.zeros(len(kernel.hyperparameters(2)))
            slopes = jax.jit(jax.jacfwd(lambda v, k=kernel, x=x: k.covariance(v, x, x)))(logs)
        assert np.isfinite(slopes).all()


def test_impossible_choices_are_refused():
    for nu in (0.0, -1.0, 99.0, (0.01, 2.0)):
        with pytest.raises(ValueError, match=r"from 0\.05 to 50"):
            Matern(nu)
    with pytest.raises(ValueError, match="lower < upper"):
        RBF(length_bounds=(2.0, 1.0)).hyperparameters(1)
    with pytest.raises(ValueError, match="kernel must be one of"):
        from_choices({"kernel": "cubic"})
