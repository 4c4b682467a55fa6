"""Data term and complexity of a marginal likelihood, and their limits in the length scales."""

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest

from thalweg.problems import GaussianProcess, long_length_terms, short_length_terms
from thalweg.problems.kernels import RBF, Matern
from thalweg.problems.means import LinearMean, ZeroMean


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(1)
    return rng.uniform(-1, 1, size=(6, 1)), rng.normal(size=6)


def test_the_terms_add_up_to_the_loss_without_its_prior(data):
    x = np.log([1.2, 0.6, 0.1])
    for mean in (ZeroMean(), LinearMean()):
        problem = GaussianProcess.from_data(*data, kernel=RBF(), prior_width=2.0, mean=mean)
        terms = problem.terms(x)
        with jax.enable_x64(True):
            loss = float(jax.jit(lambda p, x: p.loss(x))(problem.likelihood(), jnp.asarray(x)))
        assert terms.total == pytest.approx(loss, abs=1e-10)
        assert terms.constant == pytest.approx(3 * np.log(2 * np.pi))


@pytest.mark.parametrize("kernel", [RBF(), Matern(0.5), Matern(1.3)], ids=lambda k: k.name)
def test_with_noise_both_limits_are_finite(data, kernel):
    problem = GaussianProcess.from_data(*data, kernel=kernel)
    variance, noise = 1.3, 0.2
    short = short_length_terms(data[1], variance=variance, noise=noise)
    long = long_length_terms(data[1], variance=variance, noise=noise)
    # Covariances of points that are 0.01 apart die out like exp(−0.01/ℓ); near 1 they differ from it by
    # r^min(2ν, 2).
    for limit, length in ((short, 1e-5), (long, 1e12)):
        terms = problem.terms(np.log([variance, length, noise]))
        assert terms.data == pytest.approx(limit.data, rel=1e-9)
        assert terms.complexity == pytest.approx(limit.complexity, rel=1e-9)


def exact_terms(x, y, length):
    """Both terms of RBF without noise in 400 digits, which a covariance of nearly equal rows takes."""
    with mpmath.workdps(400):
        n = len(x)
        scaled = [mpmath.mpf(float(v)) / mpmath.mpf(float(length)) for v in x]
        sigma = mpmath.matrix(n, n)
        for i in range(n):
            for j in range(n):
                sigma[i, j] = mpmath.exp(-((scaled[i] - scaled[j]) ** 2) / 2)
        factor = mpmath.cholesky(sigma)
        targets = mpmath.matrix([float(v) for v in y])
        white = mpmath.lu_solve(factor, targets)
        data_term = sum(v * v for v in white) / 2
        return data_term, sum(mpmath.log(factor[i, i]) for i in range(n))


def test_without_noise_they_are_the_published_ones(data):
    x, y = data[0][:, 0], data[1]
    short, long = short_length_terms(y), long_length_terms(y)
    assert short.complexity == 0 and short.data == pytest.approx(0.5 * y @ y)
    assert long.data == np.inf and long.complexity == -np.inf
    data_term, complexity = exact_terms(x, y, 1e-4)
    assert float(data_term) == pytest.approx(short.data, rel=1e-12) and abs(complexity) < 1e-12
    lengths = (1e2, 1e4, 1e6)
    values = [exact_terms(x, y, length) for length in lengths]
    data_terms, complexities = ([float(v[k]) for v in values] for k in (0, 1))
    assert data_terms[0] < data_terms[1] < data_terms[2] and data_terms[2] > 1e30
    # Of n points on a line |Σ| ∝ ℓ^−n(n−1): ½ ln|Σ| falls by n(n − 1)/2 · ln 10 for each power of ten.
    slopes = np.diff(complexities) / np.diff(np.log(lengths))
    assert slopes == pytest.approx([-15, -15], rel=1e-3)


def test_targets_that_are_all_equal_fit_infinite_lengths():
    long = long_length_terms(np.full(4, 3.0), variance=2.0)
    assert long.data == pytest.approx(0.5 * 9 / 2) and long.complexity == -np.inf


def test_a_singular_covariance_is_refused(data):
    x = np.repeat(data[0], 2, axis=0)
    problem = GaussianProcess.from_data(x, np.arange(12.0), kernel=RBF(), noise=(1e-18, 1.0))
    with pytest.raises(ValueError, match="not positive definite"):
        problem.terms(np.log([900.0, 90.0, 2e-18]))
