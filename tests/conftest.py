"""Settings that every test shares."""

import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("MPLBACKEND", "Agg")
# Most of the suite's time is compilation of the same few loops, over and over in each process.
os.environ.setdefault(
    "JAX_COMPILATION_CACHE_DIR", str(Path(__file__).parent.parent / ".pytest_cache" / "jax")
)
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.05")

import numpy as np
import pytest
from hypothesis import settings

# Compilation makes the first example slow; the examples themselves are the same on every run.
settings.register_profile("thalweg", deadline=None, derandomize=True, max_examples=15)
settings.load_profile("thalweg")


@pytest.fixture(scope="module", autouse=True)
def few_compiled_programs():
    """Forget compiled programs after a module of tests, which takes up to ten thousand mappings."""
    # Not at the top: the checks of annotated types are set up after this file has been read.
    from thalweg.compiled_programs import forget_when_many

    yield
    forget_when_many(0.4)


@pytest.fixture
def here(monkeypatch, capsys):
    """Runs the command line in this process, which spares the start of a new one."""
    from thalweg.cli import main

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["thalweg", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        return subprocess.CompletedProcess(arguments, end.value.code, *capsys.readouterr())

    return run


@pytest.fixture
def no_type_checks():
    """Without the checks of annotated types, as users call: in tests these would refuse wrong types first."""
    import jaxtyping

    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


@pytest.fixture(scope="session")
def xor():
    """XOR with four points and two hidden units: small enough for brute force."""
    from thalweg.problems import NeuralNetwork

    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return NeuralNetwork.from_data(2 * x - 1, np.array([0, 1, 1, 0]), hidden=(2,), l2=1e-3)


@pytest.fixture(scope="session")
def spiral_network():
    """A small two-spiral network: 400 points, three hidden units, 17 parameters."""
    from thalweg.datasets import spirals
    from thalweg.problems import NeuralNetwork

    data = spirals(400, 100)
    return NeuralNetwork.from_data(data.inputs, data.targets, hidden=(3,))


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server of this session's own."""
    pytest.importorskip("psycopg", reason="needs thalweg[postgres]", exc_type=ImportError)
    from postgresql_server import CannotStart, PostgresqlServer

    try:
        server = PostgresqlServer()
    except (CannotStart, OSError) as error:
        pytest.skip(f"PostgreSQL does not start: {error}")
    yield server
    server.close()
