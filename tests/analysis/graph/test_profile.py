"""The width of a landscape at each loss, and how long its basins last."""

import numpy as np
import pytest
from networks import random_network

from thalweg import Network
from thalweg.analysis import disconnectivity_graph, landscape_profile


@pytest.mark.parametrize("seed", range(3))
def test_the_profile_is_that_of_the_superbasins_at_each_level(seed):
    network = random_network(40, seed, share_joined=0.7)
    profile = landscape_profile(network)
    graph = disconnectivity_graph(network, levels=9)
    for level in graph.levels:
        # A threshold that is a loss itself may have been rounded to either side of it.
        if np.abs(profile.losses - level.loss).min() < 1e-12:
            continue
        k = int(np.searchsorted(profile.losses, level.loss, side="right")) - 1
        assert profile.superbasins[k] == len(level.start)
        assert profile.minima[k] == (network.losses <= level.loss).sum()


def test_the_piece_of_the_global_minimum_grows_to_all_that_is_joined():
    network = Network.from_arrays(
        losses=[0.0, 1.0, 2.0, 0.5], edges=[(0, 1), (1, 2)], barrier_losses=[1.5, 3.0]
    )
    profile = landscape_profile(network)
    assert profile.losses.tolist() == [0.0, 0.5, 1.0, 1.5, 2.0, 3.0]
    assert profile.minima.tolist() == [1, 2, 3, 3, 4, 4]
    assert profile.superbasins.tolist() == [1, 2, 3, 2, 3, 2]
    assert profile.minima_of_global.tolist() == [1, 1, 1, 2, 2, 3]


def test_no_profile_of_no_minima():
    with pytest.raises(ValueError, match="at least one"):
        landscape_profile(Network.from_arrays(losses=[]))
