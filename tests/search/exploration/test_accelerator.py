"""Explorations as on an accelerator: many lanes, their sizes in the settings, kept by a run that goes on."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import sqlalchemy as sa

import thalweg as tw
from thalweg.problems import muller_brown
from thalweg.search import Explorer, Stop
from thalweg.search.exploration.in_thread import InThread
from thalweg.search.exploration.task_sizes import TaskSizes
from thalweg.search.steps.device import Device

CPU, GPU, LARGER = (
    Device("cpu", "one"),
    Device("gpu", "one", 1 << 19),
    Device("gpu", "two", 1 << 34),
)


@pytest.fixture
def on(monkeypatch):
    def on(device):
        monkeypatch.setattr(Device, "present", classmethod(lambda cls: device))

    return on


def settings(file):
    with sa.create_engine(f"sqlite:///{file}").connect() as connection:
        return [
            json.loads(text) for (text,) in connection.execute(sa.text("SELECT settings FROM runs"))
        ]


MULLER_BROWN = [-146.69951721, -108.16672412, -80.76781813]
"""Losses of its minima (Müller & Brown, Theor. Chim. Acta 53, 75, 1979, recomputed), to 1e-8."""


def test_many_lanes_in_a_thread_find_the_minima_and_the_settings_say_how_many(on, tmp_path):
    on(GPU)
    network = tw.explore(muller_brown(), tmp_path / "a.db", minima=3, connect=False).network()
    np.testing.assert_allclose(np.sort(network.losses), MULLER_BROWN, atol=1e-8)
    recorded = settings(tmp_path / "a.db")[0]["batch_sizes"]
    assert recorded["device"] == {"kind": "gpu", "name": "one", "memory": 1 << 19}
    assert 16 < recorded["lanes"] < 4096 and recorded["chunk"] <= recorded["lanes"]


@pytest.mark.slow
def test_the_same_landscape_comes_from_many_lanes_in_a_thread(on):
    networks = []
    for device in (CPU, GPU):
        on(device)
        networks.append(tw.explore(muller_brown(), minima=3, workers=1).network())
    cpu, gpu = networks
    assert cpu.n_minima == gpu.n_minima == 3
    assert cpu.n_transition_states == gpu.n_transition_states == 2
    # Both stop at an RMS gradient of 1e-10, where curvatures are of order 100 and losses of order 100.
    order = [np.argsort(one.losses) for one in (cpu, gpu)]
    np.testing.assert_allclose(gpu.losses[order[1]], cpu.losses[order[0]], atol=1e-9)
    np.testing.assert_allclose(gpu.coordinates[order[1]], cpu.coordinates[order[0]], atol=1e-9)
    np.testing.assert_allclose(np.sort(gpu.barrier_losses), np.sort(cpu.barrier_losses), atol=1e-9)


class Broken(Exception):
    pass


def broken_off(file, **options):
    def stop(_):
        raise Broken

    with (
        pytest.raises(Broken),
        Explorer(
            tw.Landscape.open_or_create(muller_brown(), file),
            Stop(minima=50),
            executor=InThread(),
            progress=stop,
            **options,
        ) as run,
    ):
        run.find_minima()


def test_a_run_that_goes_on_keeps_its_sizes_on_a_larger_device_and_its_tasks_on_any(on, tmp_path):
    file = tmp_path / "a.db"
    for device in (GPU, LARGER, CPU):
        on(device)
        broken_off(file)
    first, on_larger, on_cpu = settings(file)
    assert on_larger["batch_sizes"] == first["batch_sizes"]
    assert first["task_sizes"] == on_larger["task_sizes"] == on_cpu["task_sizes"]
    assert on_cpu["batch_sizes"]["lanes"] == 16
    # A run of its own takes what the device allows.
    on(LARGER)
    broken_off(file, seed=1, methods=tw.Methods(starts_per_task=64))
    assert settings(file)[3]["batch_sizes"]["lanes"] == 4096


def test_a_user_chooses_the_lanes_and_tasks_fill_them(tmp_path):
    broken_off(tmp_path / "a.db", methods=tw.Methods(lanes=128))
    (only,) = settings(tmp_path / "a.db")
    assert only["batch_sizes"]["lanes"] == only["task_sizes"]["starts"] == 128
    assert TaskSizes.usual(muller_brown(), 16) == TaskSizes(64, 32)
    with pytest.raises(ValueError, match="lanes"):
        tw.Methods(lanes=0)


CHOSEN = """
import jax, jax.numpy as jnp
from thalweg.landscape.records import Batch
from thalweg.problems import double_well
from thalweg.search import Task
from thalweg.search.exploration.in_thread import InThread
from thalweg.search.steps.device import Device

class Placed(Task):
    def law(self, problem):
        return "test"
    def _search(self, space, key):
        print(*jnp.zeros(1).devices())
        return Batch("test")

with jax.default_device(jax.devices()[1]), InThread() as executor:
    list(executor.run(double_well(), [Placed(0, 0, 0)]))
"""


@pytest.mark.slow
def test_a_thread_computes_on_the_device_that_was_chosen_outside_it():
    environment = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=2"}
    run = subprocess.run(
        [sys.executable, "-c", CHOSEN], env=environment, capture_output=True, text=True, check=True
    )
    assert "id=1" in run.stdout or ":1" in run.stdout, run.stdout
