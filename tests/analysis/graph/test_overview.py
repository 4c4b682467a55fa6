"""All readings at once."""

import json

import numpy as np
import pytest
from networks import random_network

from thalweg import Network
from thalweg.analysis import (
    contributions,
    frustration,
    heat_capacity,
    occupation_probabilities,
    overview,
)


def test_the_readings_are_those_of_the_single_functions():
    network = random_network(30, 3)
    result = overview(network)
    peaks = heat_capacity(network).peaks
    assert [p.temperature for p in result.peaks] == [p.temperature for p in peaks]
    assert result.peaks[0].frustration == frustration(network, peaks[0].temperature)
    assert result.n_joined == 30 and result.lowest_loss == network.losses.min()


@pytest.mark.parametrize(
    "network",
    [
        Network.from_arrays([1.0]),
        Network.from_arrays([1.0, 1.0], [(0, 1)], [2.0]),
        Network.from_arrays([0.0, 1.0, 2.0]),
        Network.from_arrays([0.0, 1.0], [(0, 0)], [2.0], dimension=3),
    ],
    ids=["one minimum", "all of one loss", "unconnected", "degenerate rearrangement"],
)
def test_poor_landscapes_give_sensible_readings(network):
    result = overview(network)
    again = json.loads(json.dumps(result.as_dict(), allow_nan=False))
    assert again["n_minima"] == network.n_minima
    assert result.n_basins >= 1


def test_an_empty_network_is_refused():
    with pytest.raises(ValueError, match="no minima"):
        overview(Network.from_arrays(np.zeros(0)))


def test_the_temperatures_that_are_asked_for_stand_beside_the_peaks():
    network = random_network(30, 3)
    result = overview(network, [0.02, np.float32(0.5)])
    assert [state.temperature for state in result.at_temperatures] == [0.02, 0.5]
    cold, warm = result.at_temperatures
    assert warm.frustration == frustration(network, 0.5)
    p = occupation_probabilities(network, 0.5)
    assert warm.shannon_entropy == pytest.approx(-(p * np.log(p)).sum())
    assert cold.shannon_entropy < warm.shannon_entropy < np.log(30)
    assert set(warm.gaining) == set(np.argsort(-contributions(network, 0.5))[:5].tolist())
    with pytest.raises(ValueError, match="temperature must be positive"):
        overview(network, [-1.0])
