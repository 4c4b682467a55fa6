"""The order of a network's parameters."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.problems.neural_networks.layout import Layout

LAYOUT = Layout((2, 3, 1))


def test_layers_follow_one_another_with_the_bias_as_the_last_column():
    first, second = LAYOUT.split(np.arange(13))
    np.testing.assert_array_equal(first, [[0, 1, 2], [3, 4, 5], [6, 7, 8]])
    np.testing.assert_array_equal(second, [[9, 10, 11, 12]])
    assert LAYOUT.dimension == 13 and LAYOUT.ends == (9, 13)
    np.testing.assert_array_equal(np.flatnonzero(LAYOUT.is_bias), [2, 5, 8, 12])
    owned = [np.flatnonzero(row).tolist() for row in LAYOUT.belongs_to_unit]
    assert owned == [[0, 1, 2, 9], [3, 4, 5, 10], [6, 7, 8, 11]]


@pytest.mark.parametrize("shape", [(13,), (5, 13), (0, 13), (2, 3, 13)])
def test_joining_undoes_splitting_for_any_number_of_points(shape):
    x = np.random.default_rng(0).normal(size=shape)
    joined = LAYOUT.join(LAYOUT.split(x))
    assert isinstance(joined, np.ndarray)
    np.testing.assert_array_equal(joined, x)


def test_vectors_are_split_inside_a_jitted_function():
    x = jnp.arange(13.0)
    np.testing.assert_array_equal(jax.jit(lambda y: LAYOUT.join(LAYOUT.split(y)))(x), x)


def test_a_vector_of_another_network_is_refused():
    with pytest.raises(ValueError, match=r"layers of 2, 3, 1 units has 13 parameters, got 12"):
        LAYOUT.split(np.zeros(12))
