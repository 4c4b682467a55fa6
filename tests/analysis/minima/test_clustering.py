"""Shapes of K-means landscapes, on networks made by hand."""

import dataclasses

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import clustering_shape, suggested_number

X = np.array([[0.0], [1.0], [10.0], [11.0]])


def network(coordinates, losses, hits, edges=(), barriers=()):
    barriers = np.array(barriers, dtype=float)
    return tw.Network.from_arrays(
        np.array(losses, dtype=float),
        np.array(edges, dtype=int).reshape(-1, 2),
        barriers,
        coordinates=np.array(coordinates),
        hits=np.array(hits, dtype=int),
    )


def test_the_shape_of_two_clusterings():
    problem = tw.problems.KMeans(X, 2)
    # {0, 1}, {10, 11} and {0}, {1, 10, 11}: the adjusted Rand index of these two is 0.
    net = network([[0.5, 10.5], [0.0, 1.5]], [1.0, 61.0], [3, 1], [(0, 1)], [64.0])
    shape = clustering_shape(problem, net)
    assert (shape.n_clusters, shape.n_minima, shape.n_transition_states) == (2, 2, 1)
    assert shape.lowest == 1.0 and shape.share_of_lowest == 0.75
    assert shape.agreement == pytest.approx(0.75)
    assert shape.median_barrier == pytest.approx(3 / 60) and shape.escape == pytest.approx(3 / 60)
    assert shape.share_joined == 1.0


def test_one_minimum_has_no_barriers():
    shape = clustering_shape(tw.problems.KMeans(X, 1), network([[5.5]], [101.0], [7]))
    assert shape.agreement == 1.0 and np.isnan(shape.median_barrier) and np.isnan(shape.escape)


def test_the_suggested_number_is_the_largest_on_which_starts_agree():
    one = clustering_shape(tw.problems.KMeans(X, 1), network([[5.5]], [101.0], [7]))
    shapes = [
        dataclasses.replace(one, n_clusters=k, agreement=a)
        for k, a in ((1, 1.0), (2, 0.95), (3, 0.4), (4, 0.93), (5, 0.2))
    ]
    assert suggested_number(shapes) == 4
    assert suggested_number(shapes, agreement=0.99) == 1
    with pytest.raises(ValueError, match=r"best is 0\.20"):
        suggested_number(shapes[-1:])
    with pytest.raises(ValueError, match="no minima"):
        clustering_shape(tw.problems.KMeans(X, 1), network(np.zeros((0, 1)), [], []))
