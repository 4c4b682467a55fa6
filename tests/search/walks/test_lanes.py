"""Thousands of lanes: as on an accelerator, here on the CPU."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.problems import muller_brown
from thalweg.search.search_space import SearchSpace
from thalweg.search.soft_modes import soft_directions
from thalweg.search.steps import eigensystem
from thalweg.search.steps.batching import BatchSizes
from thalweg.search.steps.device import Device
from thalweg.search.steps.newton import Newton
from thalweg.search.walks import lanes as lanes_of_walk
from thalweg.search.walks.dense import spectral_walk
from thalweg.search.walks.lanes import Lanes, n_worth

GPU = Device("gpu", "some GPU", 1 << 24)


@pytest.fixture(scope="module")
def starts():
    return np.random.default_rng(0).uniform((-1.5, -0.5), (1.2, 2.0), (400, 2))


@pytest.fixture(scope="module")
def on_cpu(starts):
    return spectral_walk(muller_brown(), starts, Newton())


def test_many_lanes_end_where_few_do_also_once_idle_ones_are_left_behind(
    starts, on_cpu, monkeypatch
):
    monkeypatch.setattr(lanes_of_walk, "_FEWEST", 16)
    sizes, of = [], Lanes.of
    monkeypatch.setattr(Lanes, "of", lambda s, which: sizes.append(len(which)) or of(s, which))
    many = spectral_walk(muller_brown(), starts, Newton(), batches=BatchSizes(256, 64, 4, 64, GPU))
    assert sizes == sorted(sizes, reverse=True) and set(sizes) <= {16, 64} and sizes
    np.testing.assert_array_equal(many.status, on_cpu.status)
    # Sums of another vectorisation differ in the last bits; the least curvature here is of order 100.
    np.testing.assert_allclose(many.x, on_cpu.x, atol=1e-9)
    np.testing.assert_allclose(many.spectrum, on_cpu.spectrum, rtol=1e-9)
    assert many.redone.sum() == 0


def test_a_device_with_wrong_eigensystems_gives_the_same_minima_and_they_are_counted(
    starts, on_cpu, monkeypatch
):
    true_eigh = jnp.linalg.eigh

    def broken(matrices):
        values, vectors = true_eigh(matrices)
        return values.at[3].set(jnp.nan), vectors

    monkeypatch.setattr(eigensystem.jnp.linalg, "eigh", broken)
    result = spectral_walk(
        muller_brown(), starts[:64], Newton(), batches=BatchSizes(64, 32, 4, 64, GPU)
    )
    np.testing.assert_array_equal(result.status, on_cpu.status[:64])
    np.testing.assert_allclose(result.x, on_cpu.x[:64], atol=1e-9)
    assert result.redone[3] > 0 and result.redone.sum() == result.redone[3]


def test_idle_lanes_are_left_behind_in_few_sizes_and_only_where_many_are_carried():
    assert {n_worth(n, 16) for n in range(1, 17)} == {16}
    assert [n_worth(n, 4096) for n in (1, 256, 257, 1024, 1025, 4096)] == [
        256,
        256,
        1024,
        1024,
        4096,
        4096,
    ]


def test_only_finished_lanes_leave_the_device():
    with jax.enable_x64(True):
        state = Lanes.empty(256, 2)
        fetched, device_get = [], jax.device_get
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(jax, "device_get", lambda a: fetched.append(a) or device_get(a))
            ends = state.ends(np.array([7, 200]))
        assert len(fetched) == 1 and ends.x.shape == (2, 2)
        # Of the modes, which are most of a lane, the lowest alone; and sixteen rows, for few compilations.
        assert max(a.size for a in jax.tree.leaves(fetched)) == 16 * 2


def test_directions_of_many_minima_in_one_call_are_those_of_each():
    points, key = np.random.default_rng(0).normal(size=(21, 2)), jax.random.key(0)
    alone = soft_directions(SearchSpace(muller_brown()), points, key, 2)
    together = SearchSpace(muller_brown(), batches=BatchSizes(64, 8, 4, 64, GPU))
    # Hessians of a chunk and of one point differ in the last bits.
    np.testing.assert_allclose(soft_directions(together, points, key, 2), alone, atol=1e-9)
