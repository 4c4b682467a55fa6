"""What minima of a marginal likelihood predict, and what the data leave open."""

import numpy as np
import pytest
from scipy import stats

import thalweg as tw
from thalweg.analysis import bound_optima, flat_directions, regression_metrics
from thalweg.landscape.network import Network
from thalweg.problems import GaussianProcess
from thalweg.problems.kernels import RBF, Matern


@pytest.fixture(scope="module")
def wave():
    """A sine of the first of two inputs, standardised, with held-out rows."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-2, 2, size=(70, 2))
    y = np.sin(2 * x[:, 0]) + 0.1 * rng.normal(size=70)
    y = (y - y[:30].mean()) / y[:30].std()
    return x[:30], y[:30], x[30:], y[30:]


@pytest.fixture(scope="module")
def mapped(wave):
    problem = GaussianProcess.from_data(*wave[:2], kernel=Matern(2.5), prior_width=2.0)
    landscape = tw.explore(problem, minima=3, coverage=0.9, workers=1, connect=False)
    return problem, landscape.network()


def test_metrics_are_those_of_the_prediction(wave, mapped):
    problem, network = mapped
    found = regression_metrics(network, problem, *wave[2:])
    best = network.global_minimum
    prediction = problem.posterior(network.coordinates[best], wave[2])
    assert found.mean_squared_error[best] == pytest.approx(
        np.mean((prediction.mean - wave[3]) ** 2)
    )
    spread = np.sqrt(prediction.variance + prediction.noise)
    density = stats.norm(prediction.mean, spread).logpdf(wave[3]).mean()
    assert found.log_density[best] == pytest.approx(density, abs=1e-12)
    # Forty points: a calibration error of a right model is about 0.05, of one that is sure of all 0.5.
    assert 0 <= found.calibration_error[best] < 0.2
    with pytest.raises(ValueError, match="hold at least one"):
        regression_metrics(network, problem, wave[2][:0], wave[3][:0])


def test_the_length_scale_of_an_input_that_does_nothing_is_named(wave):
    problem = GaussianProcess.from_data(*wave[:2], kernel=RBF(length_bounds=(1e-2, 1e4)))
    found = bound_optima(problem, starts=32)
    assert found and sum(one.hits for one in found) <= 32
    assert ("length scale of input 2", 1e4) in found[0].walls
    assert [one.loss for one in found] == sorted(one.loss for one in found)
    # Where the input is given up, its length scale costs nothing: a flat direction of that name.
    network = Network.from_arrays(np.array([found[0].loss]), coordinates=found[0].coordinates[None])
    flat = flat_directions(network, problem, below=1e-3)
    assert flat[0].minimum == 0 and flat[0].curvature < 1e-3
    assert flat[0].hyperparameters[0][0] == "length scale of input 2"


def test_a_problem_without_a_box_has_nothing_on_it(mapped):
    problem, network = mapped
    assert bound_optima(problem) == ()
    assert flat_directions(network, problem) == ()


def test_what_the_likelihood_leaves_open_is_named_whatever_the_prior():
    data = tw.datasets.schwefel_surface(25, 0, dimension=3, seed=1)
    problem = GaussianProcess.from_data(
        data.inputs, data.targets, kernel=Matern(2.5), prior_width=2.0
    )
    (minimum,) = tw.quench(problem, np.log([[1.0, 0.2, 0.7, 1.9, 1e-3]])).minima
    network = Network.from_arrays(np.array([minimum.loss]), coordinates=minimum.coordinates[None])
    # The targets have no noise: any that is small enough does. The prior alone bends that direction by 1/4.
    assert minimum.spectrum[0] == pytest.approx(0.25, abs=0.01)
    (direction,) = flat_directions(network, problem)
    assert direction.hyperparameters[0][0] == "noise" and abs(direction.curvature) < 0.01
