"""Data at the edges: one row, a million, the same row many times, huge inputs, classes that separate."""

import resource

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 2))
Y = (X[:, 0] > 0).astype(int)


def network(x, y, **options):
    return tw.problems.NeuralNetwork.from_data(x, y, **{"hidden": (1,), **options})


def test_one_row_has_one_class_and_says_so():
    with pytest.raises(ValueError, match="one class only"):
        network(X[:1], Y[:1])


def test_one_row_of_values_is_fitted():
    problem = network(X[:1], np.array([0.7]), loss=tw.losses.MeanSquaredError(), l2=1e-3)
    result = tw.quench(problem, RNG.normal(size=(8, problem.dimension)))
    assert result.counts.minima == 8
    best = min(result.minima, key=lambda minimum: minimum.loss)
    with jax.enable_x64(True):
        (prediction,) = np.asarray(
            problem.predict(jnp.asarray(best.coordinates), jnp.asarray(X[:1]))
        ).ravel()
    # The penalty pulls it towards zero, by little.
    assert prediction == pytest.approx(0.7, abs=0.02)


def test_a_gaussian_process_of_one_row_is_refused():
    with pytest.raises(ValueError, match="n of at least two"):
        tw.problems.GaussianProcess.from_data(X[:1], X[:1, 1])


def test_rows_that_stand_there_many_times_change_no_loss():
    once, often = network(X, Y), network(np.tile(X, (5, 1)), np.tile(Y, 5))
    with jax.enable_x64(True):
        for x in RNG.normal(size=(3, once.dimension)):
            value, gradient = once.value_and_gradient(jnp.asarray(x))
            again, slope = often.value_and_gradient(jnp.asarray(x))
            np.testing.assert_allclose(again, value, rtol=1e-14)
            np.testing.assert_allclose(slope, gradient, rtol=1e-11, atol=1e-15)


def test_a_gaussian_process_of_repeated_rows_stays_finite():
    problem = tw.problems.GaussianProcess.from_data(
        np.repeat(X[:4], 3, axis=0), np.repeat(np.sin(3 * X[:4, 0]), 3), kernel=tw.kernels.RBF()
    )
    lower, upper = problem.bounds
    counts = tw.quench(problem, RNG.uniform(lower, upper, size=(16, problem.dimension))).counts
    assert counts.non_finite == counts.not_converged == 0
    assert counts.minima + counts.at_bounds + counts.flat == 16


@pytest.mark.parametrize("column", [0, 1])
def test_huge_inputs_of_a_network_are_refused_with_the_column_and_the_remedy(column):
    x = X.copy()
    x[:, column] *= 1e8
    with pytest.raises(ValueError, match=rf"in column {column}.*Standardise the columns"):
        network(x, Y)
    network(1e4 * X, Y)


def test_values_of_any_size_have_a_unit():
    units = [
        network(X, scale * X[:, 1], loss=tw.losses.MeanSquaredError()).loss_unit
        for scale in (1e-6, 1.0, 1e6)
    ]
    assert units[1] == 1
    np.testing.assert_allclose(units, [1e-12, 1, 1e12], rtol=0.9)
    assert network(X, Y).loss_unit == 1


def test_an_estimator_without_a_penalty_says_what_separable_data_need():
    model = tw.learn.SuperposedClassifier(hidden=(1,), n_minima=2, l2=0.0, random_state=0)
    with pytest.raises(ValueError, match=r"no minima.*falls towards infinity.*add l2 or bounds"):
        model.fit(X[np.abs(X[:, 0]) > 0.3], Y[np.abs(X[:, 0]) > 0.3])


@pytest.mark.slow
def test_a_million_rows_fit_into_bounded_memory():
    x = RNG.normal(size=(10**6, 2))
    problem = network(x, (x[:, 0] + 0.3 * RNG.normal(size=len(x)) > 0).astype(int), hidden=(2,))
    result = tw.quench(problem, 2 * RNG.normal(size=(2, problem.dimension)))
    assert result.counts.minima == 2
    # Kilobytes on Linux; the data are 24 MB, and JAX itself takes about 500 MB.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 3 * 2**20
