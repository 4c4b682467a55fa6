"""A kernel from outside the package, in a Gaussian process and its landscape file."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.problems import GaussianProcess
from thalweg.problems.kernels import (
    KERNELS,
    RBF,
    Constant,
    Hyperparameter,
    Kernel,
    from_choices,
    register,
)

X = np.random.default_rng(0).normal(size=(15, 2))
Y = 1.5 * X[:, 0] - X[:, 1] + 0.2 * np.random.default_rng(1).normal(size=15)


@dataclass(frozen=True)
class Linear(Kernel):
    """σ² x·z: linear regression. A variance of its own, no more than a kernel has to write."""

    bounds: tuple[float, float] = (1e-3, 1e3)
    name = "linear of the tests"
    has_variance = True

    def hyperparameters(self, n_inputs):
        return (Hyperparameter("slope variance", self.bounds),)

    def covariance(self, logs, x, z):
        return jnp.exp(logs[0]) * x @ z.T


class Plain(Linear):
    """Another class of the same name."""

    name = "linear of the tests"


@pytest.fixture
def registered():
    yield register(Linear)
    KERNELS.pop(Linear.name)


def test_its_process_is_bayesian_linear_regression():
    problem = GaussianProcess.from_data(X, Y, kernel=Linear())
    # It has a variance: none is put in front.
    assert problem.dimension == 2
    variance, noise = 0.7, 0.05
    prediction = problem.posterior(np.log([variance, noise]), X[:4])
    precision = X.T @ X / noise + np.eye(2) / variance
    weights = np.linalg.solve(precision, X.T @ Y / noise)
    np.testing.assert_allclose(prediction.mean, X[:4] @ weights, atol=1e-10)
    expected = np.einsum("ia,ab,ib->i", X[:4], np.linalg.inv(precision), X[:4])
    np.testing.assert_allclose(prediction.variance, expected, atol=1e-10)


def test_its_derivatives_enter_sums_and_products():
    kernel = Linear((0.1, 10.0)) + Constant() * RBF(ard=False) * Linear()
    problem = GaussianProcess.from_data(X, Y, kernel=kernel)
    with jax.enable_x64(True):
        x = jnp.asarray(0.5 * (problem.lower + problem.upper) + 0.1)
        value, gradient, hessian = jax.jit(lambda p, y: p.value_gradient_hessian(y))(problem, x)
        loss, expected = jax.jit(lambda p, y: (p.loss(y), jax.hessian(p.loss)(y)))(problem, x)
        slope = jax.jit(lambda p, y: jax.grad(p.loss)(y))(problem, x)
    assert float(value) == pytest.approx(float(loss), abs=1e-10)
    np.testing.assert_allclose(gradient, slope, atol=1e-9)
    np.testing.assert_allclose(hessian, expected, atol=1e-8 * np.abs(expected).max())


def test_its_landscape_is_mapped_and_reopened(registered, tmp_path):
    problem = GaussianProcess.from_data(X, Y, kernel=Linear((0.1, 10.0)))
    tw.explore(problem, tmp_path / "linear.db", minima=2, connect=False, workers=1).close()
    with tw.Landscape.open(tmp_path / "linear.db") as landscape:
        assert landscape.n_minima >= 1
        assert landscape.problem.kernel == problem.kernel


def test_a_file_says_which_kernel_it_needs(tmp_path, monkeypatch):
    problem = GaussianProcess.from_data(X, Y, kernel=Linear())
    assert not problem.is_portable
    with monkeypatch.context() as patch:
        patch.setitem(KERNELS, Linear.name, Linear)
        tw.Landscape.create(problem, tmp_path / "linear.db").close()
    message = r"'linear of the tests'.*register.*Landscape\.open\(file, problem\)"
    with (
        tw.Landscape.open(tmp_path / "linear.db") as landscape,
        pytest.raises(tw.LandscapeError, match=message),
    ):
        _ = landscape.problem


def test_two_kernels_of_one_name_are_refused(registered):
    with pytest.raises(ValueError, match="another one"):
        register(Plain)


def test_a_record_names_its_kernels(registered):
    kernel = Linear() * RBF()
    assert from_choices(kernel.choices()) == kernel
