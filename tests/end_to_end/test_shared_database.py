"""Real processes that explore one PostgreSQL database at once, and one of them killed."""

import signal
import subprocess
import sys

import numpy as np
import pytest

from thalweg import Landscape
from thalweg.landscape.database.known_points import KnownPoints

CONFIGURATION = """
[problem]
kind = "neural_network"
dataset = "spirals"
train = 60
test = 4
hidden = [2]
l2 = 1e-3
[search]
starts = 64
workers = 1
seed = {seed}
[output]
landscape = "{place}"
"""


def _explore(folder, seed, place):
    file = folder / f"{seed}.toml"
    file.write_text(CONFIGURATION.format(seed=seed, place=place))
    return subprocess.Popen(
        [sys.executable, "-m", "thalweg.cli", "explore", file],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


@pytest.mark.slow
def test_four_runs_that_begin_together_make_one_sound_landscape(postgresql, tmp_path):
    place = postgresql.new_place(password="s3cret")
    runs = [_explore(tmp_path, seed, place) for seed in range(4)]
    # One dies as soon as something of it is recorded.
    while runs[3].poll() is None and not _n_tasks(place, 3):
        pass
    runs[3].send_signal(signal.SIGKILL)
    outputs = [run.communicate()[0] for run in runs]
    again = _explore(tmp_path, 3, place)
    outputs.append(again.communicate()[0])
    assert [run.returncode for run in (*runs, again)] == [0, 0, 0, -signal.SIGKILL, 0], outputs
    assert not any("s3cret" in output for output in outputs)
    with Landscape.open(place) as landscape:
        network, counts = landscape.network(), landscape.counts()
        (coverage,) = landscape.coverages()
        known = KnownPoints(landscape.problem.symmetry, 1.0, landscape.dimension, 1e-9)
        for index, points in (
            (known.minima, landscape.minima()),
            (known.transition_states, landscape.transition_states()),
        ):
            for number, point in enumerate(points):
                assert index.find(point) is None
                index.add(number, point)
        assert coverage.draws >= 4 * 64 - counts.quenches + counts.minima
        assert network.n_transition_states and (network.edges < network.n_minima).all()
        assert np.isfinite(network.losses).all() and (network.hits > 0).all()


def _n_tasks(place, seed):
    try:
        with Landscape.open(place) as landscape:
            law = next(iter(landscape.coverages())).law
            return landscape.next_task(law, seed)
    except Exception:
        # Not made yet, or nothing is recorded.
        return 0
