"""Stochastic gradient descent over batches of rows."""

import jax
import numpy as np
import optax
import pytest

import thalweg as tw
from thalweg.problems import NeuralNetwork, double_well
from thalweg.search import SGD, train


@pytest.fixture(scope="module")
def problem():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 2))
    return NeuralNetwork.from_data(x, (x[:, 0] * x[:, 1] > 0).astype(int), hidden=(2,), l2=1e-2)


def gradient(problem, x):
    with jax.enable_x64(True):
        return np.asarray(problem.value_and_gradient(jax.numpy.asarray(x))[1])


def test_the_gradient_of_a_batch_is_that_of_the_problem_on_its_rows(problem):
    x = np.random.default_rng(1).normal(size=problem.dimension)
    with jax.enable_x64(True):
        at = jax.numpy.asarray(x)
        traced = jax.jit(lambda rows: problem.with_rows(rows).value_and_gradient(at)[1])
        of_rows = [np.asarray(traced(jax.numpy.array([i, i + 20]))) for i in range(20)]
    np.testing.assert_allclose(
        of_rows[3], gradient(problem.with_rows(np.array([3, 23])), x), atol=1e-14
    )
    np.testing.assert_allclose(np.mean(of_rows, axis=0), gradient(problem, x), atol=1e-13)


def test_the_whole_gradient_with_momentum_is_the_recursion_in_the_books(problem):
    start, rate, momentum = np.ones(problem.dimension), 0.2, 0.5
    method = SGD(batch_size=None, epochs=4, learning_rate=rate, momentum=momentum)
    x, velocity = start, np.zeros_like(start)
    for _ in range(4):
        velocity = momentum * velocity + gradient(problem, x)
        x = x - rate * velocity
    np.testing.assert_allclose(train(problem, start[None], method)[0].end, x, atol=1e-13)


def test_one_pass_without_replacement_takes_every_row_once(problem):
    # From a rate so small that the point hardly moves, the steps add up to the whole gradient.
    method = SGD(
        batch_size=8, epochs=1, learning_rate=1e-7, momentum=0.0, replacement=False, seed=3
    )
    start = np.random.default_rng(2).normal(size=problem.dimension)
    moved = (start - train(problem, start[None], method)[0].end) / (5 * 1e-7)
    # The point moves by 1e-7 and the gradient with it; rounding of the start over the rate is 1e-9.
    np.testing.assert_allclose(moved, gradient(problem, start), atol=1e-6)


@pytest.mark.parametrize(
    "method",
    [
        SGD(batch_size=8, epochs=60, learning_rate=0.05),
        SGD(batch_size=8, epochs=60, learning_rate=0.05, optimiser="adam", replacement=False),
        SGD(batch_size=8, epochs=60, learning_rate=0.05, optimiser=optax.rmsprop),
    ],
    ids=["sgd", "adam", "rmsprop"],
)
def test_a_run_goes_down_and_its_losses_are_those_of_all_rows(problem, method):
    (run,) = train(problem, 1, method, checkpoints=3)
    assert run.updates.tolist() == [0, 100, 200, 300] and run.epochs[-1] == 60
    assert run.losses[-1] < run.losses[0]
    with jax.enable_x64(True):
        expected = [float(problem.loss(jax.numpy.asarray(x))) for x in run.parameters]
    np.testing.assert_allclose(run.losses, expected, rtol=1e-13)


def test_a_seed_gives_one_run_and_walkers_draw_batches_of_their_own(problem):
    start = np.ones(problem.dimension)
    method = SGD(batch_size=8, epochs=2)
    runs = train(problem, np.array([start, start]), method)
    assert not np.allclose(runs[0].end, runs[1].end)
    np.testing.assert_allclose(runs[0].end, train(problem, start[None], method)[0].end, atol=1e-12)
    other = train(problem, start[None], SGD(batch_size=8, epochs=2, seed=1))
    assert not np.allclose(runs[0].end, other[0].end)


def test_it_is_a_minimiser_and_a_quench_goes_on_to_the_minimum(problem):
    starts = np.random.default_rng(3).normal(size=(4, problem.dimension))
    result = tw.quench(problem, starts, SGD(batch_size=8, epochs=20))
    assert result.counts.minima == 4
    ends = tw.quench(double_well(), np.array([[0.05, 0.3]]), SGD(None, 300, 0.01)).minima
    assert ends[0].coordinates[0] == pytest.approx(1.0)


def test_walkers_that_are_thrown_to_infinity_stay_where_they_were(problem):
    (run,) = train(
        problem, np.ones((1, problem.dimension)), SGD(None, 5, 1e308, 0.0), checkpoints=5
    )
    assert np.isfinite(run.parameters).all()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: SGD(batch_size=0), "batch_size"),
        (lambda: SGD(learning_rate=-1.0), "learning_rate"),
        (lambda: SGD(momentum=1.0), "momentum must be below 1"),
        (lambda: SGD(optimiser="adamw"), r"optax\.rmsprop"),
        (lambda: train(double_well(), 1), "batch_size=None"),
        (lambda: train(double_well(), np.zeros(2), SGD(None)), r"starts\[None\]"),
    ],
)
def test_what_cannot_be_done_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_a_batch_larger_than_the_data_is_refused(problem):
    with pytest.raises(ValueError, match="at most 40"):
        train(problem, 1, SGD(batch_size=41))
