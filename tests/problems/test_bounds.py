"""Bounds as people write them."""

import re

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import Bounds

from thalweg.problems import Function


def bowl(x):
    return jnp.sum(x**2)


def read(bounds, dimension=2):
    problem = Function(bowl, dimension=dimension, bounds=bounds)
    return list(zip(problem.lower.tolist(), problem.upper.tolist(), strict=True))


@pytest.mark.parametrize(
    ("bounds", "dimension", "pairs"),
    [
        ((-2.0, 2.0), 2, [(-2, 2), (-2, 2)]),
        ((-2, 2), 1, [(-2, 2)]),
        (np.array([-2, 2]), 3, [(-2, 2)] * 3),
        ([(0, 5)], 1, [(0, 5)]),
        (([0], [5]), 1, [(0, 5)]),
        ([(0, 5), (10, 20), (1, 2)], 3, [(0, 5), (10, 20), (1, 2)]),
        (([0, 10, 1], [5, 20, 2]), 3, [(0, 5), (10, 20), (1, 2)]),
        (np.array([[0, 10, 1], [5, 20, 2]]), 3, [(0, 5), (10, 20), (1, 2)]),
        ((0.0, [1, 2, 3]), 3, [(0, 1), (0, 2), (0, 3)]),
        (Bounds([0, 10], [5, 20]), 2, [(0, 5), (10, 20)]),
        (Bounds(-1, 1), 2, [(-1, 1), (-1, 1)]),
        # One of the two readings of two coordinates is none.
        ([(-2, -2), (2, 2)], 2, [(-2, 2), (-2, 2)]),
        ([(0, 5), (0, 5)], 2, [(0, 5), (0, 5)]),
        ([(0, 5), (-3, -2)], 2, [(0, 5), (-3, -2)]),
        # Both are the same.
        ([(0, 1), (1, 2)], 2, [(0, 1), (1, 2)]),
    ],
)
def test_bounds_are_read_as_they_are_meant(bounds, dimension, pairs):
    assert read(bounds, dimension) == pairs


@pytest.mark.parametrize("bounds", [[(0, 5), (10, 20)], np.array([[0, 5], [10, 20]])])
def test_bounds_that_can_be_read_in_two_ways_are_refused_with_the_remedy(bounds):
    with pytest.raises(ValueError, match=re.escape("0 to 5 and 10 to 20, or as lower")) as refusal:
        read(bounds)
    assert "0 to 10 and 5 to 20" in str(refusal.value) and "scipy.optimize.Bounds" in str(
        refusal.value
    )


@pytest.mark.parametrize(
    ("bounds", "dimension"),
    [
        ([(0, 5), (10, 20)], 3),
        ([(0, 5), (10, 20), (1, 2)], 2),
        ([(5, 0), (10, 20), (1, 2)], 3),
        ([(5, 5), (1, 1)], 2),
        ([(0, np.inf)], 1),
        ([(0, np.nan), (0, 1), (0, 1)], 3),
        ([(0, None), (0, 1), (0, 1)], 3),
        (Bounds([0, 0, 0], [1, 1, 1]), 2),
        (Bounds(), 2),
        ("01", 2),
        ([], 2),
        ((0.0,), 2),
    ],
)
def test_what_are_no_bounds_is_refused(bounds, dimension):
    with pytest.raises(ValueError, match="bounds"):
        read(bounds, dimension)


@pytest.mark.parametrize("name", ["muller_brown", "schwefel"])
def test_bounds_of_two_coordinates_are_stored_without_a_doubt(name):
    from thalweg import problems

    problem = getattr(problems, name)()
    again = type(problem).from_record(problem.stored_choices(), problem.arrays())
    assert again.fingerprint == problem.fingerprint
