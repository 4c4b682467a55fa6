"""The symmetry group of layered networks, against brute force over all its elements."""

import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.problems import HiddenUnitSymmetry, NeuralNetwork
from thalweg.problems.neural_networks.layout import Layout

SHAPES = [(2, 3, 2), (2, 2, 2, 2), (1, 2, 1, 2, 2)]


def generic_point(sizes, seed):
    return np.random.default_rng(seed).normal(size=Layout(sizes).dimension)


@pytest.mark.parametrize("sizes", SHAPES)
@pytest.mark.parametrize("activation", ["tanh", "softplus"])
def test_loss_is_the_same_for_every_symmetry_image(sizes, activation):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, sizes[0])), np.arange(20) % 2
    problem = NeuralNetwork.from_data(x, y, hidden=sizes[1:-1], activation=activation)
    images = np.array(list(problem.symmetry.images(generic_point(sizes, 1))))
    assert len(images) == problem.symmetry.order
    assert len(np.unique(images.round(9), axis=0)) == len(images)
    with jax.enable_x64(True):
        losses = jax.vmap(problem.loss)(jnp.asarray(images))
        # The same numbers added in another order.
        np.testing.assert_allclose(losses, losses[0], atol=1e-13)


@pytest.mark.parametrize("sizes", SHAPES)
def test_order_is_the_product_over_hidden_layers(sizes):
    expected = math.prod(math.factorial(n) * 2**n for n in sizes[1:-1])
    assert HiddenUnitSymmetry(sizes, is_odd=True).order == expected


@given(st.sampled_from(SHAPES), st.integers(0, 1000))
def test_canonical_image_is_idempotent_and_the_same_for_all_images(sizes, seed):
    group = HiddenUnitSymmetry(sizes, is_odd=True)
    x = generic_point(sizes, seed)
    canonical = group.canonical(x)
    np.testing.assert_array_equal(group.canonical(canonical), canonical)
    for image in itertools.islice(group.images(x), 0, None, 7):
        np.testing.assert_array_equal(group.canonical(image), canonical)


@given(st.sampled_from(SHAPES), st.booleans(), st.integers(0, 1000))
def test_images_of_one_point_align_exactly(sizes, is_odd, seed):
    group = HiddenUnitSymmetry(sizes, is_odd=is_odd)
    x = generic_point(sizes, seed)
    for image in itertools.islice(group.images(x), 0, None, 11):
        np.testing.assert_array_equal(group.align(image, x), x)


@given(st.booleans(), st.integers(0, 1000))
def test_alignment_of_one_layer_is_the_nearest_image(is_odd, seed):
    sizes = (2, 3, 2)
    group = HiddenUnitSymmetry(sizes, is_odd=is_odd)
    x, to = generic_point(sizes, seed), generic_point(sizes, seed + 5000)
    nearest = min(np.linalg.norm(image - to) for image in group.images(x))
    # Two sums of 17 squares in different order.
    assert group.distance(x, to) == pytest.approx(nearest, abs=1e-12)


def stabiliser_by_brute_force(group, x):
    return sum(np.abs(image - x).max() < 1e-9 for image in group.images(x))


@pytest.mark.parametrize("sizes", [(2, 3, 2), (2, 2, 2, 2), (1, 3, 2, 2)])
@pytest.mark.parametrize("is_odd", [True, False])
@pytest.mark.parametrize("make", ["generic", "dead", "two dead", "twins", "negative twins", "zero"])
def test_stabiliser_order_agrees_with_brute_force(sizes, is_odd, make):
    group = HiddenUnitSymmetry(sizes, is_odd=is_odd)
    first, second, *above = group.layout.split(generic_point(sizes, 3))
    if make in ("dead", "two dead"):
        first[0], second[:, 0] = 0, 0
    if make == "two dead":
        first[1], second[:, 1] = 0, 0
    if make in ("twins", "negative twins"):
        sign = 1 if make == "twins" else -1
        first[1], second[:, 1] = sign * first[0], sign * second[:, 0]
    x = group.layout.join([first, second, *above])
    if make == "zero":
        x = np.zeros_like(x)
    assert group.stabiliser_order(x) == stabiliser_by_brute_force(group, x)


def test_stabiliser_counts_exchanges_that_run_through_two_layers():
    group = HiddenUnitSymmetry((1, 2, 2, 1), is_odd=False)
    layers = [
        np.array([[1.0, 0.5], [1.0, 0.5]]),
        np.array([[0.3, 0.7, 0.2], [0.7, 0.3, 0.2]]),
        np.array([[1.5, 1.5, 0.1]]),
    ]
    x = group.layout.join(layers)
    assert group.stabiliser_order(x) == stabiliser_by_brute_force(group, x) == 2
