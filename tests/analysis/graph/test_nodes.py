"""Every distinct node of every level of the disconnectivity graph, under its published name."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thalweg import Network
from thalweg.analysis import disconnectivity_graph, distinct_nodes

from .test_disconnectivity import random_network


def two_wells():
    """Two wells of two minima each; a pass at 1 joins them, passes at 0.2 and 0.8 the two of each."""
    return Network.from_arrays(
        [0.0, 0.1, 0.6, 0.7], [(0, 1), (1, 2), (2, 3)], [0.2, 1.0, 0.8], dimension=2
    )


def test_level_1_is_at_the_top_and_the_lowest_level_at_the_global_minimum():
    graph = disconnectivity_graph(two_wells(), levels=5)
    np.testing.assert_allclose([level.loss for level in graph.levels], [1, 0.75, 0.5, 0.25, 0])
    assert graph.members("5_1").tolist() == [0]
    assert [level.loss for level in disconnectivity_graph(two_wells(), levels=1).levels] == [1.0]


def test_a_node_has_the_name_of_the_highest_level_it_is_in():
    # Thresholds 1, 0.9, … 0: the higher well parts from the lower below 1, and falls apart below 0.8.
    nodes = distinct_nodes(two_wells(), levels=11)
    assert {node.name for node in nodes} == {"1_1", "2_1", "2_2"}
    whole, *wells = [sorted(node.members.tolist()) for node in nodes]
    assert whole == [0, 1, 2, 3] and sorted(wells) == [[0, 1], [2, 3]]
    assert [node.loss for node in nodes] == pytest.approx([1.0, 0.9, 0.9])


@settings(max_examples=10)
@given(st.integers(1, 14), st.integers(0, 300), st.integers(1, 12))
def test_all_nodes_of_all_levels_are_there_and_each_once(n, seed, levels):
    network = random_network(n, seed)
    graph = disconnectivity_graph(network, levels=levels)
    every = {frozenset(graph.members(name).tolist()) for name in graph.to_frame().name}
    nodes = distinct_nodes(network, levels=levels, least=1)
    sets = [frozenset(node.members.tolist()) for node in nodes]
    assert len(sets) == len(set(sets)) and set(sets) == every
    for node in nodes:
        np.testing.assert_array_equal(graph.members(node.name), node.members)
    several = distinct_nodes(network, levels=levels)
    assert {n.name for n in several} == {n.name for n in nodes if len(n.members) > 1}
