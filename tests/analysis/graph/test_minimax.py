"""Minimax paths."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import random_network

from thalweg import Network
from thalweg.analysis import minimax_barriers


@given(st.integers(2, 15), st.integers(0, 300))
def test_a_minimax_path_joins_its_ends_and_has_the_minimax_barrier(n, seed):
    network = random_network(n, seed)
    barriers = minimax_barriers(network)
    path = barriers.path(0, n - 1)
    ends = {0}
    for state in path:
        a, b = (int(i) for i in network.edges[state])
        assert ends & {a, b}
        ends = {b if a in ends else a}
    assert ends == {n - 1}
    assert network.barrier_losses[path].max() == barriers.between(0, n - 1)
    assert barriers.between(0, n - 1) == barriers.between(n - 1, 0)


def test_there_is_no_path_where_none_leads_and_none_is_needed_at_home():
    barriers = minimax_barriers(Network.from_arrays([0.0, 1.0, 2.0], [(0, 1)], [3.0]))
    assert np.isinf(barriers.between(0, 2)) and len(barriers.path(1, 1)) == 0
    with pytest.raises(ValueError, match="no path"):
        barriers.path(0, 2)
