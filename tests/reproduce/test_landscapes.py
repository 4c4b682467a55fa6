"""Landscapes that reproductions share: mapped once, the same as mapped alone, and resumed."""

import sqlite3
from contextlib import closing

import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.reproduce import Landscapes
from thalweg.reproduce import landscapes as landscapes_module
from thalweg.search.exploration.explorer import Explorer
from thalweg.search.exploration.plan import Stop


def double_wells(x):
    return jnp.sum((x**2 - 1) ** 2 + 0.1 * x * jnp.arange(1, 3))


@pytest.fixture(scope="module")
def problem():
    return tw.problems.Function(double_wells, dimension=2, bounds=(-2.0, 2.0))


@pytest.fixture(scope="module")
def alone(problem):
    with tw.Landscape.create(problem) as landscape:
        with Explorer(landscape, Stop(10**6, starts=16), seed=1, workers=1) as run:
            run.find_minima()
            run.find_transition_states()
        return landscape.network()


def test_a_joined_landscape_is_that_of_one_run(tmp_path, problem, alone):
    landscapes = Landscapes(tmp_path, workers=1)
    assert landscapes.network(problem, 16, 1).n_transition_states == 0
    network = landscapes.network(problem, 16, 1, connect=True)
    assert network.n_transition_states == alone.n_transition_states > 0
    assert np.array_equal(network.losses, alone.losses)


def test_what_one_has_mapped_the_next_one_reads(tmp_path, problem, monkeypatch):
    first = Landscapes(tmp_path, workers=1).network(problem, 16, 1)
    monkeypatch.setattr(Explorer, "find_minima", lambda *_: pytest.fail("mapped again"))
    again = Landscapes(tmp_path, workers=1).network(problem, 16, 1)
    assert np.array_equal(first.coordinates, again.coordinates)


def test_another_effort_is_another_landscape(tmp_path, problem, monkeypatch):
    landscapes = Landscapes(tmp_path, workers=1)
    landscapes.network(problem, 16, 1)
    landscapes.network(problem, 16, 2)
    landscapes.network(problem, 24, 1)
    assert len(list(tmp_path.glob("*.db"))) == 3


def test_one_process_maps_what_several_want(tmp_path, problem, monkeypatch):
    """While one maps no other gets the lock; what waits for it then reads what is there."""
    map_alone, seen = landscapes_module._map, []

    def watched(problem, file, *arguments, **options):
        (lock,) = tmp_path.glob("*.lock")
        locked = pytest.raises(sqlite3.OperationalError, match="locked")
        with closing(sqlite3.connect(lock, timeout=0)) as other, locked:
            other.execute("BEGIN EXCLUSIVE")
        # As a process that waited finds it: mapped by the one that held the lock.
        monkeypatch.setattr(landscapes_module, "_map", lambda *_, **__: pytest.fail("mapped twice"))
        map_alone(problem, file, *arguments, **options)
        seen.append(Landscapes(tmp_path, workers=1).network(problem, 16, 1).n_minima)

    monkeypatch.setattr(landscapes_module, "_map", watched)
    network = Landscapes(tmp_path, workers=1).network(problem, 16, 1)
    assert seen == [network.n_minima]


def test_one_that_was_broken_off_goes_on(tmp_path, problem, alone, monkeypatch):
    def stopped(run):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Explorer, "find_transition_states", stopped)
        Landscapes(tmp_path, workers=1).open(problem, 16, 1, connect=True)
    assert [file.name for file in tmp_path.glob("*.part.db")]
    network = Landscapes(tmp_path, workers=1).network(problem, 16, 1, connect=True)
    assert np.array_equal(network.losses, alone.losses)
    assert not list(tmp_path.glob("*.part.db"))
