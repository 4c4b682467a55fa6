"""How much is computed together: by device, memory and problem."""

import dataclasses
import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.problems import Function, muller_brown, schwefel
from thalweg.search.steps.batching import BatchSizes, bytes_of_one_point, in_chunks
from thalweg.search.steps.device import Device

CPU = Device("cpu", "some CPU")
GB = 1 << 30


def gpu(memory):
    return Device("gpu", "some GPU", memory)


def test_a_cpu_takes_a_few_at_a_time_whatever_its_memory():
    problem = muller_brown()
    sizes = BatchSizes.usual(problem, CPU)
    assert sizes == BatchSizes(16, problem.walkers_per_chunk, 16, 1, CPU)
    assert not sizes.checks_eigensystems
    with_memory = dataclasses.replace(CPU, memory=GB)
    assert BatchSizes.usual(problem, with_memory) == dataclasses.replace(sizes, device=with_memory)
    here = Device.present()
    assert here.kind == "cpu" and here.memory is None
    assert BatchSizes.usual(problem) == dataclasses.replace(sizes, device=here)


def test_an_accelerator_carries_thousands_of_walkers_and_checks_what_it_computes():
    sizes = BatchSizes.usual(muller_brown(), gpu(16 * GB))
    assert sizes.lanes == sizes.chunk == sizes.minima == 4096 and sizes.bands == 256
    assert sizes.checks_eigensystems
    # One that does not say how much memory it has is not taken for a large one.
    assert BatchSizes.usual(muller_brown(), gpu(None)).lanes <= sizes.lanes


@pytest.fixture(scope="module")
def wide():
    """A function with intermediates of 0.8 MB at each point."""
    grid = np.linspace(0, 1, 100_000)
    return Function(lambda x: jnp.sum(jnp.cos(x[0] * grid + x[1]) ** 2), dimension=2, name="wide")


def test_the_compiler_says_what_a_point_takes(wide):
    assert bytes_of_one_point(wide) > 8 * 100_000
    assert bytes_of_one_point(muller_brown()) < 10_000


@given(st.integers(0, 38))
def test_what_is_computed_together_fits_the_memory(wide, exponent):
    memory = 2**exponent
    sizes = BatchSizes.usual(wide, gpu(memory))
    assert 16 <= sizes.lanes <= 4096 and 1 <= sizes.chunk <= sizes.lanes
    if sizes.chunk > 1:
        assert sizes.chunk * bytes_of_one_point(wide) < memory
    if sizes.lanes > 16:
        # A lane holds its modes and a dozen vectors; a step makes copies of them.
        assert 2 * sizes.lanes * 8 * (2**2 + 12 * 2) < memory
    more = BatchSizes.usual(wide, gpu(4 * memory))
    assert more.lanes >= sizes.lanes and more.chunk >= sizes.chunk


def test_a_user_chooses_the_lanes_and_the_memory_still_bounds_the_chunk(wide):
    assert BatchSizes.usual(muller_brown(), CPU, lanes=64).lanes == 64
    sizes = BatchSizes.usual(wide, gpu(GB), lanes=1024)
    assert sizes.lanes == 1024 and sizes.chunk * bytes_of_one_point(wide) < GB


def test_without_full_hessians_none_is_compiled_to_learn_its_size(monkeypatch):
    def refuse(*_):
        raise AssertionError

    large = schwefel(600)
    monkeypatch.setattr(type(large), "value_gradient_hessian_noise", refuse)
    assert BatchSizes.usual(large, gpu(GB)).lanes == 1024


def test_recorded_sizes_hold_on_such_a_device_alone(monkeypatch):
    sizes = BatchSizes.usual(muller_brown(), gpu(GB))
    known = BatchSizes.from_record(json.loads(json.dumps(dataclasses.asdict(sizes))))
    assert known == sizes
    for device, fits in [(gpu(GB), True), (gpu(2 * GB), True), (gpu(GB // 2), False), (CPU, False)]:
        monkeypatch.setattr(Device, "present", classmethod(lambda cls, device=device: device))
        assert known.fits_here is fits


@pytest.mark.parametrize("chunk", [1, 3, 5, 100])
def test_values_do_not_depend_on_the_chunk_and_unneeded_chunks_are_zero(chunk):
    x = np.random.default_rng(0).normal(size=(5, 2))
    with jax.enable_x64(True):
        needed = jnp.array([True, False, False, False, False])
        values = in_chunks(lambda row: jnp.sum(row**2), chunk, jnp.asarray(x))
        some = in_chunks(lambda row: jnp.sum(row**2), chunk, jnp.asarray(x), needed)
        np.testing.assert_allclose(values, np.sum(x**2, axis=1))
        assert (np.asarray(some) == np.where(np.arange(5) < chunk, values, 0.0)).all()


def test_rows_that_are_needed_share_chunks():
    rows = []

    def recorded(x):
        jax.debug.callback(lambda row: rows.append(float(row[0])), x)
        return jnp.sum(x**2)

    points = np.arange(14.0).reshape(7, 2)
    needed = np.array([True, False, False, True, False, False, True])
    with jax.enable_x64(True):
        values = np.asarray(in_chunks(recorded, 2, jnp.asarray(points), jnp.asarray(needed)))
    jax.effects_barrier()
    np.testing.assert_array_equal(values[needed], (points[needed] ** 2).sum(axis=1))
    # Three rows in two chunks of two: one row that nobody needs is computed beside them.
    assert len(rows) == 4 and {0.0, 6.0, 12.0} <= set(rows)
