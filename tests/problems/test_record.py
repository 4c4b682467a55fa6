"""What is stored of a problem: every field of every kind comes back, under the fingerprint it always had."""

import dataclasses
import json

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.problems import (
    FixedCoordinate,
    Function,
    GaussianProcess,
    KMeans,
    LennardJones,
    NeuralNetwork,
    Problem,
    double_well,
    from_record,
    muller_brown,
    register,
    schwefel,
)
from thalweg.problems.gaussian_processes.prediction import TargetUnits
from thalweg.problems.gaussian_processes.priors import Gamma, LogNormal
from thalweg.problems.kernels import Constant, Matern, Periodic, RationalQuadratic
from thalweg.problems.record import KINDS

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
LABELS = np.array([0, 1, 1, 0])
SUMS = X[:, 0] - X[:, 1]

NARROW = NeuralNetwork.from_data(X, LABELS, hidden=(2,), l2=1e-3, start_width=(0.5, 1.0))
WEIGHTED = NeuralNetwork.from_data(
    X,
    LABELS,
    hidden=(3, 2),
    l2=1e-2,
    l2_on="weights",
    activation="swish",
    class_weights={0: 1.0, 1: 3.0},
)
REGRESSION = NeuralNetwork.from_data(
    X[:3], np.ones((3, 3)), hidden=(2,), loss=tw.losses.MeanSquaredError()
)
WITH_PRIOR = GaussianProcess.from_data(
    X,
    SUMS,
    kernel=Matern((0.5, 4.0)) + Constant() * Periodic(),
    noise=(1e-4, 2.0),
    prior_width=2.0,
)
PLAIN = GaussianProcess.from_data(X[:3], SUMS[:3], kernel=Matern(1.5) * RationalQuadratic())
OF_FREE_SMOOTHNESS = GaussianProcess.from_data(
    X, SUMS, kernel=Matern(1.5), prior_width=2.0
).with_parameter("nu", 2.0)
FITTED_ELSEWHERE = dataclasses.replace(
    PLAIN,
    known_noise=np.array([0.1, 0.2, 0.3]),
    priors=((1, Gamma(2.0, 3.0)), (2, LogNormal(0.0, 1.0))),
    target_units=TargetUnits(3.0, 2.0),
    mean=tw.means.LinearMean(),
)

EXAMPLES = [
    NARROW,
    WEIGHTED,
    REGRESSION,
    NARROW.reduction().problem,
    schwefel(3),
    muller_brown(),
    double_well(),
    Function(double_well().function, name="double_well", dimension=2, start_width=3.0),
    WITH_PRIOR,
    PLAIN,
    OF_FREE_SMOOTHNESS.problem,
    KMeans(X, 2, weights=np.array([1.0, 2, 3, 4])),
    KMeans(X[:3], 3),
    LennardJones(7),
    LennardJones(4),
    FixedCoordinate(muller_brown(), np.asarray(0.5), 1),
    FixedCoordinate(NARROW, np.asarray(-2.0), 3),
    OF_FREE_SMOOTHNESS,
    FITTED_ELSEWHERE,
]


def rebuilt(problem):
    """The problem after a way through JSON and arrays, as a landscape file stores them."""
    return from_record(
        problem.kind, json.loads(json.dumps(problem.stored_choices())), problem.arrays()
    )


def fields(problem):
    return {f.name: getattr(problem, f.name) for f in dataclasses.fields(problem)}


def is_same(a, b):
    if isinstance(a, Problem):
        return type(a) is type(b) and all(
            is_same(value, fields(b)[name]) for name, value in fields(a).items()
        )
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and np.array_equal(a, b)
    return type(a) is type(b) and a == b


@pytest.mark.parametrize("problem", EXAMPLES, ids=lambda p: p.name)
def test_every_field_comes_back_from_the_record(problem):
    again = rebuilt(problem)
    lost = [
        name for name, value in fields(problem).items() if not is_same(value, fields(again)[name])
    ]
    assert not lost
    assert again.fingerprint == problem.fingerprint
    assert again.start_law == problem.start_law


def test_the_examples_vary_every_field_of_every_kind():
    """Otherwise a field that the record leaves out would come back as its default, unnoticed."""
    for kind in {type(problem) for problem in EXAMPLES}:
        examples = [fields(problem) for problem in EXAMPLES if type(problem) is kind]
        for name, first in examples[0].items():
            # `is_built_in` is True of every function that a file can rebuild.
            if name != "is_built_in":
                assert not all(is_same(first, one[name]) for one in examples), (kind, name)
    assert {type(problem) for problem in EXAMPLES} >= set(KINDS.values())


def test_a_landscape_goes_on_with_the_law_of_starts_it_was_made_with(tmp_path):
    tw.Landscape.create(NARROW, tmp_path / "a.db").close()
    with tw.Landscape.open(tmp_path / "a.db") as landscape:
        assert landscape.problem.start_law == NARROW.start_law
        assert landscape.problem.start_width == (0.5, 1.0)
        assert landscape.fingerprint == NARROW.fingerprint


def test_a_record_of_version_0_1_has_the_default_law_of_starts():
    again = from_record(NARROW.kind, NARROW.choices(), NARROW.arrays())
    assert again.start_width == (4.0, 16.0)
    assert again.fingerprint == NARROW.fingerprint


@pytest.mark.parametrize(
    ("problem", "start"),
    [
        (NARROW, "b2da17294b33a26e"),
        (WEIGHTED, "b72848e4dc90e09d"),
        (schwefel(3), "6ea43528e1706c31"),
        (muller_brown(), "bcf4b77d73d07113"),
        (double_well(), "8609f61bc65997b9"),
        (WITH_PRIOR, "4f534e8cbe7d6d90"),
        (KMeans(X, 2, weights=np.array([1.0, 2, 3, 4])), "2aadd0b4a403c320"),
        (LennardJones(7), "298b1b47f63bc584"),
        (FixedCoordinate(muller_brown(), np.asarray(0.5), 1), "11847d1befc18cc2"),
        (OF_FREE_SMOOTHNESS, "f18f7a0cfd478c52"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_fingerprints_are_those_of_version_0_1(problem, start):
    assert problem.fingerprint.startswith(start)


def test_a_reduced_problem_is_not_taken_for_the_full_one():
    assert NARROW.reduction().problem.fingerprint != NARROW.fingerprint


def test_only_parameters_of_the_problem_can_be_varied():
    with pytest.raises(NotImplementedError, match="no parameter 'nu'"):
        NARROW.with_parameter("nu", 1.0)


# ---- a problem from outside the package ---------------------------------------------------------


class Spring(Problem):
    """As short as a problem can be: dimension, loss, start, and fields."""

    anchors: np.ndarray
    rest_lengths: tuple[float, ...] = eqx.field(static=True)
    offset: np.ndarray | None = None

    kind = "spring of the tests"

    @property
    def dimension(self):
        return 2

    def loss(self, x):
        lengths = jnp.linalg.norm(x - jnp.asarray(self.anchors), axis=1)
        return jnp.sum((lengths - jnp.asarray(self.rest_lengths)) ** 2)

    def start(self, key):
        return 2 * jax.random.normal(key, (2,))


@pytest.fixture
def registered_spring():
    yield register(Spring)
    KINDS.pop(Spring.kind)


def springs():
    return Spring(np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 3.0]]), (1.0, 1.2, 1.5))


def test_a_problem_from_outside_is_mapped_and_reopened(registered_spring, tmp_path):
    tw.explore(springs(), tmp_path / "s.db", minima=3, connect=False, workers=1).close()
    with tw.Landscape.open(tmp_path / "s.db") as landscape:
        assert landscape.n_minima >= 1
        assert is_same(landscape.problem, springs())


def test_a_kind_that_is_not_registered_has_to_be_passed_again(tmp_path):
    assert not springs().is_portable
    tw.Landscape.create(springs(), tmp_path / "s.db").close()
    with (
        tw.Landscape.open(tmp_path / "s.db") as landscape,
        pytest.raises(tw.LandscapeError, match=r"Landscape\.open\(file, problem\)"),
    ):
        _ = landscape.problem
    with tw.Landscape.open(tmp_path / "s.db", springs()) as landscape:
        assert landscape.problem.fingerprint == springs().fingerprint


def test_a_file_asks_for_the_registration_it_was_made_with(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setitem(KINDS, Spring.kind, Spring)
        tw.Landscape.create(springs(), tmp_path / "s.db").close()
    message = r"register.*Landscape\.open\(file, problem\)"
    with (
        tw.Landscape.open(tmp_path / "s.db") as landscape,
        pytest.raises(tw.LandscapeError, match=message),
    ):
        _ = landscape.problem


def test_another_loss_under_the_kind_of_its_parent_is_another_problem():
    class Heavier(LennardJones):
        def loss(self, x):
            return 2 * super().loss(x)

    assert LennardJones(3).is_portable and not Heavier(3).is_portable


def test_two_classes_of_one_kind_are_refused(registered_spring):
    class Other(Spring):
        pass

    with pytest.raises(ValueError, match="another one"):
        register(Other)


def test_choices_that_are_no_json_are_refused():
    class Callback(Spring):
        kind = "callback of the tests"
        function: object = eqx.field(static=True, default=len)

    with pytest.raises(TypeError, match="Override choices"):
        _ = Callback(np.zeros((1, 2)), (1.0,)).fingerprint


class Doubled(NeuralNetwork):
    """Forgets to give itself a kind of its own."""

    def loss(self, x):
        return 2 * super().loss(x)


def test_a_class_without_a_kind_of_its_own_is_not_taken_for_its_parent():
    x, y = np.array([[0.0], [1.0], [2.0]]), np.array([0, 1, 0])
    parent, child = (kind.from_data(x, y, hidden=(1,)) for kind in (NeuralNetwork, Doubled))
    assert child.fingerprint != parent.fingerprint
    assert parent.is_portable and not child.is_portable


class NestedSpring(tw.problems.Problem):
    """Two numbers in a module of their own, which is no array."""

    kind = "nested spring"
    inner: eqx.Module

    @property
    def dimension(self):
        return 1

    def loss(self, x):
        return jnp.sum(x**2)

    def start(self, key):
        return jnp.ones(1)


def test_a_field_that_is_no_array_is_named():
    with pytest.raises(TypeError, match=r"'inner' of NestedSpring is no array of numbers"):
        _ = NestedSpring(eqx.nn.Identity()).fingerprint
