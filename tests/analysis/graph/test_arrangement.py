"""Where minima and nodes of a disconnectivity graph stand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg import Network
from thalweg.analysis import disconnectivity_graph
from thalweg.analysis.graph.arrangement import lowest_of, placement, shallower_lowest


@pytest.fixture
def network():
    rng = np.random.default_rng(3)
    losses = rng.normal(size=60)
    edges = [(i, int(rng.integers(0, i))) for i in range(1, 60) if i % 7]
    barriers = [max(losses[a], losses[b]) + rng.exponential() for a, b in edges]
    return Network.from_arrays(losses=losses, edges=edges, barrier_losses=barriers)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=40), st.data())
def test_the_lowest_of_a_run_is_that_of_all_of_its_minima(losses, data):
    values = np.array(losses)
    start = data.draw(st.integers(0, len(losses) - 1))
    stop = data.draw(st.integers(start + 1, len(losses)))
    (lowest,) = lowest_of(values, np.array([start]), np.array([stop]))
    assert lowest == start + int(np.argmin(values[start:stop]))


@given(st.lists(st.floats(-10, 0), min_size=2, max_size=30), st.data())
def test_the_shallower_branch_is_the_higher_of_both_lowest_minima(losses, data):
    n = len(losses) - 1
    barriers = np.array(data.draw(st.lists(st.floats(0, 10), min_size=n, max_size=n)))
    values = np.array(losses)
    # Equal barriers join from left to right: a run ends at a higher one, or to its right at one as high.
    for k, lowest in enumerate(shallower_lowest(values, barriers)):
        left, right = k, k + 1
        while left > 0 and barriers[left - 1] <= barriers[k]:
            left -= 1
        while right < n and barriers[right] < barriers[k]:
            right += 1
        assert lowest == max(values[left : k + 1].min(), values[k + 1 : right + 1].min())


@pytest.mark.parametrize("arrangement", ["published", "stems"])
def test_minima_stand_in_their_order_and_take_as_much_room(network, arrangement):
    graph = disconnectivity_graph(network, arrangement=arrangement)
    assert np.all(np.diff(graph.x) > 0)
    assert graph.x[0] == 0 and graph.x[-1] == pytest.approx(len(graph.order) - 1)
    same = disconnectivity_graph(network)
    assert graph.order.tolist() == same.order.tolist()


def test_a_stem_is_upright_from_its_lowest_minimum_to_where_it_branches_off(network):
    graph = disconnectivity_graph(network, arrangement="stems")
    for level in graph.levels:
        for start, stop, x in zip(level.start, level.stop, level.x, strict=True):
            assert x == graph.x[start + np.argmin(graph.losses[start:stop])]


def test_as_published_a_node_stands_in_the_middle_of_its_minima(network):
    graph = disconnectivity_graph(network)
    for level in graph.levels:
        assert level.x.tolist() == ((level.start + level.stop - 1) / 2).tolist()


def test_the_deeper_of_two_branches_has_more_room():
    places = placement(np.array([0.0, 0.9, 0.1, 2.0]), np.array([1.0, 1.0, np.inf]), "stems")
    gaps = np.diff(places.x)
    assert gaps[0] < gaps[1] < gaps[2]


def test_an_arrangement_that_there_is_not_is_refused(network):
    with pytest.raises(ValueError, match="'published' or 'stems', got 'even'"):
        disconnectivity_graph(network, arrangement="even")
