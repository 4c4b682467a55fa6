"""Features of a landscape from which gains are foretold."""

import numpy as np
import pytest

from thalweg import Network
from thalweg.analysis import landscape_features


def test_a_single_minimum_is_one_funnel_without_frustration():
    features = landscape_features(Network.from_arrays([1.0], [], [], dimension=1))
    assert features.minima == features.funnels == 1
    assert features.frustration == features.excess == 0
    assert features.effective_minima == pytest.approx(1)


def test_two_funnels_behind_a_high_pass():
    # Minima 0 – 1 in one funnel, 2 behind a pass of height 3 above the lowest.
    network = Network.from_arrays(
        [0.0, 0.5, 0.4], [(0, 1), (1, 2)], [0.6, 3.0], lpphe=np.zeros(3), dimension=1
    )
    features = landscape_features(network, 0.5)
    assert (features.minima, features.funnels) == (3, 2)
    p = np.exp(-np.array([0.0, 0.5, 0.4]) / 0.5)
    p /= p.sum()
    plain = p[1] * 0.6 / 0.5 + p[2] * 3.0 / 0.4
    assert features.frustration == pytest.approx(plain)
    assert features.excess == pytest.approx(plain / (1 - p[0]) - 1)
    assert features.effective_minima == pytest.approx(np.exp(-p @ np.log(p)))
