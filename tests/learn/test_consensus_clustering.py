"""Clusters on which the minima agree."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.learn import consensus_clustering

X = np.array([[0.0], [1.0], [10.0], [11.0], [5.4]])


@pytest.fixture(scope="module")
def network():
    """Three clusterings of the points in two: the last point goes with the left in the first and last."""
    return tw.Network.from_arrays(
        [1.0, 1.0, 9.0], coordinates=[[0.5, 10.5], [0.0, 9.0], [2.1, 10.6]], hits=[2, 1, 1]
    )


def test_co_association_is_the_probability_of_one_cluster(network):
    problem = tw.problems.KMeans(X, 2)
    result = consensus_clustering(problem, network, X, weights=np.array([2.0, 1.0, 1.0]))
    np.testing.assert_allclose(result.weights, [0.5, 0.25, 0.25])
    # Rows 0 and 4: together in the first (5.4 is nearer to 0.5) and the third, apart in the second.
    assert result.co_association[0, 4] == pytest.approx(0.75)
    assert result.co_association[0, 1] == 1 and result.co_association[0, 2] == 0
    np.testing.assert_array_equal(result.co_association, result.co_association.T)
    assert result.labels.tolist() == [0, 0, 1, 1, 0]
    np.testing.assert_allclose(result.certainty, [0.875, 0.875, 1, 1, 0.75])


def test_minima_weigh_as_they_are_occupied(network):
    problem = tw.problems.KMeans(X, 2)
    cold = consensus_clustering(problem, network, X, temperature=1e-3)
    np.testing.assert_allclose(cold.weights, [0.5, 0.5, 0], atol=1e-12)
    assert cold.co_association[0, 4] == pytest.approx(0.5)
    default = consensus_clustering(problem, network)
    assert len(default.labels) == len(X) and default.weights.sum() == pytest.approx(1)


def test_the_cut_gives_as_many_clusters_as_asked_for(network):
    problem = tw.problems.KMeans(X, 2)
    three = consensus_clustering(problem, network, X, n_clusters=3, weights=np.ones(3))
    assert sorted(np.bincount(three.labels).tolist(), reverse=True) == [2, 2, 1]
    # The lone point is certain: it is with itself.
    assert three.certainty[4] == 1 and three.labels[4] == 2
    assert consensus_clustering(problem, network, X[:1], n_clusters=1).labels.tolist() == [0]


@pytest.mark.parametrize("weights", [[1.0, 1.0], [-1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
def test_weights_that_are_none_are_refused(network, weights, no_type_checks):
    with pytest.raises(ValueError, match="weights must be 3"):
        consensus_clustering(tw.problems.KMeans(X, 2), network, X, weights=weights)
    with pytest.raises(ValueError, match="5 clusters need as many rows"):
        consensus_clustering(tw.problems.KMeans(X, 2), network, X[:3], n_clusters=5)
