"""Which hyperparameters the data leave open."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import bound_optima, flat_directions
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


def test_the_length_scale_of_an_input_that_does_nothing_is_named(wave):
    problem = GaussianProcess.from_data(*wave[:2], kernel=RBF(length_bounds=(1e-2, 1e4)))
    optima = bound_optima(problem, starts=32)
    assert optima and sum(one.hits for one in optima) <= 32
    assert ("length scale of input 2", 1e4) in optima[0].active_bounds
    assert [one.loss for one in optima] == sorted(one.loss for one in optima)
    # Where the input is given up, its length scale costs nothing: a flat direction of that name.
    network = Network.from_arrays(
        np.array([optima[0].loss]), coordinates=optima[0].coordinates[None]
    )
    flat = flat_directions(network, problem, below=1e-3)
    assert flat[0].minimum == 0 and flat[0].curvature < 1e-3
    assert flat[0].hyperparameters[0][0] == "length scale of input 2"


def test_a_problem_without_bounds_has_no_points_at_them(wave):
    problem = GaussianProcess.from_data(*wave[:2], kernel=Matern(2.5), prior_width=2.0)
    assert bound_optima(problem) == ()
    # Thirty rows of a sine determine the variance, one length scale and the noise.
    (minimum,) = tw.quench(problem, np.log([[1.0, 1.0, 5.0, 0.01]])).minima
    network = Network.from_arrays(np.array([minimum.loss]), coordinates=minimum.coordinates[None])
    assert all(
        direction.hyperparameters[0][0] == "length scale of input 2"
        for direction in flat_directions(network, problem)
    )


def test_a_problem_without_hyperparameters_is_refused(xor):
    network = Network.from_arrays([0.0], coordinates=np.zeros((1, xor.dimension)))
    with pytest.raises(ValueError, match="no hyperparameters"):
        flat_directions(network, xor)
    with pytest.raises(ValueError, match="no hyperparameters"):
        bound_optima(xor)


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
