"""The laws of starts of K-means: together they reach every minimum, one alone does not."""

import itertools

import jax
import numpy as np
import pytest

import thalweg as tw
from thalweg.landscape.end_reason import EndReason
from thalweg.problems import KMeans
from thalweg.search.exploration.planner import TaskPlanner
from thalweg.search.search_space import SearchSpace

K = 3


def partitions(n, k):
    """Every partition of n points into k clusters, none of them empty, up to relabelling [some n]."""
    rows = np.array([[0]])
    for _ in range(n - 1):
        # A point joins a cluster before it or opens the next one.
        rows = np.array([[*row, label] for row in rows for label in range(min(max(row) + 2, k))])
    return rows[rows.max(axis=1) == k - 1]


def losses_of_all_minima(x, k):
    """The losses of all partitions in which every point is nearest to the mean of its own cluster."""
    labels = partitions(len(x), k)
    of_cluster = labels[:, :, None] == np.arange(k)
    centroids = np.einsum("pnk,nd->pkd", of_cluster, x) / of_cluster.sum(axis=1)[:, :, None]
    squares = ((x[None, :, None] - centroids[:, None]) ** 2).sum(axis=3)
    is_minimum = (squares.argmin(axis=2) == labels).all(axis=1)
    return np.sort(squares[is_minimum].min(axis=2).sum(axis=1))


@pytest.fixture(scope="module")
def problem():
    return KMeans(np.random.default_rng(8).normal(size=(8, 2)), K)


@pytest.fixture(scope="module")
def every(problem):
    return losses_of_all_minima(problem.points, K)


@pytest.fixture(scope="module")
def explored(problem):
    return tw.explore(problem, minima=1000, connect=False, workers=1)


def test_starts_of_all_laws_reach_every_minimum(every, explored):
    np.testing.assert_allclose(np.sort(explored.network().losses), every, atol=1e-9)


def test_data_points_alone_reach_half_of_them_at_a_coverage_of_one(problem, every, explored):
    # All sets of data points, not a sample: more of them would not help.
    starts = [problem.points[list(s)].ravel() for s in itertools.combinations(range(8), K)]
    ends = tw.quench(problem, np.array(starts)).minima
    within_reach = {round(m.loss, 9) for m in ends if m is not None}
    assert len(within_reach) <= 0.6 * len(every)
    of_law = explored.coverage("distinct data points")
    assert of_law.distinct == len(within_reach) and of_law.good_turing == 1.0


def test_the_outcome_promises_no_more_than_the_laws_can_reach(problem, every, explored):
    outcome = explored.outcome()
    assert outcome.reason is EndReason.SATURATED and outcome.laws == tuple(problem.start_laws)
    assert outcome.minima == len(every)
    words = str(outcome)
    assert "from starts of these laws (distinct data points; uniform centroids; random" in words
    by_law = tw.summarise(explored).as_dict()["coverages"]
    assert by_law.keys() == problem.start_laws.keys()
    assert by_law["distinct data points"]["minima"] < len(every)
    assert outcome.flat_starts == sum(one["flat"] for one in by_law.values()) > 0
    assert f"{outcome.flat_starts} more ended where the loss is flat" in words


def test_only_laws_with_more_to_give_are_drawn_from(problem, explored):
    planner = TaskPlanner(explored, tw.Methods(), seed=1)
    assert set(planner.saturated_laws()) == set(problem.start_laws)
    saturated = set(problem.start_laws) - {"uniform centroids"}
    assert planner.law_of_starts(saturated) == "uniform centroids"
    tasks = planner.starts("uniform centroids")
    assert {task.law(problem) for task in tasks} == {"uniform centroids"}


def starts(problem, law, n):
    keys = jax.random.split(jax.random.key(0), n)
    return SearchSpace(problem).starts(keys, law).reshape(n, problem.n_clusters, -1)


def test_uniform_centroids_fill_the_box_of_the_data(problem):
    drawn = starts(problem, "uniform centroids", 4000)
    lower, upper = problem.points.min(axis=0), problem.points.max(axis=0)
    share = (drawn - lower) / (upper - lower)
    assert share.min() >= 0 and share.max() <= 1
    # Mean and variance of 12,000 uniform numbers, within four standard errors.
    assert np.abs(share.mean(axis=(0, 1)) - 0.5).max() < 4 / np.sqrt(12 * 12_000)
    assert np.abs(share.var(axis=(0, 1)) - 1 / 12).max() < 0.004


def test_random_partitions_are_means_of_clusters_that_are_not_empty():
    x = np.array([[0.0], [1.0], [10.0]])
    weighted = KMeans(x, 2, weights=np.array([3.0, 1.0, 1.0]))
    drawn = np.sort(starts(weighted, "random partitions", 600)[:, :, 0], axis=1)
    expected = {(0.25, 10.0), (0.0, 5.5), (1.0, 2.5)}
    assert {tuple(np.round(row, 9)) for row in drawn} == expected


def test_plus_plus_starts_follow_their_published_probabilities():
    x = np.array([[0.0], [1.0], [3.0]])
    drawn = starts(KMeans(x, 2), "k-means++", 6000)[:, :, 0]
    # First any of three; then by the square of the distance: from 0 to 3 with 9/(1 + 9).
    for first, second, chance in ((0.0, 3.0, 0.9), (1.0, 3.0, 0.8), (3.0, 0.0, 9 / 13)):
        of_first = drawn[drawn[:, 0] == first]
        share = np.mean(of_first[:, 1] == second)
        assert share == pytest.approx(
            chance, abs=4 * np.sqrt(chance * (1 - chance) / len(of_first))
        )
        assert len(of_first) == pytest.approx(2000, abs=4 * np.sqrt(6000 * 2 / 9))
