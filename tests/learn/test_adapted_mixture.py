"""Mixtures of the landscape's peaks, fitted to the posterior."""

import dataclasses

import numpy as np
import pytest

import thalweg as tw
from thalweg.learn import adapted_mixture, importance_sample, laplace_mixture
from thalweg.problems import GaussianProcess
from thalweg.problems.kernels import RBF


@pytest.fixture(scope="module")
def bent():
    """A posterior with one-sided valleys: few points and a weak prior."""
    rng = np.random.default_rng(5)
    x = rng.uniform(-2, 2, size=(14, 1))
    y = np.sin(3 * x[:, 0]) + 0.3 * rng.normal(size=14)
    y = (y - y.mean()) / y.std()
    problem = GaussianProcess.from_data(x, y, kernel=RBF(), prior_width=3.0)
    network = tw.explore(problem, minima=4, coverage=0.9, workers=1, connect=False).network()
    return problem, laplace_mixture(problem, network)


def test_a_fitted_mixture_has_larger_effective_samples_and_the_same_evidence(bent):
    problem, laplace = bent
    fitted = adapted_mixture(problem, laplace, draws=2000, rounds=3)
    assert fitted.weights.sum() == pytest.approx(1) and (fitted.weights >= 0).all()
    before, after = (
        importance_sample(problem, one, draws=2000, seed=1) for one in (laplace, fitted)
    )
    assert after.effective_sample_size > 1.2 * before.effective_sample_size
    error = np.hypot(before.log_evidence_error, after.log_evidence_error)
    assert abs(after.log_evidence - before.log_evidence) < 4 * error


def test_a_peak_without_draws_stays_where_it_is(bent):
    problem, laplace = bent
    far = dataclasses.replace(
        laplace,
        means=np.vstack([laplace.means, laplace.means[:1] + 40]),
        covariances=np.concatenate([laplace.covariances, laplace.covariances[:1]]),
        weights=np.append(laplace.weights, 0.0),
    )
    fitted = adapted_mixture(problem, far, draws=500, rounds=1)
    assert np.array_equal(fitted.means[-1], far.means[-1]) and fitted.weights[-1] < 1e-6


def test_settings_out_of_range_are_refused(bent):
    with pytest.raises(ValueError, match="rounds"):
        adapted_mixture(*bent, rounds=0)
