"""Random directions along soft modes."""

import jax
import numpy as np

from thalweg.problems import muller_brown
from thalweg.search.search_space import SearchSpace
from thalweg.search.soft_modes import soft_directions


def compilations(call):
    """How many programs a call compiles."""
    names = []

    def note(name, _seconds, **_):
        names.append(name)

    jax.monitoring.register_event_duration_secs_listener(note)
    try:
        call()
    finally:
        jax.monitoring.unregister_event_duration_listener(note)
    return sum("backend_compile" in name for name in names)


def test_directions_of_a_minimum_are_the_same_whatever_the_number_of_minima():
    space, key = SearchSpace(muller_brown()), jax.random.key(0)
    points = np.random.default_rng(0).normal(size=(5, 2))
    three = soft_directions(space, points[:3], key, 2)
    assert compilations(lambda: soft_directions(space, points[:4], key, 2)) == 0
    five = soft_directions(space, points, key, 2)
    np.testing.assert_array_equal(five[:3], three)
    np.testing.assert_allclose(np.linalg.norm(five, axis=2), 1.0)
