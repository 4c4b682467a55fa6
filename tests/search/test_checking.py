"""A landscape is checked: every point evaluated anew, what can be is put right, the rest is said.

The file is that of thalweg 0.1 (XOR, two hidden units: six minima, eleven transition states), whose rows bear
no checksums.
"""

import contextlib
import json
import shutil
import sqlite3
import sys
from pathlib import Path

import numpy as np
import pytest

import thalweg as tw
from thalweg import Landscape, LandscapeError
from thalweg.cli import main

OLD_FILE = Path(__file__).parent.parent / "landscape" / "files" / "xor_0_1.sqlite"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """The file after its first check, and what that said."""
    file = shutil.copy(OLD_FILE, tmp_path_factory.mktemp("sealed") / "a.db")
    with Landscape.open(file) as landscape:
        return file, tw.check_landscape(landscape), landscape.network()


@pytest.fixture
def damaged(sealed, tmp_path):
    def change(*statements):
        file = shutil.copy(sealed[0], tmp_path / "a.db")
        with contextlib.closing(sqlite3.connect(file)) as connection, connection:
            for statement in statements:
                connection.execute(statement)
        return file

    return change


def _checked(file, **options):
    with Landscape.open(file) as landscape:
        return tw.check_landscape(landscape, **options)


def test_a_sound_file_of_an_earlier_version_gets_its_checksums(sealed):
    file, result, network = sealed
    assert result.is_sound and result.backup is None, result.faults
    # Beside the points two runs, and their tasks and hits.
    assert (result.minima, result.transition_states, result.checksums_added) == (6, 11, 17 + 23)
    with contextlib.closing(sqlite3.connect(file)) as connection:
        for table in ("problem", "minima", "transition_states"):
            assert connection.execute(
                f"SELECT count(*) FROM {table} WHERE checksum IS NULL"
            ).fetchone() == (0,)
    with Landscape.open(file) as again:
        np.testing.assert_array_equal(again.network().coordinates, network.coordinates)
        np.testing.assert_array_equal(again.network().lpphe, network.lpphe)


FLIP = "CAST(substr({c}, 1, {k}) || x'{b}' || substr({c}, {k} + 2) AS BLOB)"
MENDED = {
    "the loss": ("UPDATE minima SET loss = loss + 0.5 WHERE id = 2", "minima", 2),
    "the LPPHE": ("UPDATE minima SET lpphe = 12 WHERE id = 3", "minima", 3),
    "a gradient": ("UPDATE minima SET rms_gradient = 0 WHERE id = 3", "minima", 3),
    "the spectrum": ("UPDATE minima SET spectrum = zeroblob(length(spectrum)) WHERE id = 1", "minima", 1),
    "a digit of a coordinate": (
        f"UPDATE minima SET coordinates = {FLIP.format(c='coordinates', k=3, b='55')} WHERE id = 4",
        "minima", 4),
    "the stabiliser": ("UPDATE minima SET stabiliser_order = '7' WHERE id = 5", "minima", 5),
    "no number": ("UPDATE minima SET loss = 'high' WHERE id = 6", "minima", 6),
    "an order that is none": ("UPDATE minima SET stabiliser_order = '?' WHERE id = 6", "minima", 6),
    "a barrier": ("UPDATE transition_states SET loss = loss * 2 WHERE id = 2", "transition_states", 2),
    "an end": (
        "UPDATE transition_states SET minimum_a = 1, minimum_b = 1 WHERE id = 3", "transition_states", 3),
}  # fmt: skip


@pytest.mark.parametrize("fault", MENDED)
def test_what_can_be_evaluated_anew_is_put_right(sealed, damaged, fault):
    statement, table, row = MENDED[fault]
    file, network = damaged(statement), sealed[2]
    result = _checked(file)
    assert {(f.table, f.id, f.done) for f in result.faults} == {(table, row, "written anew")}
    with Landscape.open(file) as landscape:
        mended = landscape.network()
        landscape.minima(), landscape.transition_states()
    np.testing.assert_allclose(mended.losses, network.losses, rtol=1e-12)
    np.testing.assert_allclose(mended.lpphe, network.lpphe, rtol=1e-9)
    np.testing.assert_allclose(mended.coordinates, network.coordinates, atol=1e-9)
    np.testing.assert_array_equal(np.sort(mended.edges), np.sort(network.edges))
    np.testing.assert_allclose(mended.barrier_losses, network.barrier_losses, rtol=1e-12)
    np.testing.assert_array_equal(mended.hits, network.hits)
    assert _checked(file).is_sound
    # The file as it was, damage and all, is kept.
    with contextlib.closing(sqlite3.connect(result.backup)) as connection:
        assert connection.execute("SELECT count(*) FROM minima").fetchone() == (6,)


def test_a_row_without_a_checksum_that_says_something_false_is_noticed_too(damaged):
    file = damaged(
        "UPDATE minima SET loss = loss + 0.5, checksum = NULL WHERE id = 2",
        "UPDATE transition_states SET minimum_b = minimum_a, checksum = NULL WHERE id = 3",
    )
    first, second = _checked(file).faults
    assert "the loss there is" in first.what and "it joins" in second.what
    assert _checked(file).is_sound


MISSING = [
    "UPDATE transition_states SET minimum_a = 1 WHERE minimum_a = 4",
    "UPDATE transition_states SET minimum_b = 1 WHERE minimum_b = 4",
    *(f"DELETE FROM {table} WHERE minimum_id = 4" for table in ("hits", "annotations")),
    "DELETE FROM attempts WHERE minimum_a = 4 OR minimum_b = 4",
    "DELETE FROM minima WHERE id = 4",
]
DESTROYED = ["UPDATE minima SET coordinates = zeroblob(length(coordinates)) WHERE id = 4"]


@pytest.mark.parametrize("statements", [MISSING, DESTROYED], ids=["missing", "destroyed"])
def test_a_minimum_that_is_lost_comes_back_from_its_transition_states(sealed, damaged, statements):
    file = damaged(*statements)
    _checked(file)
    assert _checked(file).is_sound
    with Landscape.open(file) as landscape:
        mended, network = landscape.network(), sealed[2]
        assert 4 not in mended.minimum_ids
    np.testing.assert_allclose(np.sort(mended.losses), np.sort(network.losses), rtol=1e-12)
    losses = [np.sort(n.losses[n.edges], axis=1) for n in (mended, network)]
    np.testing.assert_allclose(*losses, rtol=1e-9)


def test_what_is_no_such_point_is_taken_out_with_what_refers_to_it(sealed, damaged):
    columns = "loss, spectrum, lpphe, lpphe_error, index_doubt, n_modes, rms_gradient, tolerance, " \
        "stabiliser_order, task_id"  # fmt: skip
    file = damaged(
        f"INSERT INTO minima (id, coordinates, {columns}) "
        f"SELECT 7, zeroblob(length(coordinates)), {columns} FROM minima WHERE id = 1",
        "INSERT INTO hits VALUES ('x', 7, 0, 1, 0, NULL)",
        "INSERT INTO annotations VALUES ('x', 7, 0.5)",
        # A transition state is no transition state where a minimum lies.
        "UPDATE transition_states SET coordinates = (SELECT coordinates FROM minima WHERE id = 1), "
        "checksum = NULL WHERE id = 11",
    )
    faults = _checked(file).faults
    assert {(f.table, f.id, f.done) for f in faults} == {
        ("transition_states", 11, "taken out"),
        ("minima", 7, "taken out"),
    }
    with Landscape.open(file) as landscape:
        rest = landscape.network()
        assert rest.n_minima == 6 and rest.n_transition_states == 10
        np.testing.assert_array_equal(rest.coordinates, sealed[2].coordinates)


def test_without_repair_nothing_is_changed(damaged):
    file = damaged("UPDATE minima SET loss = loss + 0.5 WHERE id = 2")
    before = file.read_bytes()
    (fault,) = _checked(file, repair=False).faults
    assert fault.done is None and fault.id == 2
    assert file.read_bytes() == before and [p.name for p in file.parent.iterdir()] == ["a.db"]


def test_counts_that_contradict_each_other_are_said(damaged):
    file = damaged(
        "UPDATE hits SET hits = hits + 5, checksum = NULL WHERE minimum_id = 1 AND is_independent"
    )
    (fault,) = _checked(file).faults
    assert (
        "table hits counts 69 arrivals" in fault.what and "64" in fault.what and fault.done is None
    )


def test_rows_that_refer_to_none_are_said(damaged):
    file = damaged("UPDATE attempts SET minimum_a = 77 WHERE id = 1")
    assert any("attempts refers to a row of minima" in f.what for f in _checked(file).faults)


@pytest.fixture
def run(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["thalweg", "check", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        output = capsys.readouterr()
        return end.value.code, output.out + output.err

    return run


def test_the_command_says_what_it_did_and_exits_accordingly(damaged, run):
    file = damaged("UPDATE minima SET loss = loss + 0.5 WHERE id = 2")
    code, said = run(file, "--no-repair")
    assert code == 1 and "row 2 of minima" in said and "left as it is" in said
    code, said = run(file)
    assert code == 1 and "written anew" in said and "before-check" in said and "1 wrong" in said
    code, said = run(file, "--json")
    assert code == 0
    values = json.loads(said)
    assert values["is_sound"] and values["minima"] == 6 and values["faults"] == []


def test_a_damaged_problem_is_written_anew_from_the_one_that_is_passed(damaged, xor):
    file = damaged("UPDATE problem SET arrays = zeroblob(length(arrays))")
    with pytest.raises(LandscapeError, match="--config"):
        Landscape.open(file)
    with Landscape.open(file, xor) as landscape:
        (fault,) = tw.check_landscape(landscape).faults
    assert (fault.table, fault.done) == ("problem", "written anew")
    assert Landscape.open(file).problem.fingerprint == xor.fingerprint
