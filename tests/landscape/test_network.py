"""Networks from plain arrays, and their merge tree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg import Network
from thalweg.landscape.merge_tree import merge_tree


@st.composite
def arrays(draw, most=9):
    n = draw(st.integers(1, most))
    # Losses on a coarse grid, so that ties and zero occur.
    losses = np.array(draw(st.lists(st.integers(-3, 3), min_size=n, max_size=n)), float)
    ends = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))
    edges = draw(st.lists(ends, max_size=2 * n))
    heights = draw(st.lists(st.integers(0, 3), min_size=len(edges), max_size=len(edges)))
    barriers = [max(losses[a], losses[b]) + h for (a, b), h in zip(edges, heights, strict=True)]
    return {"losses": losses, "edges": edges, "barrier_losses": barriers}


def highest_by_brute_force(network, to):
    highest = np.full(network.n_minima, np.inf)
    highest[to] = network.losses[to]
    for _ in range(network.n_minima):
        for (a, b), barrier in zip(network.edges, network.barrier_losses, strict=True):
            for u, v in ((a, b), (b, a)):
                if v != to:
                    highest[v] = min(highest[v], max(highest[u], barrier))
    return highest


@given(arrays(), st.integers(0, 8))
def test_the_merge_tree_gives_the_lowest_highest_pass(arrays, to):
    network = Network.from_arrays(**arrays)
    to = to % network.n_minima
    expected = highest_by_brute_force(network, to)
    tree = merge_tree(network)
    np.testing.assert_array_equal(tree.highest_on_lowest_path(to), expected)
    everywhere = np.arange(network.n_minima)
    pairs = np.stack([everywhere, np.full_like(everywhere, to)], axis=1)
    np.testing.assert_array_equal(tree.highest_between(pairs), expected)
    either = np.minimum(expected, highest_by_brute_force(network, 0))
    np.testing.assert_array_equal(tree.highest_on_lowest_path(np.array([0, to])), either)


@given(arrays())
def test_components_are_what_paths_join_and_the_lowest_comes_first(arrays):
    network = Network.from_arrays(**arrays)
    joined = np.isfinite(highest_by_brute_force(network, network.global_minimum))
    np.testing.assert_array_equal(network.is_joined, joined)
    firsts = [network.losses[network.component == c].min() for c in range(network.n_components)]
    assert firsts == sorted(firsts)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"losses": [0, 1], "edges": [(0, 2)], "barrier_losses": [3]}, "indices"),
        ({"losses": [0, 1], "edges": [(0, 1)], "barrier_losses": []}, "one value an edge"),
        ({"losses": [0, np.nan]}, "finite"),
        ({"losses": [0, 1], "edges": [(0, 1)], "barrier_losses": [0.5]}, "below a minimum"),
        ({"losses": [0, 1], "lpphe": [1.0]}, "lpphe"),
        ({"losses": [0, 1], "coordinates": [[1.0]]}, "coordinates"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(arrays, message):
    with pytest.raises(ValueError, match=message):
        Network.from_arrays(**arrays)


def test_an_empty_network_is_refused_in_one_wording():
    empty = Network.from_arrays([])
    for use in (
        lambda: empty.require_minima("a heat capacity"),
        lambda: empty.global_minimum,
        lambda: empty.lowest_loss,
        lambda: merge_tree(empty),
    ):
        with pytest.raises(ValueError, match=r"this network has no minima, and .* Find some first"):
            use()
    Network.from_arrays([1.0, 0.5]).require_minima("a heat capacity")


def test_a_network_without_the_coordinates_of_a_problem_is_refused():
    with pytest.raises(ValueError, match=r"no coordinates a minimum\. Read it"):
        Network.from_arrays([1.0]).require_coordinates()
    points = Network.from_arrays([1.0], coordinates=[[0.0, 1.0]])
    points.require_coordinates(2)
    with pytest.raises(ValueError, match="2 coordinates a minimum, and the problem has 3"):
        points.require_coordinates(3)
    Network.from_arrays([]).require_coordinates(3)


def test_the_lowest_of_several_equally_low_minima_is_the_first():
    network = Network.from_arrays([1.0, 0.5, 0.5])
    assert (network.global_minimum, network.lowest_loss) == (1, 0.5)
