"""A kind of loss has a prover of its own, which is found by what a problem can do."""

from typing import Protocol, runtime_checkable

import numpy as np
import pytest

from thalweg.certificate import Certifier, Prover, Refusal, register_prover
from thalweg.certificate.provers import _BY_CAPABILITY
from thalweg.landscape.records import Minimum
from thalweg.problems import Function, KMeans

POINT = Minimum(0.0, np.zeros(2), np.ones(2), 0.0)


@runtime_checkable
class Tiled(Protocol):
    tiles: int


class Floor(Function):
    tiles = 3


class NeverProved:
    def __init__(self, problem):
        self._tiles = problem.tiles

    def certify(self, point, kind, point_id):
        return Refusal(kind, point_id, f"{self._tiles} tiles")


@pytest.fixture
def registered():
    before = dict(_BY_CAPABILITY)
    register_prover(Tiled, NeverProved)
    yield
    _BY_CAPABILITY.clear()
    _BY_CAPABILITY.update(before)


def test_a_prover_proves_the_problems_with_its_capability_and_no_others(registered):
    def bowl(x):
        return x @ x

    assert isinstance(NeverProved(Floor(bowl, dimension=2)), Prover)
    result = Certifier(Floor(bowl, dimension=2)).certify(POINT, "minimum", 4)
    assert result == Refusal("minimum", 4, "3 tiles")
    assert Certifier(Function(bowl, dimension=2)).certify(POINT, "minimum", 4).index == 0
    clusters = KMeans(np.array([[-1.0], [1.0]]), 2)
    assert (
        Certifier(clusters)
        .certify(Minimum(0.0, np.array([-1.0, 1.0]), np.ones(2), 0.0), "minimum", 0)
        .tier
        == "exact"
    )


def test_of_two_that_a_problem_has_the_last_one_counts(registered):
    class Other(NeverProved):
        def certify(self, point, kind, point_id):
            return Refusal(kind, point_id, "other")

    register_prover(Tiled, Other)
    problem = Floor(lambda x: x @ x, dimension=2)
    assert Certifier(problem).certify(POINT, "minimum", 0).reason == "other"
