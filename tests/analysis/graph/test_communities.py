"""Communities of minima."""

import numpy as np
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
    # Fluxes of exp(-200) and less beside one of 1; the two faint pairs are still told from each other.
    losses, edges = [0.0, 0.0, 1.0, 1.0, 1.0, 1.0], [(0, 1), (2, 3), (4, 5), (3, 4)]
    network = Network.from_arrays(losses, edges, [1.0, 2.0, 2.0, 2.5])
    assignment = communities(network, 0.005).assignment
    assert assignment[0] == assignment[1] and assignment[2] == assignment[3]
    assert assignment[4] == assignment[5] and len(set(assignment)) == 3
