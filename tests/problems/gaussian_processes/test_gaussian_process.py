"""The marginal likelihood of a Gaussian process: values, derivatives, predictions, landscapes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process import kernels as sk

import thalweg as tw
from thalweg.problems import GaussianProcess, ParameterFamily
from thalweg.problems.kernels import RBF, Constant, Matern


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, 2))
    y = np.sin(2 * x[:, 0]) + 0.3 * x[:, 1] ** 2
    return x, (y - y.mean()) / y.std() + 0.1 * rng.normal(size=30)


def in_the_middle(problem, seed=0):
    draw = np.random.default_rng(seed).uniform(0.4, 0.6, size=problem.dimension)
    return problem.lower + draw * (problem.upper - problem.lower)


def test_it_agrees_with_scikit_learn(data):
    x, y = data
    for ours, theirs in ((Matern(2.5), {"nu": 2.5}), (Matern(1.2), {"nu": 1.2})):
        problem = GaussianProcess.from_data(x, y, kernel=ours)
        values = np.array([1.7, 0.8, 2.1, 0.05])
        kernel = 1.7 * sk.Matern((0.8, 2.1), **theirs) + sk.WhiteKernel(0.05)
        model = GaussianProcessRegressor(kernel, optimizer=None, alpha=0.0).fit(x, y)
        with jax.enable_x64(True):
            loss = float(jax.jit(lambda p, x: p.loss(x))(problem, jnp.log(values)))
        assert loss == pytest.approx(-model.log_marginal_likelihood_value_, abs=1e-8)
        new = np.random.default_rng(1).normal(size=(7, 2))
        prediction = problem.posterior(np.log(values), new)
        mean, spread = model.predict(new, return_std=True)
        np.testing.assert_allclose(prediction.mean, mean, atol=1e-8)
        np.testing.assert_allclose(prediction.variance + 0.05, spread**2, atol=1e-8)


def test_a_prior_is_a_normal_density_over_every_logarithm(data):
    plain = GaussianProcess.from_data(*data, kernel=RBF())
    problem = GaussianProcess.from_data(*data, kernel=RBF(), prior_width=1.5)
    assert problem.bounds is None and plain.bounds is not None
    middle = 0.5 * (plain.lower + plain.upper)
    with jax.enable_x64(True):
        x = jnp.asarray(in_the_middle(plain))
        every = jax.jit(lambda p, x: p.value_gradient_hessian(x))
        (value, gradient, hessian), before = every(problem, x), every(plain, x)
        again = jax.jit(lambda p, x: p.value_and_gradient(x))(problem, x)
        loss = jax.jit(lambda p, x: p.loss(x))(problem, x)
    expected = stats.norm(middle, 1.5).logpdf(np.asarray(x)).sum()
    assert float(value - before[0]) == pytest.approx(-expected, abs=1e-9)
    assert float(loss) == pytest.approx(float(value)) == float(again[0])
    np.testing.assert_allclose(gradient - before[1], (np.asarray(x) - middle) / 1.5**2, atol=1e-9)
    np.testing.assert_allclose(again[1], gradient, atol=1e-9)
    np.testing.assert_allclose(hessian - before[2], np.eye(len(x)) / 1.5**2, atol=1e-9)
    free = GaussianProcess.from_data(*data, kernel=Matern((0.5, 4.0)), prior_width=1.5)
    assert np.isfinite(free.bounds).sum(axis=1).tolist() == [1, 1]
    assert np.exp(free.bounds[1][3]) == pytest.approx(4.0)
    # A search asks for them while it is compiled.
    with jax.enable_x64(True):
        traced = jax.jit(lambda p: p.bounds)(free)
    np.testing.assert_array_equal(traced, free.bounds)
    assert problem.fingerprint != plain.fingerprint
    with pytest.raises(ValueError, match="prior_width must be a positive number"):
        GaussianProcess.from_data(*data, prior_width=0.0)


def test_its_gradients_are_as_exact_as_it_says(data):
    problem = GaussianProcess.from_data(*data, kernel=RBF())
    order = np.random.default_rng(2).permutation(30)
    shuffled = GaussianProcess.from_data(data[0][order], data[1][order], kernel=RBF())
    slope = jax.jit(lambda p, x: p.value_and_gradient(x)[1])
    noise_of = jax.jit(lambda p, x: p.gradient_noise(x))
    with jax.enable_x64(True):
        for noise in (1e-6, 1e-4, 1e-2):
            x = jnp.log(jnp.asarray([10.0, 2.0, 3.0, noise]))
            # The order of the rows changes nothing but the rounding.
            difference = slope(problem, x) - slope(shuffled, x)
            rms = float(jnp.sqrt(jnp.mean(difference**2)))
            # The tolerance is ten times what is said: it must be above what is seen, and not far above.
            assert 0.1 * rms < float(noise_of(problem, x)) < 1e4 * rms


def test_a_held_smoothness_is_the_kernel_of_that_smoothness(data):
    for prior_width in (None, 2.0):
        problem = GaussianProcess.from_data(*data, kernel=Matern(1.5), prior_width=prior_width)
        other = GaussianProcess.from_data(*data, kernel=Matern(2.5), prior_width=prior_width)
        family = ParameterFamily(problem, "nu")
        with jax.enable_x64(True):
            x = jnp.asarray(in_the_middle(problem))
            evaluate = jax.jit(lambda p, y: p.value_and_gradient(y))
            value, gradient = evaluate(family.problem_at(2.5), x)
            expected = evaluate(other, x)
        assert float(value) == pytest.approx(float(expected[0]), abs=1e-8)
        np.testing.assert_allclose(gradient, expected[1], atol=1e-8)


def test_only_its_own_parameters_can_be_varied(data):
    with pytest.raises(NotImplementedError, match="no parameter 'l2'"):
        GaussianProcess.from_data(*data).with_parameter("l2", 1.0)
    assert GaussianProcess.from_data(*data, kernel=Matern((0.5, 2.0))).parameters == {}


def test_its_landscape_is_mapped_and_reopened(data, tmp_path):
    problem = GaussianProcess.from_data(*data, kernel=RBF(ard=False))
    with tw.explore(problem, tmp_path / "gp.db", minima=5, workers=1) as landscape:
        network = landscape.network()
        assert network.n_minima >= 1
        best = network.coordinates[network.global_minimum]
    values = -np.inf
    for start in range(4):
        kernel = sk.ConstantKernel(1.0, (1e-3, 1e3)) * sk.RBF(1.0, (1e-2, 1e2))
        kernel += sk.WhiteKernel(0.1, (1e-6, 1.0))
        model = GaussianProcessRegressor(
            kernel, alpha=0.0, n_restarts_optimizer=2, random_state=start
        ).fit(*data)
        values = max(values, model.log_marginal_likelihood_value_)
    assert network.losses.min() <= -values + 1e-6
    with tw.Landscape.open(tmp_path / "gp.db") as again:
        assert again.problem.fingerprint == problem.fingerprint
        assert again.problem.posterior(best, data[0]).mean == pytest.approx(
            problem.posterior(best, data[0]).mean
        )


def test_the_density_of_an_observation_has_its_noise(data):
    problem = GaussianProcess.from_data(*data)
    x = np.log([1.0, 1.0, 1.0, 0.04])
    prediction = problem.posterior(x, data[0])
    assert prediction.noise == pytest.approx(0.04)
    variance = prediction.variance + 0.04
    expected = stats.norm(prediction.mean, np.sqrt(variance)).logpdf(data[1])
    np.testing.assert_allclose(prediction.log_density(data[1]), expected)


def test_a_matrix_that_is_not_positive_definite_loses_the_walker_alone(data):
    x, y = np.vstack([data[0], data[0]]), np.concatenate([data[1], data[1]])
    problem = GaussianProcess.from_data(x, y, kernel=RBF(), noise=(1e-18, 1.0))
    regular = np.log([1.0, 1.0, 1.0, 0.1])
    singular = np.log([900.0, 90.0, 90.0, 2e-18])
    result = tw.quench(problem, np.array([singular, regular]))
    assert result.counts.non_finite == 1 and result.counts.quenches == 2
    with pytest.raises(ValueError, match="not positive definite"):
        problem.posterior(singular, x)
    both = problem.posteriors(np.array([singular, regular]), x)
    assert np.isnan(both.mean[0]).all()
    np.testing.assert_allclose(both.mean[1], problem.posterior(regular, x).mean)
    np.testing.assert_allclose(np.exp(regular[-1]), both.noise[1])


def test_data_that_teach_nothing_are_refused(data):
    x, y = data
    with pytest.raises(ValueError, match="at least two"):
        GaussianProcess.from_data(x[:1], y[:1])
    with pytest.raises(ValueError, match="y is constant"):
        GaussianProcess.from_data(x, np.ones(30))
    with pytest.raises(ValueError, match="missing or infinite"):
        GaussianProcess.from_data(np.where(x > 1, np.nan, x), y)
    with pytest.raises(ValueError, match="bounds of noise"):
        GaussianProcess.from_data(x, y, noise=(0.0, 1.0))


def test_hyperparameters_stand_in_the_order_of_the_kernel(data):
    problem = GaussianProcess.from_data(*data, kernel=Matern((0.5, 4.0)) + Constant())
    assert [one.name for one in problem.hyperparameters] == [
        "length scale of input 1",
        "length scale of input 2",
        "smoothness",
        "variance",
        "noise",
    ]
