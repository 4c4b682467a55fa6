"""Basins deeper than a loss difference."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import random_network

from thalweg import Network
from thalweg.analysis import deep_basins, minimax_barriers


def test_a_basin_counts_if_its_way_out_climbs_by_more():
    network = Network.from_arrays([0.0, 1.0, 2.0], [(0, 1), (1, 2)], [1.5, 5.0])
    result = deep_basins(network, 0.4)
    assert result.bottoms.tolist() == [0, 1, 2] and result.depths.tolist() == [np.inf, 0.5, 3.0]
    assert deep_basins(network, 0.5).bottoms.tolist() == [0, 2]
    assert deep_basins(network, 3.0).assignment.tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="depth"):
        deep_basins(network, -1.0)


@settings(max_examples=10)
@given(st.integers(1, 25), st.integers(0, 100), st.floats(0, 2))
def test_each_bottom_is_the_lowest_within_its_depth(n, seed, depth):
    network = random_network(n, seed, share_joined=0.8)
    result, barriers = deep_basins(network, depth), minimax_barriers(network)
    for bottom, deep in zip(result.bottoms.tolist(), result.depths.tolist(), strict=True):
        passes = barriers.to(bottom) - network.losses[bottom]
        lower = network.losses < network.losses[bottom]
        assert deep == pytest.approx(passes[lower].min(initial=np.inf))
        assert deep > depth
    # A minimum follows a bottom that is no higher, and joined to it.
    followed = network.losses[result.assignment]
    assert (followed <= network.losses).all()
    assert (network.component[result.assignment] == network.component).all()
