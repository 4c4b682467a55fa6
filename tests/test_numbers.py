"""Numbers of any library at the public doors."""

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from thalweg.numbers import real_number, seed_number, whole_number

THREES = [
    *(3, np.int64(3), np.uint8(3), np.array(3), 3.0, np.float32(3), jnp.asarray(3)),
    pd.Series([3]).iloc[0],
]
NOT_WHOLE = [
    *(True, np.True_, np.array(True), 2.5, "3", b"3", None, [3], np.array([3])),
    *(np.nan, np.inf, 3j, np.complex64(3), pytest.param(object(), id="an object")),
]
NOT_REAL = [True, np.True_, "3", None, [3.0], np.array([3.0]), np.nan, 3j, pd.NA]


@pytest.mark.parametrize("value", THREES, ids=lambda v: type(v).__name__)
def test_numbers_of_any_library_are_pythons(value):
    assert type(whole_number(value, "n")) is int and whole_number(value, "n") == 3
    assert type(real_number(value, "t")) is float and real_number(value, "t") == 3.0


@pytest.mark.parametrize("value", NOT_WHOLE, ids=repr)
def test_what_is_no_whole_number_is_refused_by_name(value):
    with pytest.raises(ValueError, match="minima must be a whole number of at least 1, got"):
        whole_number(value, "minima", least=1)


@pytest.mark.parametrize("value", NOT_REAL, ids=repr)
def test_what_is_no_number_is_refused_by_name(value):
    with pytest.raises(ValueError, match="seconds must be a finite number above 0, got"):
        real_number(value, "seconds", above=0)


def test_limits_hold():
    assert real_number(np.inf, "t", is_finite=False) == np.inf
    for value, limits in ((0, {"above": 0}), (-1, {"least": 0}), (2, {"most": 1}), (np.inf, {})):
        with pytest.raises(ValueError, match="t must be"):
            real_number(value, "t", **limits)
    with pytest.raises(ValueError, match="n must be a whole number from 1 to 5, got 6"):
        whole_number(6, "n", least=1, most=5)
    with pytest.raises(ValueError, match="…"):
        whole_number("x" * 10_000, "n")


@pytest.mark.parametrize("value", [-1, 2**63, 10**30, True, 0.5])
def test_seeds_that_no_file_holds_are_refused(value):
    with pytest.raises(
        ValueError, match="seed must be a whole number from 0 to 9223372036854775807"
    ):
        seed_number(value)
