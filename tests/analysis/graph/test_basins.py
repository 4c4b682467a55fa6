"""Monotonic sequence basins."""

from hypothesis import given
from hypothesis import strategies as st
from networks import random_network

from thalweg.analysis import monotonic_sequence_basins


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
    basins = monotonic_sequence_basins(network)
    assert basins.assignment.tolist() == [bottom_by_walking(network, i) for i in range(n)]
    assert set(basins.bottoms) == set(basins.assignment)
    assert basins.bottoms[0] == network.global_minimum
