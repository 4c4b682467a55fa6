"""Ensembles of minima of marginal likelihoods: weights, mixtures, gains."""

import numpy as np
import pytest
from scipy import integrate, stats

import thalweg as tw
from thalweg.datasets import Dataset, RegionHeldOut
from thalweg.landscape.network import Network
from thalweg.learn import (
    BestMinimum,
    Boltzmann,
    Flatness,
    GaussianProcessEnsemble,
    LeaveOneOut,
    Occupation,
    OnePerFunnel,
    Uniform,
    ensemble_gain,
    gains_over,
    gp_ensemble,
    out_of_distribution,
)
from thalweg.problems import GaussianProcess
from thalweg.problems.kernels import Matern

EVERY = (
    Uniform(),
    Boltzmann(),
    Flatness(),
    Occupation(),
    LeaveOneOut(),
    BestMinimum(),
    OnePerFunnel(),
)


@pytest.fixture(scope="module")
def few():
    """Twelve points of a wave with little noise: whether it is noise or wave is open."""
    rng = np.random.default_rng(3)
    x = rng.uniform(-2, 2, size=(60, 1))
    y = np.sin(4 * x[:, 0]) + 0.3 * rng.normal(size=60)
    y = (y - y[:12].mean()) / y[:12].std()
    problem = GaussianProcess.from_data(x[:12], y[:12], kernel=Matern(2.5), prior_width=2.0)
    network = tw.explore(problem, minima=4, coverage=0.9, workers=1, connect=False).network()
    return [(problem, network)], x[12:], y[12:]


@pytest.mark.parametrize("weighting", EVERY, ids=lambda w: type(w).__name__)
def test_weights_are_a_distribution_and_the_mixture_has_its_moments(few, weighting):
    landscapes, inputs, _targets = few
    ensemble = gp_ensemble(landscapes, weighting)
    assert ensemble.weights.sum() == pytest.approx(1) and (ensemble.weights >= 0).all()
    mixture = ensemble.posterior(inputs)
    noise = ensemble.weights @ np.exp(ensemble.members[0][1][:, -1])
    k = 0

    def density(y):
        return float(np.exp(mixture.log_density(np.full(len(inputs), y))[k]))

    grid = np.linspace(-12, 12, 4001)
    values = np.array([density(y) for y in grid])
    total, mean = (integrate.trapezoid(values * grid**p, grid) for p in (0, 1))
    second = integrate.trapezoid(values * grid**2, grid)
    # The trapezoidal rule on a smooth density that has vanished at both ends.
    assert total == pytest.approx(1, abs=1e-6) and mean == pytest.approx(mixture.mean[k], abs=1e-6)
    assert second - mean**2 == pytest.approx(mixture.variance[k] + noise, abs=1e-5)


def test_landscapes_of_several_smoothnesses_make_one_ensemble(few):
    ((problem, network),), inputs, _ = few
    x, y = np.asarray(problem.inputs), np.asarray(problem.targets)
    rough = GaussianProcess.from_data(x, y, kernel=Matern(0.5), prior_width=2.0)
    other = tw.explore(rough, minima=2, coverage=0.9, workers=1, connect=False).network()
    both = [(problem, network), (rough, other)]
    weights = gp_ensemble(both, Boltzmann()).weights
    n = network.n_minima
    # Within a landscape the weights are those of that landscape alone, and the evidence divides the rest.
    np.testing.assert_allclose(weights[:n] / weights[:n].sum(), Boltzmann().weights(both[:1]))
    ratio = np.exp(network.losses[0] - other.losses[0])
    assert weights[n] / weights[0] == pytest.approx(ratio)
    assert np.isfinite(gp_ensemble(both).posterior(inputs).mean).all()


def test_one_member_predicts_as_the_problem_does(few):
    ((problem, network),), inputs, targets = few
    one = GaussianProcessEnsemble(((problem, network.coordinates[:1]),), np.ones(1))
    alone = problem.posterior(network.coordinates[0], inputs)
    np.testing.assert_allclose(one.posterior(inputs).mean, alone.mean, atol=1e-12)
    np.testing.assert_allclose(
        one.posterior(inputs).log_density(targets), alone.log_density(targets), atol=1e-10
    )
    lowest = Network.from_arrays(
        network.losses[[network.global_minimum]],
        coordinates=network.coordinates[[network.global_minimum]],
    )
    gain = ensemble_gain(
        gp_ensemble([(problem, lowest)], Uniform()), [(problem, lowest)], inputs, targets
    )
    assert gain.percent == pytest.approx(0, abs=1e-10)
    # A gain of nothing at every point leaves nothing to resample, but for rounding.
    assert not gain.interval.is_known or gain.lower == pytest.approx(gain.upper, abs=1e-10)


def test_leaving_one_out_is_leaving_one_out(few):
    ((problem, network),), _, _ = few
    x, y = np.asarray(problem.inputs), np.asarray(problem.targets)
    predicted = problem.leave_one_out(network.coordinates[0])
    others = np.arange(len(y)) != 4
    without = GaussianProcess.from_data(x[others], y[others], kernel=Matern(2.5), prior_width=2.0)
    direct = without.posterior(network.coordinates[0], x[[4]])
    assert predicted.mean[4] == pytest.approx(direct.mean[0], abs=1e-8)
    assert predicted.variance[4] == pytest.approx(direct.variance[0], abs=1e-8)


def test_stacked_weights_are_the_best_for_what_they_maximise(few):
    landscapes, _, _ = few
    problem, network = landscapes[0]
    targets = np.asarray(problem.targets)
    logs = np.array([problem.leave_one_out(x).log_density(targets) for x in network.coordinates])

    def score(weights):
        return np.log(weights @ np.exp(logs)).mean()

    best = score(LeaveOneOut().weights(landscapes))
    draws = stats.dirichlet(np.ones(network.n_minima)).rvs(200, random_state=0)
    # SLSQP stops at a change of 1e-6 of the mean log density.
    assert best > max(score(w) for w in draws) - 1e-5


def test_one_minimum_per_funnel_is_the_bottom_of_each(few):
    problem = few[0][0][0]
    # 0 – 1 is one funnel, 2 – 3 another; nothing joins 4.
    losses = np.array([0.0, 1.0, 0.5, 2.0, 3.0])
    network = Network.from_arrays(
        losses, [(0, 1), (2, 3), (1, 2)], [1.5, 2.5, 4.0], lpphe=np.zeros(5), dimension=1
    )
    single = Network.from_arrays([0.2], [], [], lpphe=np.zeros(1), dimension=1)
    pairs = [(problem, network), (problem, single)]
    assert OnePerFunnel().weights(pairs).tolist() == [0.25, 0, 0.25, 0, 0.25, 0.25]
    bottoms = np.exp(-np.array([0.0, 0.5, 3.0, 0.2]))
    among = OnePerFunnel(Boltzmann()).weights(pairs)
    np.testing.assert_allclose(among[[0, 2, 4, 5]], bottoms / bottoms.sum())
    assert among[[1, 3]].tolist() == [0, 0]
    assert BestMinimum().weights(pairs).tolist() == [1, 0, 0, 0, 0, 0]


def test_gains_over_a_parameter_are_those_of_each_value(few):
    ((problem, network),), inputs, targets = few
    pairs = [(problem, network)]
    nothing = Network.from_arrays(np.zeros(0), coordinates=np.zeros((0, problem.dimension)))
    table = gains_over(
        [(2.5, problem, network), (3.5, problem, nothing)],
        inputs,
        targets,
        weightings={"best": BestMinimum(), "uniform": Uniform()},
    )
    expected = ensemble_gain(gp_ensemble(pairs, Uniform()), pairs, inputs, targets).percent
    assert table.loc[2.5, "uniform"] == expected
    assert table.loc[2.5, "best"] == pytest.approx(0, abs=1e-10)
    assert table.loc[3.5].isna().all() and table.index.tolist() == [2.5, 3.5]


def test_out_of_distribution_is_measured_on_the_rows_beyond(few):
    ((problem, network),), inputs, targets = few
    x, y = np.asarray(problem.inputs), np.asarray(problem.targets)
    beyond = inputs[:, 0] > 1
    data = Dataset("wave", x, y, inputs, targets, ("x",))
    held = RegionHeldOut(data, beyond, np.ones(1), 1.0)
    best = problem.posterior(network.coordinates[network.global_minimum], inputs)
    quality = out_of_distribution(gp_ensemble([(problem, network)], BestMinimum()), held)
    for one, rows in ((quality.within, ~beyond), (quality.beyond, beyond)):
        assert one.n == rows.sum()
        assert one.mean_squared_error == pytest.approx(np.mean((targets - best.mean)[rows] ** 2))
        assert one.log_density == pytest.approx(best.log_density(targets)[rows].mean())
        spread = np.sqrt(best.variance + best.noise)
        inside = np.abs(targets - best.mean) <= stats.norm.ppf(0.95) * spread
        assert one.coverage == pytest.approx(inside[rows].mean())


def test_landscapes_without_minima_or_of_other_data_are_refused(few):
    ((problem, network),), inputs, targets = few
    nothing = Network.from_arrays(np.zeros(0), coordinates=np.zeros((0, problem.dimension)))
    with pytest.raises(ValueError, match="the list of landscapes has no minima"):
        gp_ensemble([(problem, nothing)])
    ensemble = gp_ensemble([(problem, network)])
    with pytest.raises(ValueError, match=r"no minima, and the gain of an ensemble needs"):
        ensemble_gain(ensemble, [(problem, nothing)], inputs, targets)
    other = GaussianProcess.from_data(np.asarray(problem.inputs), np.asarray(problem.targets)[::-1])
    with pytest.raises(ValueError, match="different data"):
        gp_ensemble([(problem, network), (other, network)])
