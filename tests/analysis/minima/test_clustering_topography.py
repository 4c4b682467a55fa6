"""How many clusters by the topography, and how good clusterings are by labels."""

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

import thalweg as tw
from thalweg.analysis import (
    cluster_numbers,
    clustering_metrics,
    clustering_topography,
    metrics_by_name,
    noise_temperature,
    number_by_topography,
)

X = np.array([[0.0], [1.0], [10.0], [11.0]])
LABELS = np.array(["a", "a", "b", "b"])
TWO = tw.problems.KMeans(X, 2)
# {0, 1}, {10, 11} and {0}, {1, 10, 11}, costs 1 and 61 (about), joined by a pass.
NETWORK = tw.Network.from_arrays(
    [1.0, 61.0], [(0, 1)], [64.0], coordinates=[[0.5, 10.5], [0.0, 1.5]], hits=[3, 1]
)


def test_the_temperature_is_twice_the_variance_within_clusters():
    assert noise_temperature(TWO, NETWORK) == pytest.approx(2 * 1.0 / (1 * (4 - 2)))
    # Two points at one place have the weight of two.
    doubled = tw.problems.KMeans(np.concatenate([X, X]), 2)
    assert noise_temperature(doubled, NETWORK) == pytest.approx(2 * 1.0 / (8 - 2))
    with pytest.raises(ValueError, match="pass a temperature"):
        noise_temperature(tw.problems.KMeans(X, 4), NETWORK)


def test_a_cold_landscape_of_two_clusters_is_one_funnel():
    cold = clustering_topography(TWO, NETWORK)
    assert (cold.n_clusters, cold.temperature, cold.n_basins) == (2, 1.0, 1)
    # The higher minimum is three deep, which is more than the noise.
    assert cold.n_funnels == 2
    assert cold.lowest_funnel == pytest.approx(1) and cold.agreement == pytest.approx(1)
    assert cold.occupied == pytest.approx(1) and cold.excess == pytest.approx(3 / 60)
    hot = clustering_topography(TWO, NETWORK, 1e6)
    assert hot.n_funnels == 1 and hot.occupied == pytest.approx(2, abs=1e-3)
    # The two clusterings have an adjusted Rand index of zero.
    assert hot.agreement == pytest.approx(0.5, abs=1e-3)


def test_the_number_is_the_largest_of_one_funnel_and_one_clustering():
    one = clustering_topography(TWO, NETWORK)
    shapes = [
        dataclasses.replace(one, n_clusters=k, lowest_funnel=f, agreement=a)
        for k, f, a in ((2, 1.0, 1.0), (3, 0.95, 0.92), (4, 1.0, 0.5), (5, 0.5, 1.0))
    ]
    assert number_by_topography(shapes) == 3
    assert number_by_topography(shapes, share=0.99) == 2
    with pytest.raises(ValueError, match="one funnel"):
        number_by_topography(shapes[2:])


def test_clusterings_are_judged_by_labels():
    metrics = clustering_metrics(NETWORK, TWO, X, LABELS)
    np.testing.assert_allclose(metrics.adjusted_rand, [1.0, 0.0], atol=1e-12)
    assert metrics.adjusted_rand[1] == adjusted_rand_score([0, 0, 1, 1], [0, 1, 1, 1])
    assert metrics.mutual_information[0] == pytest.approx(1)
    # I = H(labels) + H(clusters) − H(both), over the mean of the two entropies.
    both = -(0.25 * np.log(0.25) * 2 + 0.5 * np.log(0.5))
    h_labels, h_clusters = np.log(2), -(0.25 * np.log(0.25) + 0.75 * np.log(0.75))
    expected = (h_labels + h_clusters - both) / ((h_labels + h_clusters) / 2)
    assert metrics.mutual_information[1] == pytest.approx(expected)
    with pytest.raises(ValueError, match="as many"):
        clustering_metrics(NETWORK, TWO, X[:0], LABELS[:0])


def test_k_means_with_labels_is_measured_as_any_model():
    none = X[:0], LABELS[:0]
    data = tw.datasets.Dataset("points", X, LABELS, *none, ("x",))
    by_name = metrics_by_name(NETWORK, TWO, data)
    assert set(by_name) == {"train adjusted rand", "train mutual information"}
    assert tw.analysis.best_value("train adjusted rand", by_name["train adjusted rand"]) == 1


def test_landscapes_of_several_numbers_say_how_many_clusters():
    one = tw.Network.from_arrays([122.0], coordinates=[[5.5]], hits=[4])
    numbers = cluster_numbers([(TWO, NETWORK), (tw.problems.KMeans(X, 1), one)])
    assert [t.n_clusters for t in numbers.topographies] == [1, 2]
    said = numbers.statements()
    # Two points at either end: of two clusters the lower clustering has all of the occupation.
    assert said[1].startswith("2 clusters: 1 basins, 2 deeper than the noise; the lowest has 100%")
    assert said[-2] == "by the topography: 2 clusters"
    assert said[-1].startswith("by the agreement of random starts: 1 clusters")
