"""K-means as a landscape: against brute force over all assignments, and on iris."""

import itertools

import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from sklearn.datasets import load_iris

import thalweg as tw
from thalweg.problems import KMeans


def data(n=7, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 2))


def assignments(n, k):
    """Every way to put n points into k clusters, none of them empty, up to relabelling."""
    seen = set()
    for labels in itertools.product(range(k), repeat=n):
        first = list(dict.fromkeys(labels))
        canonical = tuple(first.index(i) for i in labels)
        if len(first) == k and canonical not in seen:
            seen.add(canonical)
            yield np.array(canonical)


def means(x, labels, k, weights=None):
    weights = np.ones(len(x)) if weights is None else weights
    return np.array(
        [np.average(x[labels == j], axis=0, weights=weights[labels == j]) for j in range(k)]
    )


def squares(x, centroids):
    return np.sum((x[:, None] - centroids) ** 2, axis=2)


def brute_minima(x, k):
    """Losses of all assignments in which every point is nearest to the mean of its own cluster."""
    losses = []
    for labels in assignments(len(x), k):
        centroids = means(x, labels, k)
        if np.array_equal(squares(x, centroids).argmin(axis=1), labels):
            losses.append(squares(x, centroids).min(axis=1).sum())
    return np.sort(losses)


def brute_transition_states(x, k):
    """Losses of the minima along ridges: one point shared, its weight found by a numerical minimum."""
    losses = set()
    for labels in assignments(len(x), k):
        for i, other in itertools.product(range(len(x)), range(k)):
            one = labels[i]
            if other == one or np.sum(labels == one) < 2:
                continue
            both = labels.copy()
            both[i] = other

            def difference(s, labels=labels, both=both, i=i, one=one, other=other):
                parts = [np.where(lab == np.arange(k)[:, None], w, 0.0) for lab, w in
                         ((labels, 1 - s), (both, s))]  # fmt: skip
                total = parts[0] + parts[1]
                c = total @ x / total.sum(axis=1, keepdims=True)
                d = squares(x, c)
                return d[i, one] - d[i, other], c, d

            ends = difference(0.0)[0], difference(1.0)[0]
            if not ends[0] < 0 < ends[1] and not ends[1] < 0 < ends[0]:
                continue
            lower, upper = 0.0, 1.0
            for _ in range(60):
                middle = 0.5 * (lower + upper)
                is_before = difference(middle)[0] * ends[0] > 0
                lower, upper = (middle, upper) if is_before else (lower, middle)
            d = difference(lower)[2]
            others = np.delete(np.arange(len(x)), i)
            is_near = d[i, one] <= d[i].min() + 1e-9
            if is_near and np.array_equal(d[others].argmin(axis=1), labels[others]):
                losses.add(round(d.min(axis=1).sum(), 9))
    return np.array(sorted(losses))


@pytest.mark.parametrize(
    ("n", "k", "seed"),
    [
        (7, 2, 0),
        *(pytest.param(*one, marks=pytest.mark.slow) for one in ((7, 2, 1), (7, 3, 0), (6, 3, 2))),
    ],
)
def test_all_minima_and_only_true_passes_of_tiny_data(n, k, seed):
    x = data(n, seed)
    problem = KMeans(x, k)
    # Starts at data points cannot reach every minimum: these lie anywhere.
    starts = np.random.default_rng(seed).normal(size=(600, 2 * k))
    losses = {round(m.loss, 9) for m in tw.quench(problem, starts).minima if m is not None}
    np.testing.assert_allclose(sorted(losses), brute_minima(x, k), atol=2e-9)
    landscape = tw.explore(problem, minima=100, workers=1)
    network = landscape.network()
    true = brute_transition_states(x, k)
    for loss in network.barrier_losses:
        # The brute force rounds to nine digits.
        assert np.abs(true - loss).min() < 2e-9
    for state, ends in zip(landscape.transition_states(), network.edges, strict=True):
        assert state.rms_gradient < state.tolerance
        assert np.isneginf(state.spectrum[0]) and (state.spectrum[1:] > 0).all()
        assert (network.losses[ends] < state.loss).all()


def test_a_transition_state_is_a_minimum_along_its_ridge_and_a_maximum_across():
    x = data(9, 3)
    problem = KMeans(x, 3)
    landscape = tw.explore(problem, minima=12, workers=1)
    assert landscape.n_transition_states > 5
    for state in landscape.transition_states():
        c = state.coordinates
        with jax.enable_x64(True):
            loss = jax.jit(lambda y: problem.loss(y))
            here = float(loss(jnp.asarray(c)))
            sides = problem.native_search.eigenvector_following(c).sides
            for side in sides:
                assert float(loss(jnp.asarray(c + 1e-4 * (side - c)))) < here
        assert here == pytest.approx(state.loss, rel=1e-13)
        _check_ridge(x, c, state)


def _check_ridge(x, c, state):
    """No neighbour on the ridge of the shared point is lower."""
    nearest = np.sort(squares(x, c.reshape(3, -1)), axis=1)
    point = int(np.argmin(nearest[:, 1] - nearest[:, 0]))
    one, other = np.argsort(squares(x, c.reshape(3, -1))[point])[:2]
    random = np.random.default_rng(0)
    for _ in range(20):
        # Within the cells of all other points: the nearest next ridge is 4e-4 away.
        y = c.reshape(3, -1) + 1e-5 * random.normal(size=(3, 2))
        # Bring one centroid to the distance of the other: back onto the ridge.
        reach = np.linalg.norm(x[point] - y[one]) / np.linalg.norm(x[point] - y[other])
        y[other] = x[point] + reach * (y[other] - x[point])
        assert squares(x, y).min(axis=1).sum() > state.loss


@given(seed=st.integers(0, 50), k=st.integers(2, 4))
def test_a_quench_only_goes_down_and_ends_where_every_centroid_is_a_mean(seed, k):
    x = data(20, seed)
    search = KMeans(x, k).native_search
    start = x[np.random.default_rng(seed).choice(20, k, replace=False)]
    result = search.quench(start.ravel())
    assert result.loss <= squares(x, start).min(axis=1).sum() + 1e-12
    labels = squares(x, result.x.reshape(k, -1)).argmin(axis=1)
    np.testing.assert_allclose(means(x, labels, k).ravel(), result.x, atol=1e-12)


@pytest.mark.parametrize(("k", "textbook"), [(2, 152.3480), (3, 78.8514)])
def test_iris_has_the_sums_of_squares_of_every_textbook(k, textbook):
    # How many minima there are, and how low the passes, the page on clustering shows.
    landscape = tw.explore(KMeans(load_iris().data, k), minima=1, connect=False, workers=1)
    assert landscape.minima()[0].loss == pytest.approx(textbook, abs=5e-5)


def test_points_that_occur_twice_move_together():
    x = data(6)
    twice = KMeans(np.concatenate([x, x[:2]]), 2)
    assert len(twice.points) == 6 and twice.weights.sum() == 8
    weighted = KMeans(x, 2, weights=np.array([2.0, 2, 1, 1, 1, 1]))
    assert twice.fingerprint == weighted.fingerprint


def test_the_hessian_is_that_of_the_pieces():
    problem = KMeans(data(10), 2)
    minimum = tw.explore(problem, minima=1, connect=False, workers=1).minima()[0]
    with jax.enable_x64(True):
        hessian = jax.hessian(problem.loss)(jnp.asarray(minimum.coordinates))
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian), minimum.spectrum, rtol=1e-12)


def test_a_centroid_without_points_is_no_minimum():
    x = np.array([[0.0], [1.0], [10.0]])
    result = KMeans(x, 2).native_search.quench(np.array([0.4, 1e6]))
    assert not result.converged


@pytest.mark.parametrize(
    ("x", "k", "says"),
    [
        (np.zeros((3, 2)), 2, "1 distinct"),
        (np.eye(3), 0, "between 1 and"),
        (np.full((3, 2), np.nan), 1, "finite"),
        (np.zeros((0, 2)), 1, "table"),
    ],
)
def test_data_that_cannot_be_clustered_are_refused(x, k, says):
    with pytest.raises(ValueError, match=says):
        KMeans(x, k)


def test_one_cluster_has_one_minimum():
    landscape = tw.explore(KMeans(data(5), 1), minima=5, workers=1)
    assert landscape.n_minima == 1 and landscape.n_transition_states == 0


def test_many_columns_are_clustered_as_few_are():
    # Beyond 200 parameters another minimiser would come first, which K-means needs at no size.
    x = np.random.default_rng(0).normal(size=(6, 120))
    problem = KMeans(x, 2)
    (minimum,) = tw.search.quench(
        problem, means(x, np.array([0, 0, 0, 1, 1, 1]), 2).ravel()[None]
    ).minima
    assert minimum is not None and len(minimum.spectrum) == 240
