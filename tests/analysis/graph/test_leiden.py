"""The Leiden algorithm, against all partitions of small graphs and against planted communities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from thalweg.analysis.graph.leiden import leiden, modularity


def random_graph(n, seed, *, share=0.4, decades=0):
    rng = np.random.default_rng(seed)
    weights = np.triu(10.0 ** (-decades * rng.random((n, n))) * (rng.random((n, n)) < share), 1)
    return csr_array(weights + weights.T)


def partitions(n):
    """All partitions of n vertices, as labels of which each is at most one above those before it."""
    labels = [[0]]
    for _ in range(n - 1):
        labels = [[*row, k] for row in labels for k in range(max(row) + 2)]
    return [np.array(row) for row in labels]


def modularity_by_its_definition(matrix, labels):
    strengths, total = matrix.sum(axis=1), matrix.sum()
    same = labels[:, None] == labels
    return ((matrix - np.outer(strengths, strengths) / total) * same).sum() / total


@given(st.integers(2, 12), st.integers(0, 300))
def test_modularity_is_that_of_its_definition(n, seed):
    graph = random_graph(n, seed, share=0.8)
    labels = np.random.default_rng(seed).integers(0, 3, n)
    if graph.nnz:
        expected = modularity_by_its_definition(graph.toarray(), labels)
        assert modularity(graph, labels) == pytest.approx(expected, abs=1e-12)


def test_few_partitions_of_small_graphs_are_better():
    shortfalls = []
    for seed in range(30):
        graph = random_graph(7, seed, decades=2 * (seed % 2))
        optimum = max(modularity(graph, labels) for labels in partitions(7))
        shortfalls.append(optimum - modularity(graph, leiden(graph)))
    # A heuristic: nearly always the optimum, and never far from it.
    assert np.mean(np.array(shortfalls) < 1e-9) > 0.8 and max(shortfalls) < 0.1


@given(st.integers(1, 40), st.integers(0, 300), st.sampled_from([0, 30]))
def test_communities_are_connected_and_no_vertex_would_rather_be_elsewhere(n, seed, decades):
    graph = random_graph(n, seed, share=3 / n, decades=decades)
    labels = leiden(graph, seed=seed)
    edges = graph.tocoo()
    is_inside = labels[edges.row] == labels[edges.col]
    inside = (edges.data[is_inside], (edges.row[is_inside], edges.col[is_inside]))
    parts = connected_components(csr_array(inside, shape=graph.shape))[0]
    assert parts == len(np.unique(labels))
    quality = modularity(graph, labels)
    for vertex in range(n):
        for label in {*labels.tolist(), n}:
            moved = labels.copy()
            moved[vertex] = label
            assert modularity(graph, moved) <= quality + 1e-9


def test_planted_communities_come_back_whatever_the_seed():
    rng = np.random.default_rng(0)
    planted = np.repeat(np.arange(6), 30)
    odds = np.where(planted[:, None] == planted, 0.5, 0.02)
    weights = np.triu(rng.random(odds.shape) < odds, 1).astype(float)
    graph = csr_array(weights + weights.T)
    for seed in range(5):
        labels = leiden(graph, seed=seed)
        assert len(np.unique(labels)) == 6
        assert len(np.unique(np.stack([labels, planted]), axis=1).T) == 6


def test_the_same_seed_gives_the_same_communities_whatever_was_drawn_between():
    graph = random_graph(80, 1, share=0.1)
    first = leiden(graph, seed=3)
    np.random.default_rng().random(5)
    others = [leiden(graph, seed=seed) for seed in range(4)]
    np.testing.assert_array_equal(first, others[3])
    assert any(not np.array_equal(first, other) for other in others[:3])


def test_a_graph_without_edges_falls_apart_into_its_vertices():
    graph = csr_array((4, 4))
    assert leiden(graph).tolist() == [0, 1, 2, 3] and modularity(graph, np.arange(4)) == 0
