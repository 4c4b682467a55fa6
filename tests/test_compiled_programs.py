"""Compiled programs: how many a process keeps, and where they are kept for others."""

import os
import subprocess
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
SIZE = "JAX_COMPILATION_CACHE_MAX_SIZE"


@pytest.fixture
def no_folder(monkeypatch, tmp_path):
    """None is set by the user, nor in this process; what would be set here is noted."""
    for name in (FOLDER, SIZE, "XDG_CACHE_HOME", "JAX_ENABLE_COMPILATION_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    set_here = {}
    monkeypatch.setattr("jax.config.update", set_here.__setitem__)
    monkeypatch.setattr(type(jax.config), "jax_compilation_cache_dir", None)
    return set_here


def test_a_user_without_a_home_keeps_no_programs(no_folder, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    assert cache_settings() == {}
    keep_compiled_programs(cache_settings())
    assert no_folder == {} and FOLDER not in worker_environment()
    assert not list(tmp_path.iterdir())


def test_a_home_that_cannot_be_written_to_keeps_no_programs(no_folder, monkeypatch, tmp_path):
    home = tmp_path / "file"
    home.write_text("")
    monkeypatch.setenv("HOME", str(home))
    assert cache_settings() == {}
    # Another machine has no folder where the one that sent a task has one.
    keep_compiled_programs({FOLDER: str(home / "cache")})
    assert no_folder == {}


def test_a_home_keeps_programs_and_not_too_many(no_folder):
    settings = cache_settings()
    keep_compiled_programs(settings)
    assert Path(settings[FOLDER]).is_dir()
    assert no_folder["jax_compilation_cache_dir"] == settings[FOLDER]
    assert 2**20 < no_folder["jax_compilation_cache_max_size"] == int(settings[SIZE]) < 2**30


def test_a_folder_that_the_user_chose_is_not_bounded(no_folder, monkeypatch, tmp_path):
    monkeypatch.setenv(FOLDER, str(tmp_path / "chosen"))
    assert cache_settings()[FOLDER] == str(tmp_path / "chosen")
    assert SIZE not in cache_settings()


def test_the_setting_of_jax_turns_it_off(no_folder, monkeypatch, tmp_path):
    monkeypatch.setenv("JAX_ENABLE_COMPILATION_CACHE", "false")
    assert cache_settings() == {}
    assert not list(tmp_path.iterdir())


PROGRAM = """
import resource, sys
from thalweg.precision import with_float64
import jax

@with_float64
def three():
    return float(jax.jit(lambda x: 2 * x + 1)(1.0))

largest_file = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
print(three())
"""


def run_in_a_new_process(home, largest_file=-1):
    """What a program prints whose user, at home in `home`, has set nothing; warnings are errors in it."""
    names = (FOLDER, SIZE, "XDG_CACHE_HOME", "JAX_ENABLE_COMPILATION_CACHE")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    environment |= {"HOME": str(home), "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(largest_file)]
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    return result.stdout.strip() + result.stderr


def sizes(home):
    """Of the programs that are kept, by name."""
    return {path: path.stat().st_size for path in home.rglob("*-cache")}


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of a file as a full disk does")
def test_a_full_disk_and_damaged_entries_disturb_nobody_and_are_mended(tmp_path):
    # The file cannot be written to its end: what is there is cut short.
    assert run_in_a_new_process(tmp_path, largest_file=100) == "3.0"
    cut_short = sizes(tmp_path)
    assert max(cut_short.values()) <= 100

    assert run_in_a_new_process(tmp_path) == "3.0"
    whole = sizes(tmp_path)
    assert all(whole[entry] > 100 for entry in cut_short)

    for entry in whole:
        entry.write_bytes(entry.read_bytes()[:100])
    assert run_in_a_new_process(tmp_path) == "3.0"


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
