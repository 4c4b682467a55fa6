"""Statements of a class about its loss bind the classes that leave this loss alone, and no others."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.problems import Function, GaussianProcess, KMeans, LennardJones, NeuralNetwork
from thalweg.problems.fixed_coordinate import FixedCoordinate
from thalweg.problems.own_word import DERIVATIVES, _free_names, is_stated_of

X = np.random.default_rng(0).normal(size=(8, 2))
Y = X[:, 0] > 0
PROBLEMS = {
    "network": NeuralNetwork.from_data(X, Y, hidden=(1,)),
    "network over pairs": NeuralNetwork.from_data(X, Y, hidden=(1,), loss="approximate_auc"),
    "process": GaussianProcess.from_data(X, X[:, 0]),
    "clusters": KMeans(X, 2),
    "atoms": LennardJones(3),
    "function": tw.problems.double_well(),
    "user model": tw.problems.from_jax(
        lambda p, x, y: jnp.mean((x @ p["w"] - y) ** 2), {"w": np.ones(2)}, X, X[:, 0]
    ),
    "held": FixedCoordinate(LennardJones(3), jnp.asarray(0.5), 0),
}
STATEMENTS = (
    *("symmetry", "generators", "zero_modes", "reduction", "growth_doubt", "has_true_derivatives"),
    *("as_defined", "without_switches", "enclosure"),
)


@pytest.mark.parametrize("name", PROBLEMS)
def test_problems_of_the_package_state_all_of_their_own_loss(name):
    for statement in STATEMENTS:
        assert is_stated_of(PROBLEMS[name], statement)


@pytest.mark.parametrize("name", PROBLEMS)
def test_no_loss_rests_on_a_member_that_a_subclass_may_override_and_still_be_believed(name):
    problem, read = PROBLEMS[name], set()

    class Watched(type(problem)):
        def __getattribute__(self, member):
            read.add(member)
            return super().__getattribute__(member)

    watched = object.__new__(Watched)
    for field, value in vars(problem).items():
        object.__setattr__(watched, field, value)
    read.clear()
    with jax.enable_x64(True):
        jax.make_jaxpr(watched.loss)(jnp.ones(problem.dimension))
    assert "loss" in read
    # In how many pieces it is summed does not change what it is.
    assert read & _free_names(type(problem).__mro__) <= {"walkers_per_chunk"}


class Well(Function):
    @property
    def has_true_derivatives(self):
        return True

    def loss(self, x):
        return self.walls(x)

    def walls(self, x):
        return jnp.sum(x**4)


class Renamed(Well):
    kind = "renamed"

    def start(self, key):
        return jnp.zeros(1)

    def further(self, x):
        return x


class OtherLoss(Renamed):
    def loss(self, x):
        return jnp.sum(x**2)


class OtherWalls(Renamed):
    def walls(self, x):
        return jnp.sum(x**2)


class OtherGradient(Renamed):
    def value_and_gradient(self, x):
        return self.loss(x), x


class SaysItAgain(OtherLoss):
    @property
    def has_true_derivatives(self):
        return True


class Changed(Function):
    def loss(self, x):
        return jnp.sum(x**2)


class Truthful(Function):
    @property
    def has_true_derivatives(self):
        return True


class OfBoth(Truthful, Changed):
    """Its loss is one that the parent which states something did not know."""


@pytest.mark.parametrize(
    ("one", "is_stated"),
    [
        *((Well, True), (Renamed, True), (Truthful, True), (SaysItAgain, True)),
        *((OtherLoss, False), (OtherWalls, False), (OfBoth, False)),
    ],
)
def test_it_is_what_the_loss_may_rest_on_that_has_to_be_the_same(one, is_stated):
    assert is_stated_of(one(jnp.sum, dimension=1), "has_true_derivatives") is is_stated


def test_another_gradient_is_another_matter_than_the_loss():
    well = OtherGradient(jnp.sum, dimension=1)
    assert is_stated_of(well, "has_true_derivatives")
    assert not is_stated_of(well, "has_true_derivatives", DERIVATIVES)
