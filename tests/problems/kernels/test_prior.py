"""Kernels outside of any data: covariance matrices and functions drawn from the prior."""

import numpy as np
import pytest
from sklearn.gaussian_process import kernels as sk

from thalweg.problems.kernels import RBF, Constant, Matern, covariance_matrix, prior_samples

X = np.linspace(0, 5, 12)[:, None]


@pytest.mark.parametrize("nu", [0.5, 0.8, 2.5])
def test_covariances_are_those_of_scikit_learn(nu):
    ours = covariance_matrix(Constant() * Matern(nu), [2.0, 1.5], X)
    theirs = (2.0 * sk.Matern(1.5, nu=nu))(X)
    np.testing.assert_allclose(ours, theirs, atol=1e-12)
    curve = covariance_matrix(Constant() * RBF(), [2.0, 1.5], X[:1], X)
    np.testing.assert_allclose(curve[0], 2 * np.exp(-0.5 * (X[:, 0] / 1.5) ** 2), atol=1e-14)


def test_prior_samples_have_the_covariance_and_change_smoothly_with_the_kernel():
    draws = prior_samples(RBF(), [1.0], X, samples=40_000, seed=3)
    exact = covariance_matrix(RBF(), [1.0], X)
    # The standard error of a covariance of 40,000 draws is at most sqrt(2/40,000) = 0.007; five of them.
    np.testing.assert_allclose(np.cov(draws.T), exact, atol=0.035)
    near = [prior_samples(Matern(nu), [1.0], X, samples=2, seed=3) for nu in (1.5, 1.501)]
    assert np.abs(near[0] - near[1]).max() < 0.01
    rough = prior_samples(Matern(0.5), [1.0], X, samples=2, seed=3)
    assert np.abs(np.diff(rough, 2)).mean() > np.abs(np.diff(draws[:2], 2)).mean()


def test_hyperparameters_of_another_number_or_sign_are_refused():
    with pytest.raises(ValueError, match=r"takes 1 positive hyperparameters \(length scale"):
        covariance_matrix(RBF(), [1.0, 2.0], X)
    with pytest.raises(ValueError, match="positive"):
        prior_samples(RBF(), [-1.0], X)
