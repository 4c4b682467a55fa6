"""Communities and small-world measures."""

import numpy as np
import pytest
from networks import random_network

from thalweg import Network
from thalweg.analysis import communities, small_world


def two_cliques(n=6):
    edges = [(a + s, b + s) for s in (0, n) for a in range(n) for b in range(a)]
    edges.append((0, n))
    return Network.from_arrays(np.zeros(2 * n), edges, np.ones(len(edges)))


def test_two_cliques_are_two_communities():
    found = communities(two_cliques())
    assert len(set(found.assignment[:6])) == len(set(found.assignment[6:])) == 1
    assert found.assignment[0] != found.assignment[6] and found.modularity > 0.4


def test_flux_over_a_high_pass_parts_communities():
    # A ring of four; two opposite passes are high, so that little flux crosses them when cold.
    network = Network.from_arrays([0.0] * 4, [(0, 1), (1, 2), (2, 3), (3, 0)], [1.0, 9.0, 1.0, 9.0])
    found = communities(network, 0.5).assignment
    assert found[0] == found[1] != found[2] == found[3]


def test_the_same_seed_gives_the_same_communities():
    network = random_network(60, 0)
    first, again = (communities(network, 0.7, seed=3).assignment for _ in range(2))
    np.testing.assert_array_equal(first, again)
    sizes = np.bincount(first)
    assert (np.diff(sizes) <= 0).all()


def test_a_ring_has_the_path_length_and_clustering_of_a_ring():
    n = 9
    ring = Network.from_arrays(np.zeros(n), [(i, (i + 1) % n) for i in range(n)], np.ones(n))
    found = small_world(ring)
    # Steps 1 … 4 to either side.
    assert found.mean_path == pytest.approx(2.5) and found.clustering == 0
    assert found.random_mean_path == pytest.approx(np.log(9) / np.log(2))


def test_lone_minima_and_empty_networks():
    lone = Network.from_arrays([0.0, 1.0])
    assert len(set(communities(lone).assignment)) == 2 and communities(lone, 1.0).modularity == 0
    assert small_world(lone).n_minima == 1 and np.isnan(small_world(lone).mean_path)
    for call in (communities, small_world):
        with pytest.raises(ValueError, match="no minima"):
            call(Network.from_arrays([]))
