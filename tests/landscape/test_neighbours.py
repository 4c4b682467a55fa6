"""Nearest minima over all symmetry images."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.landscape.neighbours import NeighbourIndex, nearest
from thalweg.problems import HiddenUnitSymmetry, Symmetry
from thalweg.problems.kmeans.symmetry import RelabellingSymmetry

SIZES = [(2, 3, 2), (2, 2, 2, 2)]


def dimension(sizes):
    return sum((m + 1) * n for m, n in itertools.pairwise(sizes))


@given(st.sampled_from(SIZES), st.booleans(), st.integers(0, 500))
def test_bounds_never_exceed_the_distance(sizes, is_odd, seed):
    group = HiddenUnitSymmetry(sizes, is_odd=is_odd)
    rng = np.random.default_rng(seed)
    x, others = rng.normal(size=dimension(sizes)), rng.normal(size=(6, dimension(sizes)))
    bounds = group.distance_bounds(x, others)
    exact = [min(np.linalg.norm(image - y) for image in group.images(x)) for y in others]
    assert (bounds <= np.array(exact) + 1e-9).all()


@pytest.mark.parametrize("k", [1, 3])
def test_the_nearest_are_those_of_the_full_comparison(k):
    group = HiddenUnitSymmetry((2, 3, 2), is_odd=True)
    rng = np.random.default_rng(0)
    x, others = rng.normal(size=17), rng.normal(size=(50, 17))
    distances = np.array([group.distance(x, y) for y in others])
    neighbours = nearest(group, x, others, k)
    np.testing.assert_array_equal(neighbours.indices, np.argsort(distances)[:k])
    np.testing.assert_array_equal(neighbours.distances, np.sort(distances)[:k])


def test_fewer_points_than_asked_for_are_all_neighbours():
    group = HiddenUnitSymmetry((2, 3, 2), is_odd=True)
    x = np.random.default_rng(0).normal(size=(3, 17))
    assert sorted(nearest(group, x[0], x[1:], 5).indices) == [0, 1]
    assert len(nearest(group, x[0], x[:0], 5).indices) == 0


@pytest.mark.parametrize("units", [1, 3, 5, 8])
def test_bounds_of_few_hidden_units_are_the_distances(units):
    symmetry = HiddenUnitSymmetry((2, units, 2), is_odd=True)
    points = np.random.default_rng(units).normal(size=(30, 5 * units + 2))
    bounds = symmetry.distance_bounds(points[0], points[1:])
    exact = [symmetry.distance(points[0], y) for y in points[1:]]
    # The bound is a difference of squares: rounding is relative to their sum.
    assert bounds == pytest.approx(exact, rel=1e-9)


class Mirror(Symmetry):
    """x ↦ ±x, by one who knows of no invariants."""

    def align(self, x, to):
        return min((x, -x), key=lambda image: float(np.linalg.norm(image - to)))

    def distance_bounds(self, x, others):
        return np.zeros(len(others))


GROUPS = {
    "no symmetry": (Symmetry(), 3),
    "hidden units": (HiddenUnitSymmetry((2, 3, 2), is_odd=True), 17),
    "hidden units without signs": (HiddenUnitSymmetry((1, 9, 1), is_odd=False), 28),
    "two hidden layers": (HiddenUnitSymmetry((1, 2, 2, 1), is_odd=True), 13),
    "clusters": (RelabellingSymmetry(4, 2), 8),
    "of the user's own": (Mirror(), 2),
}


def brute_force(group, points, a, is_candidate, k):
    others = np.flatnonzero(is_candidate)
    distances = np.array([group.distance(points[a], points[i]) for i in others])
    first = np.argsort(distances, kind="stable")[:k]
    return others[first], distances[first]


@pytest.mark.parametrize("name", GROUPS)
def test_the_index_finds_what_going_through_all_points_finds(name):
    group, d = GROUPS[name]
    rng = np.random.default_rng(0)
    # Points in clumps, as minima are; the last ones come once the index is made.
    clumps = rng.normal(size=(60, d))
    points = clumps[rng.integers(60, size=420)] + 0.2 * rng.normal(size=(420, d))
    index = NeighbourIndex(group)
    for n, asked in ((200, 3), (350, 349), (300, 8), (420, 7), (420, 419)):
        index.catch_up(points[:n])
        is_candidate = rng.random(n) < 0.2
        is_candidate[asked] = False
        near = index.nearest(asked, is_candidate, 3)
        indices, distances = brute_force(group, points, asked, is_candidate, 3)
        np.testing.assert_array_equal(near.indices, indices)
        np.testing.assert_array_equal(near.distances, distances)


@pytest.mark.parametrize("name", ["hidden units", "of the user's own"])
def test_what_was_asked_before_is_kept_and_stays_true(name):
    group, d = GROUPS[name]
    rng = np.random.default_rng(2)
    clumps = rng.normal(size=(40, d))
    points = clumps[rng.integers(40, size=420)] + 0.2 * rng.normal(size=(420, d))
    index = NeighbourIndex(group)
    for n in (5, 200, 300, 310, 420):
        index.catch_up(points[:n])
        for asked in (0, 3):
            is_candidate = np.arange(n) != asked
            near = index.nearest_of_all(asked, 6)
            indices, distances = brute_force(group, points, asked, is_candidate, 6)
            np.testing.assert_array_equal(near.indices, indices)
            np.testing.assert_array_equal(near.distances, distances)


def test_what_was_asked_before_is_not_looked_for_again(monkeypatch):
    points = np.random.default_rng(3).normal(size=(310, 3))
    index = NeighbourIndex(Symmetry())
    index.catch_up(points[:300])
    index.nearest_of_all(7, 4)
    monkeypatch.delattr(NeighbourIndex, "nearest")
    index.catch_up(points)
    assert len(index.nearest_of_all(7, 4).indices) == 4
    with pytest.raises(AttributeError):
        index.nearest_of_all(8, 4)


def test_the_index_goes_as_far_as_the_nearest_candidate():
    # All near ones are no candidates: those that are lie beyond everything that is looked at first.
    points = np.concatenate([np.zeros((500, 2)), np.full((3, 2), 9.0)])
    points[:500] += 0.1 * np.random.default_rng(0).normal(size=(500, 2))
    index = NeighbourIndex(Symmetry())
    index.catch_up(points)
    far = np.arange(503) >= 500
    assert index.nearest(0, far, 2).indices.tolist() == [500, 501]
    assert index.nearest(0, far, 8).indices.tolist() == [500, 501, 502]
    assert index.nearest(0, np.zeros(503, bool), 8).indices.tolist() == []


def test_of_equally_near_points_the_first_comes_first():
    group = HiddenUnitSymmetry((2, 3, 2), is_odd=True)
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 17))
    images = [group.random_image(y, rng) for _ in range(6)]
    assert nearest(group, x, np.array(images), 2).indices.tolist() == [0, 1]
    # Among many others too, where a tree is asked; rounding alone tells these images apart.
    index = NeighbourIndex(Symmetry())
    places = np.concatenate([np.array([[0.0]]), np.full((5, 1), 1.0), 5 + rng.random((300, 1))])
    index.catch_up(places)
    assert index.nearest(0, np.arange(306) > 0, 3).indices.tolist() == [1, 2, 3]


@given(st.sampled_from(sorted(GROUPS)), st.integers(0, 500))
def test_no_image_has_other_invariants(name, seed):
    group, d = GROUPS[name]
    rng = np.random.default_rng(seed)
    x = rng.normal(size=d)
    image = group.random_image(x, rng)
    ours, its = group.invariants(np.array([x, image]))
    np.testing.assert_allclose(its, ours, atol=1e-12)
