"""Compiled programs: how many a process keeps, and where they are kept for others."""

import os
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import pytest

from thalweg.compiled_programs import (
    cache_settings,
    compile_quickly,
    forget_when_many,
    keep_compiled_programs,
)
from thalweg.search.exploration.worker import worker_environment

FOLDER = "JAX_COMPILATION_CACHE_DIR"


@pytest.fixture
def no_folder(monkeypatch):
    """None is set by the user, nor in this process."""
    monkeypatch.delenv(FOLDER, raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    set_here = []
    monkeypatch.setattr("jax.config.update", lambda name, value: set_here.append((name, value)))
    monkeypatch.setattr(type(jax.config), "jax_compilation_cache_dir", None)
    return set_here


def nobody_home():
    raise RuntimeError("Could not determine home directory.")


def test_a_user_without_a_home_keeps_no_programs(no_folder, monkeypatch):
    monkeypatch.setattr(Path, "home", nobody_home)
    assert cache_settings() == {}
    keep_compiled_programs(cache_settings())
    assert no_folder == [] and FOLDER not in worker_environment()


def test_a_home_that_cannot_be_written_to_keeps_no_programs(no_folder, monkeypatch, tmp_path):
    home = tmp_path / "file"
    home.write_text("")
    monkeypatch.setattr(Path, "home", lambda: home)
    assert cache_settings() == {}
    # Another machine has no folder where the one that sent a task has one.
    keep_compiled_programs(_settings(str(home / "cache")))
    assert no_folder == []


def test_a_home_keeps_programs(no_folder, monkeypatch, tmp_path):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    settings = cache_settings()
    keep_compiled_programs(settings)
    assert Path(settings[FOLDER]).is_dir()
    assert ("jax_compilation_cache_dir", settings[FOLDER]) in no_folder


def _settings(folder):
    return {FOLDER: folder, "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.2"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such a limit")
def test_programs_are_forgotten_beyond_the_share_and_work_again():
    function = jax.jit(lambda x: jnp.sin(x) + 1)
    before = function(2.0)
    assert function._cache_size() == 1

    assert not forget_when_many(1.0)
    assert function._cache_size() == 1

    assert forget_when_many(0.0)
    assert function._cache_size() == 0
    assert function(2.0) == before


def test_flags_of_the_user_prevail_over_quick_compilation(monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--xla_backend_optimization_level=3")
    for _ in range(2):
        compile_quickly()
    flags = os.environ["XLA_FLAGS"].split()
    assert flags[0] == "--xla_backend_optimization_level=1" and len(flags) == 3
    assert flags[-1] == "--xla_backend_optimization_level=3"
