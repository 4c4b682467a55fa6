"""Tables of a network, and groups of minima by node."""

import numpy as np
import pytest
from networks import random_network

import thalweg as tw
from thalweg.analysis import (
    disconnectivity_graph,
    heat_capacity,
    level_groups,
    minima_table,
    monotonic_sequence_basins,
    peaks_table,
    transition_states_table,
)


def test_tables_hold_a_row_for_every_point():
    network = random_network(40, 3, share_joined=0.9)
    minima, states = minima_table(network), transition_states_table(network)
    assert len(minima) == 40 and len(states) == network.n_transition_states
    assert (states[["barrier_a", "barrier_b"]] >= 0).all().all()
    assert np.isinf(minima.highest_barrier[minima.component > 0]).all()
    peaks = heat_capacity(network).peaks
    assert peaks_table(heat_capacity(network)).temperature.tolist() == [
        peak.temperature for peak in peaks
    ]


def test_an_empty_network_gives_empty_tables():
    empty = tw.Network.from_arrays([])
    assert len(minima_table(empty)) == len(transition_states_table(empty)) == 0


def test_groups_of_a_level_are_its_nodes():
    network = random_network(30, 1)
    graph = disconnectivity_graph(network, levels=20)
    for level in (1, 5, 20):
        groups = level_groups(network, level, levels=20)
        for k, name in enumerate(groups.names):
            assert set(np.flatnonzero(groups.assignment == k)) == set(graph.members(name))
        absent = groups.assignment < 0
        assert (network.losses[absent] > groups.loss).all()
    with pytest.raises(ValueError, match="from 1 to 20"):
        level_groups(network, 21, levels=20)


def test_basins_colour_a_graph():
    network = random_network(30, 1)
    basins = monotonic_sequence_basins(network)
    axes = tw.plot.disconnectivity(network, colour_by=basins)
    assert axes.get_legend() is not None
