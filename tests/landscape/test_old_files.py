"""Landscapes that earlier versions wrote.

`files/xor_0_1.sqlite` was made by thalweg 0.1: XOR with two hidden units, explored from 64 starts with
seed 0, with one annotation and a run that was killed. `files/problems_0_1.json` has what 0.1 stored of
problems of every kind, with their fingerprints, and their losses at x = −1 … 1.2 in equal steps.
"""

import json
import shutil
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg import Landscape
from thalweg.precision import with_float64
from thalweg.problems import from_record
from thalweg.search.exploration.explorer import Explorer
from thalweg.search.exploration.plan import Stop

FILES = Path(__file__).parent / "files"
PROBLEMS = json.loads((FILES / "problems_0_1.json").read_text())
LAW = "normal weights, log-uniform width 4-16"


@pytest.fixture
def file(tmp_path):
    return shutil.copy(FILES / "xor_0_1.sqlite", tmp_path / "xor.db")


def test_a_landscape_of_0_1_is_read(file, xor):
    with Landscape.open(file) as landscape:
        network, counts, coverage = landscape.network(), landscape.counts(), landscape.coverage()
        assert landscape.problem.fingerprint == xor.fingerprint == landscape.fingerprint
        np.testing.assert_allclose(np.unique(network.losses.round(8)), [0.06217651, 0.38235929])
        assert (network.n_minima, network.n_transition_states, network.n_components) == (6, 11, 1)
        assert (counts.quenches, counts.minima, counts.steps) == (102, 102, 2753)
        assert (coverage.law, coverage.draws, coverage.distinct) == (LAW, 64, 6)
        assert [run.command for run in landscape.runs()] == ["explore", "connect"]
        np.testing.assert_array_equal(
            landscape.annotation("first_coordinate"), network.coordinates[:, 0]
        )
        proofs = landscape.certificates()
        assert len(proofs.untried) == 17 and not proofs.certificates
        point = landscape.minimum(network.global_minimum)
        again = tw.quench(landscape.problem, network.coordinates).minima
    # Every stored point is still a minimum of the problem that the file describes.
    np.testing.assert_allclose([m.loss for m in again], network.losses, rtol=1e-12)
    assert point.n_modes == len(point.spectrum) == xor.dimension


def test_a_landscape_of_0_1_goes_on_where_it_stopped(file, xor):
    with Landscape.open(file) as landscape:
        first, before = landscape.next_task(LAW, 0), landscape.network()
    with Landscape.open_or_create(xor, file) as landscape:
        with Explorer(landscape, Stop(starts=128), seed=0, workers=1) as run:
            run.find_minima()
        network, coverage = landscape.network(), landscape.coverage()
        assert landscape.next_task(LAW, 0) > first
        # The same law draws on: its hits are counted together, and what was known is known again.
        assert coverage.law == LAW and coverage.draws == 128
    assert network.n_minima == before.n_minima
    np.testing.assert_array_equal(network.coordinates, before.coordinates)


@pytest.mark.parametrize("title", PROBLEMS)
def test_a_problem_that_0_1_stored_is_the_same_problem(title):
    stored = PROBLEMS[title]
    arrays = {
        name: np.array(array["values"], dtype=array["dtype"])
        for name, array in stored["arrays"].items()
    }
    problem = from_record(stored["kind"], stored["choices"], arrays)
    x = np.linspace(-1.0, 1.2, problem.dimension)
    loss = with_float64(lambda: float(jax.jit(lambda x: problem.loss(x))(jnp.asarray(x))))()
    # Losses are sums of some ten terms: the order of the additions may change the last digits.
    assert loss == pytest.approx(stored["loss"], rel=1e-12)
    assert problem.fingerprint == stored["fingerprint"]
