"""Basins, minimax paths and degrees."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import random_network

from thalweg import Network
from thalweg.analysis import degrees, minimax_barriers, monotonic_sequence_basins


def bottom_by_walking(network, minimum):
    edges = network.edges[~network.is_degenerate]
    while True:
        near = {int(b) for a, b in edges if a == minimum} | {
            int(a) for a, b in edges if b == minimum
        }
        lower = [i for i in near if network.losses[i] < network.losses[minimum]]
        if not lower:
            return minimum
        minimum = min(lower, key=lambda i: network.losses[i])


@given(st.integers(1, 20), st.integers(0, 300))
def test_basins_are_those_of_walking_down(n, seed):
    network = random_network(n, seed, share_joined=0.6)
    found = monotonic_sequence_basins(network)
    assert found.assignment.tolist() == [bottom_by_walking(network, i) for i in range(n)]
    assert set(found.bottoms) == set(found.assignment)
    assert found.bottoms[0] == network.global_minimum


@given(st.integers(2, 15), st.integers(0, 300))
def test_a_minimax_path_joins_its_ends_and_has_the_minimax_barrier(n, seed):
    network = random_network(n, seed)
    found = minimax_barriers(network)
    path = found.path(0, n - 1)
    at = {0}
    for state in path:
        a, b = (int(i) for i in network.edges[state])
        assert at & {a, b}
        at = {b if a in at else a}
    assert at == {n - 1}
    assert network.barrier_losses[path].max() == found.between(0, n - 1)
    assert found.between(0, n - 1) == found.between(n - 1, 0)


def test_there_is_no_path_where_none_leads_and_none_is_needed_at_home():
    found = minimax_barriers(Network.from_arrays([0.0, 1.0, 2.0], [(0, 1)], [3.0]))
    assert np.isinf(found.between(0, 2)) and len(found.path(1, 1)) == 0
    with pytest.raises(ValueError, match="no path"):
        found.path(0, 2)


def test_degrees_count_neighbours_once():
    network = Network.from_arrays(
        [0.0, 1.0, 2.0, 3.0], [(0, 1), (1, 0), (0, 2), (0, 3), (2, 2)], [5.0] * 5
    )
    found = degrees(network)
    assert found.degree.tolist() == [3, 1, 1, 1] and found.hubs[0] == 0
    assert found.loss_correlation < 0
    assert np.isnan(degrees(Network.from_arrays([1.0])).loss_correlation)


def test_an_empty_network_is_refused():
    empty = Network.from_arrays([])
    for call in (monotonic_sequence_basins, minimax_barriers, degrees):
        with pytest.raises(ValueError, match="no minima"):
            call(empty)
