"""Degrees of the minima."""

import numpy as np

from thalweg import Network
from thalweg.analysis import degrees


def test_degrees_count_neighbours_once():
    network = Network.from_arrays(
        [0.0, 1.0, 2.0, 3.0], [(0, 1), (1, 0), (0, 2), (0, 3), (2, 2)], [5.0] * 5
    )
    result = degrees(network)
    assert result.degree.tolist() == [3, 1, 1, 1] and result.hubs[0] == 0
    assert result.loss_correlation < 0
    assert np.isnan(degrees(Network.from_arrays([1.0])).loss_correlation)
