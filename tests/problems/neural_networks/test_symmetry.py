"""The symmetry group of layered networks: its order and its nearest images.

Its contract: `tests/testing/test_check_symmetry.py`.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.problems import HiddenUnitSymmetry
from thalweg.problems.neural_networks.layout import Layout
from thalweg.problems.symmetry import Symmetry

SHAPES = [(2, 3, 2), (2, 2, 2, 2), (1, 2, 1, 2, 2)]


def generic_point(sizes, seed):
    return np.random.default_rng(seed).normal(size=Layout(sizes).dimension)


@pytest.mark.parametrize("sizes", SHAPES)
def test_order_is_the_product_over_hidden_layers(sizes):
    expected = math.prod(math.factorial(n) * 2**n for n in sizes[1:-1])
    assert HiddenUnitSymmetry(sizes, is_odd=True).order == expected


@given(st.booleans(), st.integers(0, 1000))
def test_alignment_of_one_layer_is_the_nearest_image(is_odd, seed):
    sizes = (2, 3, 2)
    group = HiddenUnitSymmetry(sizes, is_odd=is_odd)
    x, to = generic_point(sizes, seed), generic_point(sizes, seed + 5000)
    nearest = min(np.linalg.norm(image - to) for image in group.images(x))
    # Two sums of 17 squares in different order.
    assert group.distance(x, to) == pytest.approx(nearest, abs=1e-12)


@pytest.mark.parametrize("is_odd", [True, False])
def test_random_images_are_all_images_alike(is_odd):
    symmetry = HiddenUnitSymmetry((1, 2, 1), is_odd=is_odd)
    x, rng = np.arange(1.0, 8.0), np.random.default_rng(0)
    every = [tuple(image) for image in symmetry.images(x)]
    drawn = [tuple(symmetry.random_image(x, rng)) for _ in range(400)]
    counts = [drawn.count(image) for image in every]
    # Of 400 draws among 8 (2) the share of one image has a standard deviation of 7 (10).
    assert sum(counts) == 400 and min(counts) > 400 / len(every) - 35
    by_default = Symmetry.random_image(symmetry, x, rng)
    assert tuple(by_default) in every
