"""Communities of minima."""

import numpy as np
import pytest
from networks import random_network

from thalweg import Network
from thalweg.analysis import communities


def two_cliques(n=6):
    edges = [(a + s, b + s) for s in (0, n) for a in range(n) for b in range(a)]
    edges.append((0, n))
    return Network.from_arrays(np.zeros(2 * n), edges, np.ones(len(edges)))


def test_two_cliques_are_two_communities():
    groups = communities(two_cliques())
    assert len(set(groups.assignment[:6])) == len(set(groups.assignment[6:])) == 1
    assert groups.assignment[0] != groups.assignment[6] and groups.modularity > 0.4


def test_flux_over_a_high_pass_parts_communities():
    # A ring of four; two opposite passes are high, so that little flux crosses them when cold.
    network = Network.from_arrays([0.0] * 4, [(0, 1), (1, 2), (2, 3), (3, 0)], [1.0, 9.0, 1.0, 9.0])
    groups = communities(network, 0.5).assignment
    assert groups[0] == groups[1] != groups[2] == groups[3]


def test_the_same_seed_gives_the_same_communities():
    network = random_network(60, 0)
    first, again = (communities(network, 0.7, seed=3).assignment for _ in range(2))
    np.testing.assert_array_equal(first, again)
    sizes = np.bincount(first)
    assert (np.diff(sizes) <= 0).all()


def test_minima_without_passes_are_communities_of_their_own():
    lone = Network.from_arrays([0.0, 1.0])
    assert len(set(communities(lone).assignment)) == 2
    assert communities(lone, 1.0).modularity == 0


def test_a_cold_network_has_communities_however_small_the_flux():
    # Fluxes of exp(-200) and less beside one of 1: a faint pair is one community, and not the strong one's.
    # (That the two faint pairs are one as well gains exp(-300), which either partition may leave out.)
    losses, edges = [0.0, 0.0, 1.0, 1.0, 1.0, 1.0], [(0, 1), (2, 3), (4, 5), (3, 4)]
    network = Network.from_arrays(losses, edges, [1.0, 2.0, 2.0, 2.5])
    assignment = communities(network, 0.005).assignment
    assert assignment[0] == assignment[1] and assignment[4] == assignment[5]
    assert assignment[2] == assignment[3] != assignment[0]


def modularity_by_its_definition(network, labels):
    adjacency = np.zeros((network.n_minima, network.n_minima))
    a, b = network.edges[~network.is_degenerate].T
    adjacency[a, b] = adjacency[b, a] = 1.0
    degrees, total = adjacency.sum(axis=1), adjacency.sum()
    chance = np.outer(degrees, degrees) / total
    return ((adjacency - chance) * (labels[:, None] == labels)).sum() / total


@pytest.mark.parametrize("seed", range(3))
def test_modularity_is_that_of_its_definition(seed):
    network = random_network(80, seed)
    groups = communities(network, seed=seed)
    expected = modularity_by_its_definition(network, groups.assignment)
    # A sum of some hundred numbers of order one over their sum.
    assert groups.modularity == pytest.approx(expected, abs=1e-12)


def test_planted_communities_come_back_whatever_the_seed():
    rng = np.random.default_rng(0)
    planted = np.repeat(np.arange(6), 30)
    odds = np.where(planted[:, None] == planted, 0.5, 0.02)
    edges = np.argwhere(np.triu(rng.random(odds.shape) < odds, 1))
    network = Network.from_arrays(np.zeros(180), edges, np.ones(len(edges)))
    for seed in range(5):
        labels = communities(network, seed=seed).assignment
        assert len(np.unique(np.stack([labels, planted]), axis=1).T) == 6 == labels.max() + 1
