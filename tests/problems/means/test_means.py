"""Mean functions: profiled out of the likelihood, with its stationary points, predictions and records."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import optimize, stats

import thalweg as tw
from thalweg.problems import GaussianProcess
from thalweg.problems.kernels import RBF
from thalweg.problems.means import ConstantMean, LinearMean, ZeroMean

POINT = np.log([1.3, 0.7, 0.9, 0.05])


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(4)
    x = rng.normal(size=(14, 2))
    return x, 3 + 2 * x[:, 0] + np.sin(2 * x[:, 1]) + 0.1 * rng.normal(size=14)


@pytest.fixture(scope="module")
def linear(data):
    return GaussianProcess.from_data(*data, kernel=RBF(), mean=LinearMean())


def basis_of(x):
    return np.column_stack([np.ones(len(x)), x])


@jax.jit
def everything(problem, x):
    return problem.loss(x), *problem.value_gradient_hessian(x), problem.value_and_gradient(x)


def test_the_coefficients_are_those_of_highest_likelihood(data, linear):
    x, y = data
    with jax.enable_x64(True):
        loss, value, *_ = everything(linear, jnp.asarray(POINT))
        covariance = np.asarray(linear.covariance(jnp.asarray(POINT)))

    def minus_log_density(beta):
        return -stats.multivariate_normal(basis_of(x) @ beta, covariance).logpdf(y)

    best = optimize.minimize(minus_log_density, np.zeros(3), method="BFGS")
    # BFGS by differences stops at gradients of 1e-5: the value is exact to their square.
    assert float(loss) == pytest.approx(best.fun, abs=1e-6)
    assert float(value) == pytest.approx(float(loss), abs=1e-9)


def test_derivatives_are_those_of_the_loss(linear):
    with jax.enable_x64(True):
        x = jnp.asarray(POINT)
        _, _, gradient, hessian, (_, again) = everything(linear, x)
        expected = jax.jit(lambda p, z: (jax.grad(p.loss)(z), jax.hessian(p.loss)(z)))(linear, x)
    np.testing.assert_allclose(gradient, expected[0], atol=1e-9)
    np.testing.assert_allclose(again, expected[0], atol=1e-9)
    np.testing.assert_allclose(hessian, expected[1], atol=1e-8)


def test_it_is_the_landscape_over_kernel_and_coefficients_together(data, linear):
    x, y = data
    zero = GaussianProcess.from_data(x, y, kernel=RBF())

    def joint(z):
        residual = y - basis_of(x) @ z[4:]
        factor = jnp.linalg.cholesky(zero.covariance(z[:4]))
        white = jax.scipy.linalg.solve_triangular(factor, residual, lower=True)
        return 0.5 * white @ white + jnp.sum(jnp.log(jnp.diagonal(factor)))

    with jax.enable_x64(True):
        at = jnp.asarray(POINT)
        weighted = np.linalg.solve(np.asarray(zero.covariance(at)), basis_of(x))
        beta = np.linalg.solve(basis_of(x).T @ weighted, weighted.T @ y)
        z = jnp.asarray(np.append(POINT, beta))
        derivatives = jax.jit(lambda z: (jax.grad(joint)(z), jax.hessian(joint)(z)))(z)
        slope, curvature = (np.asarray(one) for one in derivatives)
        _, _, gradient, hessian, _ = everything(linear, at)
    # Gradients agree, none is left along the coefficients, and the Hessian is the Schur complement of their
    # positive definite block: stationary points and their indices are the same (Haynsworth, 1968).
    np.testing.assert_allclose(slope, np.append(gradient, np.zeros(3)), atol=1e-8)
    mixed, block = curvature[:4, 4:], curvature[4:, 4:]
    assert (np.linalg.eigvalsh(block) > 0).all()
    schur = curvature[:4, :4] - mixed @ np.linalg.solve(block, mixed.T)
    np.testing.assert_allclose(hessian, schur, atol=1e-8)


def test_predictions_have_the_mean_and_what_is_open_about_it(data, linear):
    x, y = data
    new = np.array([[0.3, -0.2], [50.0, -80.0]])
    prediction = linear.posterior(POINT, new)
    # A flat prior over the coefficients is the limit of a wide normal one, which is a kernel: hᵀ(b I)h.
    wide = 1e8
    covariance = tw.kernels.covariance_matrix(
        tw.kernels.Constant() * RBF(), np.exp(POINT[:3]), np.vstack([x, new])
    )
    basis = basis_of(np.vstack([x, new]))
    covariance = covariance + wide * basis @ basis.T
    sigma = covariance[:14, :14] + 0.05 * np.eye(14)
    cross = covariance[:14, 14:]
    mean = cross.T @ np.linalg.solve(sigma, y)
    variance = np.diag(covariance[14:, 14:] - cross.T @ np.linalg.solve(sigma, cross))
    # The wide prior costs eight of sixteen digits, and the far point has variances of 1e4.
    np.testing.assert_allclose(prediction.mean, mean, rtol=1e-4)
    np.testing.assert_allclose(prediction.variance, variance, rtol=1e-3)
    assert prediction.variance[1] > 10 * prediction.variance[0]


def test_leaving_one_out_leaves_it_out_of_the_mean_too(data, linear):
    x, y = data
    left_out = linear.leave_one_out(POINT)
    others = np.arange(14) != 5
    without = GaussianProcess.from_data(x[others], y[others], kernel=RBF(), mean=LinearMean())
    direct = without.posterior(POINT, x[[5]])
    assert left_out.mean[5] == pytest.approx(direct.mean[0], abs=1e-8)
    assert left_out.variance[5] == pytest.approx(direct.variance[0], abs=1e-8)


def test_targets_shifted_along_the_mean_have_the_same_landscape(data):
    x, y = data
    for mean, shift in ((ConstantMean(), 7.0), (LinearMean(), 7.0 - 2 * x[:, 1])):
        one = GaussianProcess.from_data(x, y, kernel=RBF(), mean=mean)
        other = GaussianProcess.from_data(x, y + shift, kernel=RBF(), mean=mean)
        with jax.enable_x64(True):
            losses = [float(everything(p, jnp.asarray(POINT))[0]) for p in (one, other)]
        assert losses[0] == pytest.approx(losses[1], abs=1e-9)


def test_records_keep_the_mean_and_leave_those_of_zero_mean_as_they_were(data, linear, tmp_path):
    zero = GaussianProcess.from_data(*data, kernel=RBF(), mean=ZeroMean())
    assert zero.fingerprint == GaussianProcess.from_data(*data, kernel=RBF()).fingerprint
    assert "mean" not in zero.choices() and linear.fingerprint != zero.fingerprint
    assert "linear mean" in linear.name and "mean" not in zero.name
    with tw.Landscape.create(linear, tmp_path / "linear.db"):
        pass
    with tw.Landscape.open(tmp_path / "linear.db") as again:
        assert again.problem.mean == LinearMean()
        assert again.problem.fingerprint == linear.fingerprint
    held = GaussianProcess.from_data(*data, mean=LinearMean()).with_parameter("nu", 1.5)
    assert held.problem.mean == LinearMean()


def test_a_mean_of_ones_own_is_used_and_a_mean_that_points_do_not_determine_is_refused(data):
    x, y = data

    @dataclass(frozen=True)
    class Wave(tw.means.Mean):
        name = "wave"

        def basis(self, x):
            return jnp.sin(2 * x[:, 1:])

    problem = GaussianProcess.from_data(x, y, kernel=RBF(), mean=Wave())
    assert problem.choices()["mean"] == {"mean": "wave"} and not problem.is_portable
    with pytest.raises(ValueError, match="mean must be one of zero, constant, linear"):
        tw.means.from_choices({"mean": "wave"})
    with pytest.raises(ValueError, match="linear mean has 3 coefficients, which 3 points"):
        GaussianProcess.from_data(x[:3], y[:3], mean=LinearMean())
    with pytest.raises(ValueError, match="leave out inputs that repeat others"):
        GaussianProcess.from_data(x[:, [0, 0]], y, mean=LinearMean())
