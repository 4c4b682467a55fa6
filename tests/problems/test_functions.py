"""Functions of a vector as problems."""

import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.problems import Function, from_record


def test_a_function_of_ones_own_is_known_by_its_values():
    one = Function(lambda x: (x**2).sum(), dimension=2, name="f")
    same = Function(lambda x: (x * x).sum(), dimension=2, name="f")
    other = Function(lambda x: (x**2).sum() + 1e-3, dimension=2, name="f")
    assert one.fingerprint == same.fingerprint != other.fingerprint
    with pytest.raises(NotImplementedError, match="pass the problem again"):
        from_record(one.kind, one.choices(), one.arrays())


def test_a_name_of_a_built_in_does_not_make_a_function_one():
    impostor = Function(lambda x: x.sum(), dimension=2, name="schwefel")
    assert not impostor.is_portable


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dimension": 0}, "dimension"),
        ({"dimension": 2, "bounds": (1.0, 0.0)}, "lower < upper"),
        ({"dimension": 2, "bounds": ([0.0] * 3, [1.0] * 3)}, "vectors of 2"),
        ({"dimension": 2, "bounds": (0.0, np.inf)}, "finite"),
    ],
)
def test_bad_bounds_and_dimensions_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Function(lambda x: x.sum(), **arguments)


def test_a_function_that_is_not_scalar_is_refused():
    with pytest.raises(ValueError, match="one number"):
        Function(lambda x: jnp.stack([x[0], x[0]]), dimension=1)
