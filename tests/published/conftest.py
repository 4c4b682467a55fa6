"""What the tests of published tables and figures share: landscapes, and each item computed once."""

import functools

import pytest

from thalweg.reproduce import REPRODUCTIONS, TINY, Landscapes


@pytest.fixture(scope="session")
def landscapes(tmp_path_factory):
    # Worker processes would compile everything anew, which costs more than tiny searches.
    return Landscapes(tmp_path_factory.mktemp("landscapes"), workers=1, per_task=8)


@pytest.fixture(scope="session")
def reproduced(landscapes):
    """The tiny reproduction of a name, or one in another scale."""

    @functools.cache
    def compute(name, scale=TINY):
        return REPRODUCTIONS[name](scale, lambda step: None, landscapes)

    return compute
