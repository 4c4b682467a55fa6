"""Bounds of passes are kept in the landscape's file, and only of what it holds as it is now."""

import contextlib
import shutil
import sqlite3

import pytest

import thalweg as tw
from thalweg import DamagedRow, Landscape
from thalweg.certificate import pass_bounds
from thalweg.certificate.pass_path import PassPaths
from thalweg.landscape.mending import Mending
from thalweg.landscape.merging import merge
from thalweg.landscape.records import TransitionState
from thalweg.problems import double_well
from thalweg.testing.analytic import fill


@pytest.fixture(scope="module")
def proved(tmp_path_factory):
    """A file with a bound on its one pass, and the bound."""
    file = tmp_path_factory.mktemp("passes") / "a.db"
    with Landscape.create(double_well(), file) as landscape:
        fill(landscape)
        assert not landscape.proved_passes()
        (bound,) = pass_bounds(landscape, record=False).passes
        assert not landscape.proved_passes()
        assert pass_bounds(landscape).passes == (bound,)
    return file, bound


@pytest.fixture
def file(proved, tmp_path):
    return shutil.copy(proved[0], tmp_path / "a.db")


@pytest.fixture
def nothing_is_proved(monkeypatch):
    """Proving a pass ends the test."""

    def refuse(*_):
        raise AssertionError("a pass was proved")

    monkeypatch.setattr(PassPaths, "bound", refuse)


def changed(file, statement, *values):
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        assert connection.execute(statement, values).rowcount == 1
    return Landscape.open(file)


def test_a_bound_is_read_back_to_the_last_bit_and_not_proved_again(proved, file, nothing_is_proved):
    with Landscape.open(file) as landscape:
        assert landscape.proved_passes() == (proved[1],)
        assert pass_bounds(landscape).passes == (proved[1],)
        with pytest.raises(AssertionError, match="was proved"):
            pass_bounds(landscape, again=True)
        proofs = tw.summarise(landscape).proofs
    assert (proofs.passes, proofs.of_passes) == (1, 1)
    assert "joined below a proved loss: 1 of 1 passes" in proofs.in_words()


@pytest.mark.parametrize("table", ["minima", "transition_states"])
def test_a_bound_of_other_coordinates_is_none(file, table):
    statement = f"UPDATE {table} SET coordinates = ?, checksum = NULL WHERE id = 1"
    with changed(file, statement, bytes(16)[:-1] + b"\x01") as landscape:
        assert not landscape.proved_passes()
        assert not tw.summarise(landscape).proofs.of_passes


def test_what_an_earlier_method_proved_does_not_count(proved, file):
    with Landscape.open(file) as landscape:
        state, ends = landscape.transition_states()[0], landscape.minima()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("thalweg.landscape.database.pass_bounds.METHOD", 1)
            landscape.record_pass_bound(proved[1], state, ends)
        assert not landscape.proved_passes()
        assert pass_bounds(landscape).passes == landscape.proved_passes() == (proved[1],)


def test_a_damaged_bound_is_not_believed_and_mended(file):
    with changed(file, "UPDATE pass_bounds SET bound = bound - 1") as landscape:
        with pytest.raises(DamagedRow, match="pass_bounds"):
            landscape.proved_passes()
        (fault,) = Mending(landscape).remove_damaged_proofs()
        assert "pass 1" in fault and not landscape.proved_passes()


def test_a_bound_is_merged_and_goes_with_its_pass(proved, file, tmp_path):
    merge([file], tmp_path / "b.db")
    with Landscape.open(tmp_path / "b.db") as landscape:
        assert landscape.proved_passes() == (proved[1],)
        mending = Mending(landscape)
        mending.remove(TransitionState, mending.rows(TransitionState)[0])
        assert not landscape.proved_passes()
    with contextlib.closing(sqlite3.connect(tmp_path / "b.db")) as connection:
        assert not connection.execute("SELECT * FROM pass_bounds").fetchall()
