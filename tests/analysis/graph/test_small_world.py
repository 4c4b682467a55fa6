"""Small-world measures."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import random_network
from scipy.sparse.csgraph import shortest_path

from thalweg import Network
from thalweg.analysis import small_world


def test_a_ring_has_the_path_length_and_clustering_of_a_ring():
    n = 9
    ring = Network.from_arrays(np.zeros(n), [(i, (i + 1) % n) for i in range(n)], np.ones(n))
    result = small_world(ring)
    # Steps 1 … 4 to either side.
    assert result.mean_path == pytest.approx(2.5) and result.clustering == 0
    assert result.random_mean_path == pytest.approx(np.log(9) / np.log(2))


@given(st.integers(2, 150), st.integers(0, 300))
def test_measures_are_those_of_counting_steps_and_triangles(n, seed):
    network = random_network(n, seed, share_joined=0.9)
    result = small_world(network)
    joined = np.zeros((n, n))
    joined[tuple(network.edges.T)] = joined[tuple(network.edges.T[::-1])] = 1
    np.fill_diagonal(joined, 0)
    joined = joined[np.ix_(network.component == 0, network.component == 0)]
    size = len(joined)
    assert result.n_minima == size and result.n_edges == joined.sum() / 2
    if size > 1:
        steps = shortest_path(joined, unweighted=True)
        assert result.mean_path == pytest.approx(steps.sum() / (size * (size - 1)), rel=1e-12)
    if size <= 30:
        near = [(a, b) for row in joined for a, b in itertools.combinations(np.flatnonzero(row), 2)]
        expected = np.mean([joined[a, b] for a, b in near]) if near else np.nan
        assert result.clustering == pytest.approx(expected, nan_ok=True)


def test_a_lone_minimum_has_no_path():
    lone = small_world(Network.from_arrays([0.0, 1.0]))
    assert lone.n_minima == 1 and np.isnan(lone.mean_path) and np.isnan(lone.clustering)


def test_many_sources_are_counted_in_several_rounds():
    n = 1500
    line = Network.from_arrays(np.arange(n), [(i, i + 1) for i in range(n - 1)], np.arange(1, n))
    assert small_world(line).mean_path == pytest.approx((n + 1) / 3)


def test_a_large_network_is_sampled_and_says_how_exactly():
    n = 2500
    line = Network.from_arrays(np.arange(n), [(i, i + 1) for i in range(n - 1)], np.arange(1, n))
    result = small_world(line)
    assert 0 < result.mean_path_error < 0.03 * result.mean_path
    # Four standard errors; the sample is always the same.
    assert abs(result.mean_path - (n + 1) / 3) < 4 * result.mean_path_error
