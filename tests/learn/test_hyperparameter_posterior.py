"""The posterior over hyperparameters: mixture, importance sampling, NUTS, and whether they are needed."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import minimize

import thalweg as tw
from thalweg.analysis import BoundOptimum
from thalweg.learn import (
    adapted_mixture,
    importance_sample,
    laplace_mixture,
    nuts_sample,
    point_estimate_diagnosis,
)
from thalweg.learn.laplace_mixture import LaplaceMixture
from thalweg.problems import GaussianProcess
from thalweg.problems.kernels import RBF


def process(n, **options):
    rng = np.random.default_rng(5)
    x = rng.uniform(-2, 2, size=(n, 1))
    y = np.sin(3 * x[:, 0]) + 0.3 * rng.normal(size=n)
    return GaussianProcess.from_data(x, (y - y.mean()) / y.std(), kernel=RBF(), **options)


@pytest.fixture(scope="module")
def small():
    problem = process(14, prior_width=1.5)
    network = tw.explore(problem, minima=4, coverage=0.9, workers=1, connect=False).network()
    return problem, network, laplace_mixture(problem, network)


def evidence_by_brute_force(problem):
    """The integral of e^−L over a grid of the three hyperparameters, between bounds where there are any."""
    centre = 0.5 * (np.asarray(problem.lower) + np.asarray(problem.upper))
    axes = [c + np.linspace(-9, 9, 61) for c in centre]
    if problem.bounds is not None:
        ranges = zip(problem.lower, problem.upper, strict=True)
        # Middles of cells, so that all of them lie within.
        axes = [low + (high - low) * (np.arange(60) + 0.5) / 60 for low, high in ranges]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    with jax.enable_x64(True):
        losses = jax.jit(lambda p, x: jax.lax.map(lambda y: p.loss(y), x, batch_size=512))
        values = np.asarray(losses(problem, jnp.asarray(points)))
    volume = np.prod([axis[1] - axis[0] for axis in axes])
    lowest = np.nanmin(values)
    return float(np.log(np.nansum(np.exp(lowest - values)) * volume) - lowest)


def test_importance_sampling_finds_the_evidence(small):
    problem, _, mixture = small
    sample = importance_sample(problem, mixture, draws=2000)
    exact = evidence_by_brute_force(problem)
    # Four standard errors of the estimate; the grid of 61³ is exact to 1e-3.
    assert abs(sample.log_evidence - exact) < 4 * sample.log_evidence_error + 1e-3
    assert sample.log_evidence_error < 0.1
    assert abs(mixture.log_evidence - exact) < 1.0
    assert 100 < sample.effective_sample_size <= 2000
    assert sample.weights.sum() == pytest.approx(1) and sample.evaluations >= 2000


def points_at_bounds(problem):
    """As `bound_optima` gives them, by another minimiser."""
    with jax.enable_x64(True):
        bounds = list(zip(problem.lower.tolist(), problem.upper.tolist(), strict=True))
        loss = jax.jit(lambda p, x: p.value_and_gradient(x))
        rng = np.random.default_rng(0)
        optima = {}
        for start in rng.uniform(problem.lower, problem.upper, size=(12, 3)):
            end = minimize(lambda x: loss(problem, x), start, jac=True, bounds=bounds)
            x = np.asarray(end.x)
            if ((x <= problem.lower) | (x >= problem.upper)).any():
                optima[tuple(x.round(2))] = BoundOptimum(float(end.fun), x, (), 1)
    return list(optima.values())


def test_between_bounds_the_posterior_is_sampled_with_its_best_points_on_bounds():
    rng = np.random.default_rng(3)
    problem = GaussianProcess.from_data(
        rng.uniform(-2, 2, size=(10, 1)), rng.normal(size=10), kernel=RBF()
    )
    optima = points_at_bounds(problem)
    assert optima
    none = tw.Network.from_arrays([], coordinates=np.zeros((0, 3)), lpphe=[])
    mixture = laplace_mixture(problem, none, at_bounds=optima)
    volume = np.log(np.asarray(problem.upper) - np.asarray(problem.lower)).sum()
    exact = evidence_by_brute_force(problem) - volume
    for one in (mixture, adapted_mixture(problem, mixture, draws=600)):
        sample = importance_sample(problem, one, draws=2000)
        weighs = sample.weights > 0
        assert (sample.points[weighs] >= problem.lower).all()
        assert (sample.points[weighs] <= problem.upper).all()
        # Four standard errors; the grid of cells is exact to some per cent.
        assert abs(sample.log_evidence - exact) < 4 * sample.log_evidence_error + 0.05
        assert sample.effective_sample_size > 100


def test_nuts_agrees_with_importance_sampling(small):
    problem, _, mixture = small
    weighted = importance_sample(problem, mixture, draws=2000)
    chains = nuts_sample(problem, mixture, chains=2, warm_up=200, draws=400, seed=1)
    assert chains.r_hat < 1.1 and chains.evaluations > 2 * 600
    mean = weighted.weights @ weighted.points
    spread = np.sqrt(weighted.weights @ (weighted.points - mean) ** 2)
    error = spread * np.sqrt(1 / chains.effective_sample_size + 1 / weighted.effective_sample_size)
    # Three coordinates, five standard errors.
    assert (np.abs(chains.points.mean(axis=0) - mean) < 5 * error).all()
    inputs = np.linspace(-2, 2, 20)[:, None]
    both = [sample.predictor(problem).posterior(inputs).mean for sample in (weighted, chains)]
    np.testing.assert_allclose(*both, atol=0.2)


def test_many_points_need_no_sampling_and_few_do(small):
    many = process(120, prior_width=1.5)
    network = tw.explore(many, minima=2, coverage=0.9, workers=1, connect=False).network()
    diagnosis = point_estimate_diagnosis(laplace_mixture(many, network))
    assert diagnosis.suffices and diagnosis.best_weight > 0.95 and diagnosis.widest < 1
    open_one = point_estimate_diagnosis(small[2])
    assert not open_one.suffices and open_one.widest > diagnosis.widest
    two = LaplaceMixture(np.zeros((2, 1)), np.full((2, 1, 1), 0.01), np.array([0.6, 0.4]), 0.0)
    shared = point_estimate_diagnosis(two)
    assert not shared.suffices and "minima share the posterior" in shared.reason
    assert shared.effective_minima == pytest.approx(np.exp(-0.6 * np.log(0.6) - 0.4 * np.log(0.4)))


def test_a_posterior_needs_a_prior_and_minima(small):
    _, network, _ = small
    with pytest.raises(ValueError, match="prior_width"):
        laplace_mixture(process(14), network)
    with pytest.raises(ValueError, match="bounds of a problem without a prior"):
        nuts_sample(process(14), small[2])
