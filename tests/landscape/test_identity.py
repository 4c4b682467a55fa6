"""When two points are the same."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from thalweg.landscape.identity import EDIFFTOL, PointIndex, position_tolerance
from thalweg.landscape.records import Minimum
from thalweg.problems import HiddenUnitSymmetry, Symmetry

GROUP = HiddenUnitSymmetry((2, 3, 2), is_odd=True)


def point(x, loss=0.5, softest=1e-3):
    return Minimum(loss, np.asarray(x, float), np.array([softest, 1.0]), 1e-11)


@given(st.integers(0, 1000), st.integers(0, 47))
def test_every_symmetry_image_is_the_same_point(seed, which):
    x = np.random.default_rng(seed).normal(size=17) * 5
    index = PointIndex(GROUP)
    index.add(1, point(GROUP.canonical(x)))
    image = list(GROUP.images(x))[which]
    assert index.find(point(image)) == 1
    assert index.find(point(GROUP.canonical(image))) == 1


def test_points_of_equal_loss_far_apart_stay_apart():
    index = PointIndex(Symmetry())
    index.add(1, point([0.0, 0.0]))
    assert index.find(point([0.0, 1.0])) is None
    assert index.find(point([0.0, 1e-7])) == 1


def test_points_of_different_loss_stay_apart_however_near():
    index = PointIndex(Symmetry())
    index.add(1, point([0.0, 0.0]))
    assert index.find(point([0.0, 0.0], loss=0.5 + 3 * EDIFFTOL)) is None


def test_soft_points_may_lie_farther_apart():
    soft, stiff = point([0.0, 0.0], softest=1e-6), point([0.0, 0.0], softest=1.0)
    assert position_tolerance(soft) > 100 * position_tolerance(stiff)
    index = PointIndex(Symmetry())
    index.add(1, soft)
    # √2 · 1e-10 / 1e-6 = 1.4e-4 is how far a gradient of 1e-10 can be from a curvature of 1e-6.
    assert index.find(point([0.0, 2e-4], softest=1e-6)) == 1
