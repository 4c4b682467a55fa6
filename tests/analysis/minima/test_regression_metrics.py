"""What minima of a marginal likelihood predict."""

import numpy as np
import pytest
from scipy import stats

import thalweg as tw
from thalweg.analysis import regression_metrics
from thalweg.problems import GaussianProcess
from thalweg.problems.kernels import Matern


@pytest.fixture(scope="module")
def wave():
    """A sine of the first of two inputs, standardised, with held-out rows."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-2, 2, size=(70, 2))
    y = np.sin(2 * x[:, 0]) + 0.1 * rng.normal(size=70)
    y = (y - y[:30].mean()) / y[:30].std()
    return x[:30], y[:30], x[30:], y[30:]


@pytest.fixture(scope="module")
def explored(wave):
    problem = GaussianProcess.from_data(*wave[:2], kernel=Matern(2.5), prior_width=2.0)
    landscape = tw.explore(problem, minima=3, coverage=0.9, workers=1, connect=False)
    return problem, landscape.network()


def test_metrics_are_those_of_the_prediction(wave, explored):
    problem, network = explored
    metrics = regression_metrics(network, problem, *wave[2:])
    best = network.global_minimum
    prediction = problem.posterior(network.coordinates[best], wave[2])
    assert metrics.mean_squared_error[best] == pytest.approx(
        np.mean((prediction.mean - wave[3]) ** 2)
    )
    spread = np.sqrt(prediction.variance + prediction.noise)
    density = stats.norm(prediction.mean, spread).logpdf(wave[3]).mean()
    assert metrics.log_density[best] == pytest.approx(density, abs=1e-12)
    # Forty points: a calibration error of a right model is about 0.05, of one that is sure of all 0.5.
    assert 0 <= metrics.calibration_error[best] < 0.2
    with pytest.raises(ValueError, match="hold at least one"):
        regression_metrics(network, problem, wave[2][:0], wave[3][:0])
