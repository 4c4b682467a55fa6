"""The tolerances of a landscape: settings, kept by the file, and what counts as one point by loss alone."""

import json
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

import thalweg as tw
from thalweg import Landscape, OtherTolerances, Tolerances
from thalweg.landscape.identity import PointIndex, loss_error
from thalweg.landscape.records import Batch, Minimum
from thalweg.problems import Symmetry, double_well, muller_brown

OLD_FILE = Path(__file__).parent / "files" / "xor_0_1.sqlite"


@pytest.fixture(scope="module")
def loose(tmp_path_factory):
    """Müller–Brown at a loose tolerance, the file closed."""
    file = tmp_path_factory.mktemp("loose") / "a.db"
    settings = {"edifftol": 1e-5, "rms_tolerance": 1e-4}
    tw.explore(muller_brown(), file, minima=3, connect=False, workers=1, **settings).close()
    return file


def test_the_defaults_are_those_of_before():
    assert Tolerances() == Tolerances(1e-9, 1e-10)
    assert Landscape.create(double_well()).tolerances == Tolerances()


def test_points_are_as_well_converged_as_was_asked_for(loose):
    with Landscape.open(loose) as landscape:
        minima, (run,) = landscape.minima(), landscape.runs()
        assert landscape.tolerances == Tolerances(1e-5, 1e-4)
        again = landscape.problem
    assert len(minima) == 3
    assert all(m.rms_gradient < m.tolerance <= 1e-4 for m in minima)
    # The last step from above 1e-4 is one of Newton's: one gradient at least is no smaller than 1e-10.
    assert max(m.rms_gradient for m in minima) > 1e-10
    assert run.settings["edifftol"] == 1e-5 and run.settings["rms_tolerance"] == 1e-4
    sharp = tw.explore(again, minima=3, connect=False, workers=1)
    assert sharp.worst_rms_gradient().minima < 1e-10
    np.testing.assert_allclose(
        np.sort(sharp.network().losses), np.sort([m.loss for m in minima]), atol=1e-8
    )


def test_a_file_goes_on_with_its_own_and_refuses_others(loose, tmp_path):
    file = shutil.copy(loose, tmp_path / "a.db")
    tw.explore(muller_brown(), file, minima=4, connect=False, seed=1, workers=1).close()
    with Landscape.open(file) as landscape:
        assert landscape.runs()[-1].settings["rms_tolerance"] == 1e-4
        # What the looser search found is known again, and not stored twice.
        assert landscape.n_minima == 3 and landscape.counts().minima > 100
    tw.explore(muller_brown(), file, minima=3, connect=False, workers=1, edifftol=1e-5).close()
    with pytest.raises(OtherTolerances, match=r"edifftol = 1e-05, rms_tolerance = 0.0001.*--to"):
        tw.explore(muller_brown(), file, rms_tolerance=1e-10)
    with pytest.raises(ValueError, match="edifftol must be"):
        Landscape.create(double_well(), edifftol=0)


def test_a_file_of_before_has_the_tolerances_it_was_made_with(tmp_path):
    file = shutil.copy(OLD_FILE, tmp_path / "xor.db")
    with Landscape.open(file) as landscape:
        assert landscape.tolerances == Tolerances(1e-9, 1e-10)
    file = shutil.copy(OLD_FILE, tmp_path / "new.db")
    with sqlite3.connect(file) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert ("tolerances",) not in tables and ("problem",) in tables
    with Landscape.open(file) as landscape, pytest.raises(OtherTolerances):
        Landscape.open_or_create(landscape.problem, file, edifftol=1e-5)


def test_a_copy_has_the_tolerances_of_its_original(loose, tmp_path):
    with Landscape.open(loose) as landscape:
        landscape.copy_to(tmp_path / "copy.db")
    with Landscape.open(tmp_path / "copy.db") as copy:
        assert copy.tolerances == Tolerances(1e-5, 1e-4)


def test_points_are_recorded_in_memory_before_anyone_asks_for_the_tolerances():
    with Landscape.create(double_well(), edifftol=1e-6) as landscape:
        run = landscape.start_run("test", {}, 0)
        minima = tuple(point([x, 0.0], 1.0 + x) for x in (0.0, 1e-7, 1.0))
        landscape.record(Batch("draws", minima=minima), run)
        assert landscape.n_minima == 2


def point(x, loss, softest=1e-3, gradient=1e-11):
    return Minimum(loss, np.asarray(x, float), np.array([softest, 1.0]), gradient, 1e-3)


def test_edifftol_says_how_near_in_loss_two_points_may_be_one():
    for edifftol, is_known in ((1e-9, False), (1e-5, True)):
        index = PointIndex(Symmetry(), edifftol=edifftol)
        index.add(1, point([0.0, 0.0], 0.5))
        assert (index.find(point([0.0, 0.0], 0.5 + 1e-6)) == 1) is is_known
        # However near in loss: another place is another point.
        assert index.find(point([0.0, 40.0], 0.5)) is None


def test_losses_that_a_loose_gradient_leaves_uncertain_are_one():
    blurred = point([0.0, 0.0], 0.5, gradient=1e-4)
    # ½ · 2 · 1e-8/1e-3 = 1e-5, and as much of the other.
    assert loss_error(blurred) == pytest.approx(1e-5)
    index = PointIndex(Symmetry())
    index.add(1, blurred)
    assert index.find(point([0.0, 0.0], 0.5 + 1.5e-5, gradient=1e-4)) == 1
    assert index.find(point([0.0, 0.0], 0.5 + 3e-5, gradient=1e-4)) is None


def test_by_loss_alone_points_of_one_loss_are_one():
    network = tw.Network.from_arrays(
        [0.0, 1.0, 1.0 + 5e-5, 2.0, 2.0 + 2e-4], [(0, 1), (0, 3), (1, 2)], [3.0, 3.00001, 4.0]
    )
    assert tw.counts_by_loss(network, 1e-4) == tw.LossCounts(1e-4, 4, 2)
    assert tw.counts_by_loss(network, 1e-9) == tw.LossCounts(1e-9, 5, 3)
    assert tw.counts_by_loss(network, 10.0) == tw.LossCounts(10.0, 1, 1)
    # Against every pair, in the order of discovery.
    losses = np.random.default_rng(0).uniform(size=200)
    kept = []
    for loss in losses:
        if all(abs(loss - other) > 0.01 for other in kept):
            kept.append(loss)
    assert tw.counts_by_loss(tw.Network.from_arrays(losses), 0.01).minima == len(kept)
    with pytest.raises(ValueError, match="edifftol must be"):
        tw.counts_by_loss(network, 0)


def test_the_command_line_sets_keeps_and_counts_by_them(here, tmp_path):
    config, file = tmp_path / "a.toml", tmp_path / "a.db"
    config.write_text(
        '[problem]\nkind = "function"\nname = "muller_brown"\n'
        "[search]\nminima = 3\nconnect = false\nworkers = 1\nedifftol = 1e-6\n"
    )
    assert here("explore", config, "--to", file, "--rms-tolerance", "1e-4").returncode == 0
    counted = here("summary", file, "--edifftol", "1e-4", "--edifftol", "1000", "--json")
    values = json.loads(counted.stdout)
    assert (values["edifftol"], values["rms_tolerance"]) == (1e-6, 1e-4)
    assert values["by_loss_alone"]["0.0001"] == {"minima": 3, "transition_states": 0}
    assert values["by_loss_alone"]["1000"] == {"minima": 1, "transition_states": 0}
    assert "by loss alone, to 0.0001" in here("summary", file, "--edifftol", "1e-4").stdout
    refused = here("explore", config, "--to", file, "--edifftol", "1e-3")
    assert refused.returncode != 0 and "was made with edifftol = 1e-06" in refused.stderr
