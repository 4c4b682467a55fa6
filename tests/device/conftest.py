"""An accelerator for the tests marked `gpu`; without one they are skipped, and say so."""

import os

import jax
import pytest

from thalweg.search.steps.device import Device


@pytest.fixture(scope="session")
def accelerator():
    """The first device that is no CPU; with THALWEG_DEVICE=cpu the CPU, to try the tests themselves."""
    device = jax.devices()[0]
    if device.platform == "cpu" and os.environ.get("THALWEG_DEVICE") != "cpu":
        pytest.skip(
            "JAX sees no accelerator here: install jax[cuda13] or jax[cuda12], and run `make test-gpu`"
        )
    return device


@pytest.fixture
def on_accelerator(accelerator, monkeypatch):
    """Sizes and checks of an accelerator, also where the CPU stands in for one."""
    if accelerator.platform == "cpu":
        present = Device("gpu", "the CPU in its place", 1 << 26)
        monkeypatch.setattr(Device, "present", classmethod(lambda cls: present))
    return Device.present()
