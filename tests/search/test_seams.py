"""Methods that a stranger writes outside the package: each is one class, and nothing else changes."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.problems import double_well, muller_brown


@dataclass(frozen=True)
class GradientDescent:
    """The simplest minimiser: so many short steps downhill."""

    rate: float = 1e-3
    n_steps: int = 400

    def descend(self, problem, starts, *, lanes=None, should_stop=lambda: False):
        gradient = jax.jit(jax.vmap(lambda x: problem.value_and_gradient(x)[1]))
        x = jnp.asarray(starts)
        for _ in range(self.n_steps):
            x = x - self.rate * gradient(x)
        return tw.search.Descent(np.asarray(x), np.full(len(starts), self.n_steps))


class CautiousNewton(tw.search.Newton):
    """Newton's steps, halved."""

    def step(self, spectrum, components, radius):
        return super().step(spectrum, components, 0.5 * radius)


@dataclass(frozen=True)
class HighestFirst(tw.search.Strategy):
    """Searches around every minimum, the highest first."""

    tries: int = 3

    def propose(self, state, n):
        order = np.argsort(-state.network.losses)
        few = [int(i) for i in order if state.n_attempts[i] < self.tries]
        return [state.propose(i, None) for i in few[:n]]


class Backwards(tw.search.Executor):
    """Runs the tasks from the last to the first; hands the batches back in order."""

    def __init__(self):
        self.n_tasks, self.n_closed = 0, 0

    def run(self, problem, tasks):
        batches = [task.run(problem) for task in reversed(tasks)]
        self.n_tasks += len(batches)
        yield from reversed(batches)

    def close(self):
        self.n_closed += 1


STARTS = np.array([[0.05, 0.3], [-0.05, 0.3]])


@pytest.mark.parametrize(
    "method",
    [
        "lbfgs",
        "newton",
        "steepest_descent",
        GradientDescent(1e-2),
        CautiousNewton(),
        tw.search.LBFGS(),
        tw.search.Quench(GradientDescent(1e-2), CautiousNewton()),
    ],
    ids=lambda m: m if isinstance(m, str) else type(m).__name__,
)
def test_a_quench_takes_a_name_a_minimiser_a_step_rule_or_both(method):
    minima = tw.quench(double_well(), STARTS, method).minima
    assert [round(abs(m.coordinates[0]), 8) for m in minima] == [1.0, 1.0]


@pytest.mark.parametrize("method", ["lbfgs", "steepest_descent", GradientDescent(1e-2)])
def test_what_stays_in_the_basin_ends_on_the_side_where_it_began(method):
    minima = tw.quench(double_well(), STARTS, method).minima
    np.testing.assert_allclose([m.coordinates[0] for m in minima], [1, -1], atol=1e-9)


@pytest.mark.parametrize(
    ("method", "error", "message"),
    [
        ("lbgfs", ValueError, "'newton', 'lbfgs', 'steepest_descent'"),
        (3, TypeError, "LBFGS"),
        (tw.search.EigenvectorFollowing(), ValueError, "index 1"),
    ],
)
def test_what_is_no_quench_is_refused_and_told_what_to_pass(method, error, message):
    # The run-time type checks of the tests would come first.
    of = tw.search.Quench.of.__func__
    with pytest.raises(error, match=message):
        getattr(of, "__wrapped__", of)(tw.search.Quench, method)


def test_an_exploration_takes_methods_strategies_and_an_executor_of_a_strangers():
    problem, executor = muller_brown(), Backwards()
    methods = tw.Methods(quench=GradientDescent(1e-5))
    landscape = tw.explore(problem, connect=False, methods=methods, executor=executor)
    assert landscape.n_minima == 3
    tw.connect(landscape, [HighestFirst()], executor=executor)
    assert landscape.n_transition_states >= 1
    assert executor.n_tasks > 1 and executor.n_closed == 0


def test_a_landscape_does_not_depend_on_the_executor():
    one, other = (
        tw.explore(muller_brown(), seed=3, executor=executor).network()
        for executor in (tw.search.InProcess(), Backwards())
    )
    np.testing.assert_array_equal(one.coordinates, other.coordinates)
    np.testing.assert_array_equal(one.edges, other.edges)


def test_workers_and_an_executor_together_are_refused():
    with pytest.raises(ValueError, match="workers or executor"):
        tw.explore(double_well(), workers=2, executor=tw.search.InProcess())


def test_processes_serve_one_problem_after_another():
    with tw.search.Processes(1) as executor:
        for problem, n in ((double_well(), 2), (muller_brown(), 3)):
            landscape = tw.explore(problem, connect=False, executor=executor)
            assert landscape.n_minima == n
