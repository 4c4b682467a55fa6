"""Nearest minima over all symmetry images."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.landscape.neighbours import nearest
from thalweg.problems import HiddenUnitSymmetry

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
