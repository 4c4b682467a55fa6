"""A process may keep so many compiled programs, and no more."""

import sys

import jax
import jax.numpy as jnp
import pytest

from thalweg.compiled_programs import forget_when_many

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such a limit")


def test_programs_are_forgotten_beyond_the_share_and_work_again():
    function = jax.jit(lambda x: jnp.sin(x) + 1)
    before = function(2.0)
    assert function._cache_size() == 1

    assert not forget_when_many(1.0)
    assert function._cache_size() == 1

    assert forget_when_many(0.0)
    assert function._cache_size() == 0
    assert function(2.0) == before
