"""Strategies propose what going through every minimum would, and look at little of a large network."""

from collections import Counter

import numpy as np
import pytest

from thalweg import JoinToGlobal, NearestNeighbours, SingleEndedFromEach, Untrap
from thalweg.landscape.network import Network
from thalweg.problems import Symmetry
from thalweg.search.exploration.search_state import SearchState


class Plane(Symmetry):
    """No symmetry, in the plane; counts the distances that are asked for."""

    def __init__(self):
        self.n_bounds = 0

    def distance_bounds(self, x, others):
        self.n_bounds += len(others)
        return super().distance_bounds(x, others)


def state(n, seed=0, n_edges=0, n_attempts=0, symmetry=None):
    rng = np.random.default_rng(seed)
    losses, edges = rng.random(n), rng.integers(n, size=(n_edges, 2))
    network = Network.from_arrays(
        losses, edges, losses[edges].max(axis=1) + rng.random(n_edges),
        coordinates=rng.normal(size=(n, 2)),
    )  # fmt: skip
    attempts = Counter()
    for a, b in rng.integers(n, size=(n_attempts, 2)).tolist():
        attempts[(a, None) if a == b or a % 3 == 0 else (min(a, b), max(a, b))] += 1
    return SearchState(network, symmetry or Symmetry(), attempts)


def proposals_to_join(shown, n, max_tries, per_component):
    """What `JoinToGlobal` proposes, by going through all components and all minima outside them."""
    network, attempts = shown.network, Counter(shown.attempts)
    component, points = network.component, network.coordinates
    tries = Counter()
    for pair, times in attempts.items():
        for end in pair:
            tries[end] += times
    proposals = []
    for _ in range(per_component):
        for label in range(1, network.n_components):
            members = np.flatnonzero(component == label)
            members = members[np.argsort(network.losses[members], kind="stable")]
            a = min(members.tolist(), key=lambda i: tries[i])
            if len(proposals) >= n or tries[a] >= max_tries:
                continue
            others = np.flatnonzero(component != label)
            near = others[np.argsort(np.linalg.norm(points[others] - points[a], axis=1))[:8]]
            untried = [b for b in near.tolist() if (min(a, b), max(a, b)) not in attempts]
            if tries[a] % 2 == 0:
                pair = (a, None)
            elif untried:
                pair = (min(a, untried[0]), max(a, untried[0]))
            else:
                pair = (a, None)
            proposals.append(pair)
            attempts[pair] += 1
            for end in pair:
                tries[end] += 1
    return proposals


@pytest.mark.parametrize("n_edges, n_attempts", [(0, 0), (100, 300), (350, 2000)])
def test_components_are_joined_as_going_through_all_minima_would(n_edges, n_attempts):
    shown = state(400, n_edges=n_edges, n_attempts=n_attempts)
    expected = proposals_to_join(shown, 64, max_tries=8, per_component=4)
    assert JoinToGlobal(max_tries=8).propose(shown, 64) == expected
    assert len(expected) > 0


def test_components_that_are_given_up_are_passed_over():
    shown = state(50)
    shown.n_attempts[:] = 12
    assert JoinToGlobal().propose(shown, 8) == []
    shown.n_attempts[7] = 11
    assert [a for a, _ in JoinToGlobal().propose(shown, 8)] == [7]


@pytest.mark.parametrize("strategy", [JoinToGlobal(), NearestNeighbours(), Untrap()])
def test_ten_times_the_minima_are_not_ten_times_the_distances(strategy):
    n_bounds = []
    for n in (1000, 10_000):
        symmetry = Plane()
        shown = state(n, n_edges=4 * n if isinstance(strategy, Untrap) else 0, symmetry=symmetry)
        shown.n_attempts[:] = 1
        assert len(strategy.propose(shown, 32)) == 32
        n_bounds.append(symmetry.n_bounds)
    # In the plane the nearest of ten times as many points are a tenth as far, in either direction.
    assert n_bounds[1] < 2 * n_bounds[0]


def test_the_least_searched_come_first():
    shown = state(30, n_attempts=60)
    tries = [shown.attempts[(a, None)] for a in range(30)]
    order = sorted(range(30), key=lambda a: (tries[a], shown.network.losses[a]))
    assert [a for a, _ in SingleEndedFromEach(tries=100).propose(shown, 12)] == order[:12]
