"""A sample of `make storm`, which kills three hundred times."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("kind", ["making", pytest.param("explore", marks=pytest.mark.slow)])
def test_kills_at_random_instants_lose_nothing(kind):
    script = Path(__file__).with_name("storming.py")
    storm = subprocess.run(
        [sys.executable, script, "--kills", "4", "--jobs", "1", kind],
        capture_output=True,
        text=True,
    )
    assert storm.returncode == 0, storm.stdout + storm.stderr
    assert "0 rows lost, 0 files refused, 0 ends that are not the undisturbed ones" in storm.stdout
