"""What counts as at rest: a small gradient, a stationary point nearby, and a loss that grows around it."""

from collections.abc import Callable
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

import thalweg as tw
from thalweg.landscape.end_reason import EndReason
from thalweg.problems import Function
from thalweg.problems.loss_unit import unit_from
from thalweg.problems.problem import RMS_TOLERANCE
from thalweg.search.spectra.spectrum import SpectrumPolicy
from thalweg.search.steps.newton import Newton
from thalweg.search.steps.rest import NEAR, rest
from thalweg.search.steps.rule import Status
from thalweg.search.walks.krylov import krylov_walk

SHAPES: dict[str, Callable] = {
    # Fall for ever along x[0], ever less steeply.
    "exponential": lambda x: jnp.exp(-x[0]) + x[1] ** 2,
    "softplus": lambda x: jax.nn.softplus(-x[0]) + x[1] ** 2,
    "above a floor": lambda x: 0.3 + jnp.exp(-3 * x[0]) + x[1] ** 2,
    # Do not depend on x[0] at all, or so little that it cannot be seen.
    "valley": lambda x: x[1] ** 2,
    "nearly a valley": lambda x: 1e-13 * x[0] ** 2 + x[1] ** 2,
    # The bottom is a curve: along straight lines the loss grows both ways.
    "curved valley": lambda x: (jnp.exp(x[0]) + jnp.exp(x[1]) - 3) ** 2,
    # Minima: soft, very soft, and with no curvature at all along x[0].
    "soft": lambda x: 1e-5 * (x[0] - 1) ** 2 + x[1] ** 2,
    "very soft": lambda x: 1e-8 * (x[0] - 1) ** 2 + x[1] ** 2,
    "quartic": lambda x: (x[0] - 1) ** 4 + x[1] ** 2,
    "sixth power": lambda x: (x[0] - 1) ** 6 + x[1] ** 2,
    "far penalty": lambda x: jnp.exp(-x[0]) + 1e-6 * x[0] ** 2 + x[1] ** 2,
}
FALLING = ("exponential", "softplus", "above a floor")
FLAT = ("valley", "nearly a valley")
MINIMA = ("soft", "very soft", "quartic", "sixth power", "far penalty")


class Shape(tw.problems.Problem):
    """One of the shapes; which, is an array, so that all share their compiled searches."""

    which: jax.Array
    kind: ClassVar[str] = "shape"

    @classmethod
    def named(cls, name: str) -> "Shape":
        return cls(np.asarray(list(SHAPES).index(name)))

    @property
    def dimension(self) -> int:
        return 2

    def loss(self, x):
        return jax.lax.switch(self.which, list(SHAPES.values()), x)

    def start(self, key):
        return jax.random.normal(key, (2,))


def starts(n=8):
    return np.random.default_rng(0).normal(size=(n, 2))


@pytest.mark.parametrize("name", FALLING)
def test_a_loss_that_dies_out_has_no_minimum_and_the_refusal_says_where_it_falls(name):
    result = tw.quench(Shape.named(name), starts())
    assert result.minima == (None,) * 8
    assert result.counts.flat == 8
    assert str(result.flatness) == ("the loss falls towards infinity along x[0]; add l2 or bounds")


@pytest.mark.parametrize("name", FLAT)
def test_a_valley_without_an_end_has_no_minimum_and_the_refusal_names_it(name):
    result = tw.quench(Shape.named(name), starts())
    assert result.minima == (None,) * 8 and result.counts.flat == 8
    assert result.flatness is not None and not result.flatness.falls
    assert "flat along x[0]; add a prior" in str(result.flatness)


def test_no_place_in_a_curved_valley_is_a_minimum():
    result = tw.quench(Shape.named("curved valley"), starts())
    assert result.minima == (None,) * 8 and result.counts.flat == 8
    assert result.flatness is not None and not result.flatness.falls


@pytest.mark.parametrize("seed", [1, 9, 56])
def test_a_gaussian_process_of_points_without_structure_has_no_minimum_on_its_plains(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-2, 2, size=(7, 1)), rng.normal(size=7)
    problem = tw.problems.GaussianProcess.from_data(
        x,
        (y - y.mean()) / y.std(),
        kernel=tw.kernels.RBF(length_bounds=(1e-3, 1e3)),
        noise=(1e-6, 10.0),
    )
    lower, upper = problem.bounds
    result = tw.quench(problem, rng.uniform(lower, upper, size=(64, 3)))
    # Where the length scale is below every distance, only variance + noise matters.
    assert result.counts.flat > 10
    assert "add a prior" in str(result.flatness)
    minima = [minimum for minimum in result.minima if minimum is not None]
    # The soft one among the true minima has 9.6e-6.
    assert all(minimum.softest_curvature > 1e-6 for minimum in minima)
    assert len({round(minimum.loss, 6) for minimum in minima}) == (seed != 1)


@pytest.mark.parametrize("name", MINIMA)
def test_soft_and_degenerate_minima_are_minima(name):
    result = tw.quench(Shape.named(name), starts())
    assert result.counts.minima == 8 and result.flatness is None
    for minimum in result.minima:
        assert minimum.rms_gradient <= minimum.tolerance <= RMS_TOLERANCE
        # Where the curvature is exact, Newton's step is: one is at the minimum to a tenth of a unit.
        where = {"far penalty": minimum.coordinates[0]}.get(name, 1.0)
        assert abs(minimum.coordinates[0] - where) < NEAR


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("exponential", Status.FLAT),
        ("nearly a valley", Status.FLAT),
        ("soft", Status.CONVERGED),
        ("very soft", Status.CONVERGED),
    ],
)
def test_walks_in_krylov_spaces_go_by_the_same_rule(name, status):
    rule = Newton(max_steps=120)
    result = krylov_walk(Shape.named(name), starts(1), rule, spectrum=SpectrumPolicy())
    assert result.status.tolist() == [status]


def test_the_rule_by_hand():
    problem = Shape.named("soft")

    def at(rms, softest, loss=1.0, noise=0.0):
        return rest(problem, *(jnp.asarray(v) for v in (loss, rms, softest, noise)))

    # √2 · 1e-11 / 1e-9 = 0.014 of a length; √2 · 9e-11 / 1e-9 = 0.13 of it, which is far.
    with jax.enable_x64(True):
        assert at(1e-11, 1e-9).is_at_rest and not at(1e-11, 1e-9).is_flat
        assert not at(9e-11, 1e-9).is_at_rest and at(9e-11, 1e-9).is_flat
        assert at(9e-11, 1e-9).is_slow
        assert not at(1.1e-10, 1.0).is_slow
        # Rounding of the gradient loosens the tolerance; a stationary point that is far stays so.
        assert at(1e-8, 1.0, noise=1e-8).is_at_rest and not at(1e-8, 1.0, noise=1e-8).is_flat
        assert at(1e-8, 1e-8, noise=1e-8).is_at_rest and at(1e-8, 1e-8, noise=1e-8).is_flat
        # No gradient is small enough for a curvature that shows neither in gradients nor in the loss.
        assert at(0.0, 1e-10).is_flat
        assert at(0.0, 1e-6, loss=1e9).is_flat and not at(0.0, 1e-6, loss=1e6).is_flat


@pytest.mark.parametrize("factor", [1e-12, 1e12])
def test_a_loss_times_a_factor_has_the_same_landscape(factor):
    def well(x):
        return factor * ((x[0] ** 2 - 1) ** 2 + (1 + 0.3 * x[0]) * (x[1] - 1) ** 2)

    problem = Function(well, dimension=2, start_width=2.0, name="well")
    landscape = tw.explore(problem, minima=2, seed=0, workers=1)
    network = landscape.network()
    assert network.n_minima == 2 and network.n_transition_states == 1
    minima = sorted(landscape.minima(), key=lambda minimum: minimum.coordinates[0])
    np.testing.assert_allclose([m.coordinates for m in minima], [[-1, 1], [1, 1]], atol=1e-6)
    np.testing.assert_allclose(minima[0].spectrum, [1.4 * factor, 8 * factor], rtol=1e-6)
    (state,) = landscape.transition_states()
    np.testing.assert_allclose(state.coordinates, [0, 1], atol=1e-6)
    np.testing.assert_allclose([state.loss, state.spectrum[0]], [factor, -4 * factor], rtol=1e-6)
    if factor < 1:
        # No start is a minimum because its gradient is small: the tolerance is in the loss's own unit.
        assert all(m.tolerance < 1e-20 for m in minima)


def test_the_unit_of_a_loss_is_one_unless_all_its_differences_are_tiny_or_huge():
    assert unit_from([0.3, 2.0, 0.7]) == 1
    assert unit_from([1e9, 2.0, 2.1]) == 1
    assert unit_from([1.0, 1.0 + 1e-9, 50.0]) == 1
    assert unit_from([3e-12, 2e-12, 0.0]) == pytest.approx(3e-12, rel=0.5)
    assert unit_from([3e12, 2e12, 8e12]) == pytest.approx(1e12, rel=0.5)
    assert unit_from([1.0, 1.0, 1.0]) == 1
    assert unit_from([float("nan"), 1e12, float("inf")]) == 1
    assert float(np.log2(unit_from([3e-12, 0.0]))).is_integer()


def test_a_run_over_a_loss_that_dies_out_ends_early_and_says_why():
    problem = Function(lambda x: jnp.exp(-x[0]) + x[1] ** 2, dimension=2, name="dies out")
    landscape = tw.explore(problem, minima=10, connect=False, workers=1)
    outcome = landscape.outcome()
    assert landscape.n_minima == 0 and landscape.coverage().draws == 0
    assert outcome.reason is EndReason.FLAT and outcome.flat == landscape.counts().flat >= 256
    assert "falls towards infinity along x[0]; add l2 or bounds" in str(outcome)
    assert tw.landscape.outcome.RunOutcome.from_text(outcome.to_text()) == outcome


SEPARABLE = np.array([[-2.0, 0.1], [-1.0, 0.3], [1.0, -0.2], [2.0, 0.5], [1.5, 0.9], [-1.5, 0.8]])
SIDES = (SEPARABLE[:, 0] > 0).astype(int)


def network(**options):
    return tw.problems.NeuralNetwork.from_data(SEPARABLE, SIDES, hidden=(1,), **options)


def perceptron():
    model = MLPClassifier((1,), activation="tanh", alpha=0.0, max_iter=5)
    with pytest.warns(UserWarning, match="converge"):
        model.fit(SEPARABLE, SIDES)
    return tw.problems.from_sklearn_network(model, SEPARABLE, SIDES)


@pytest.mark.parametrize(
    "make",
    [
        lambda: network(l2=0.0),
        lambda: network(l2=0.0, loss=tw.losses.ApproximateAUC()),
        perceptron,
    ],
    ids=["cross-entropy", "approximate AUC", "scikit-learn, alpha 0"],
)
def test_separable_data_without_a_penalty_have_no_minimum_at_finite_weights(make):
    problem = make()
    x = 2 * np.random.default_rng(0).normal(size=(16, problem.dimension))
    result = tw.quench(problem, x)
    assert result.minima == (None,) * 16
    assert result.flatness is not None and result.flatness.falls
    assert "add l2 or bounds" in str(result.flatness)


def test_separable_data_with_a_penalty_have_minima():
    problem = network(l2=1e-4)
    result = tw.quench(problem, 2 * np.random.default_rng(0).normal(size=(8, problem.dimension)))
    assert result.counts.minima == 8 and result.flatness is None


def test_coordinates_have_names_that_people_know():
    names = [network().coordinate_name(i) for i in (0, 2, 3, 6)]
    assert names == [
        "layer 1 weight[0, 0]",
        "layer 1 bias[0]",
        "layer 2 weight[0, 0]",
        "layer 2 bias[1]",
    ]
    assert perceptron().coordinate_name(1).endswith("[1, 0]")
    assert isinstance(
        eqx.tree_at(lambda p: p.which, Shape.named("soft"), 0).coordinate_name(1), str
    )
