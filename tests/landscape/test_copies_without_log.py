"""Copies of a file without the log beside it, which holds the last rows: known, and nothing else is."""

import contextlib
import shutil
import sqlite3

import pytest

from thalweg import Landscape
from thalweg.landscape.database import connection, schema, write_ahead_log
from thalweg.landscape.database.connection import Database
from thalweg.landscape.database.copying import copy_to_file
from thalweg.landscape.end_reason import EndReason
from thalweg.landscape.outcome import RunOutcome
from thalweg.landscape.records import Batch
from thalweg.problems import double_well
from thalweg.testing.analytic import fill, minimum

FINISHED = RunOutcome(EndReason.FINISHED)
IS_COPY = "copied while a run wrote to it, without its log"


def _under_way(file):
    landscape = Landscape.create(double_well(), file)
    fill(landscape)
    return landscape


def _with_log(folder):
    """A file and a log beside it that nobody has open any more, as a killed run leaves them."""
    with _under_way(folder / "source.db"):
        for end in ("", "-wal"):
            shutil.copy(folder / f"source.db{end}", folder / f"a.db{end}")
    return folder / "a.db"


def _without_log(folder):
    _under_way(folder / "a.db").close()
    return folder / "a.db"


def test_a_copy_without_its_log_is_known_and_used_all_the_same(tmp_path):
    with _under_way(tmp_path / "a.db"):
        shutil.copy(tmp_path / "a.db", tmp_path / "lone.db")
        shutil.copy(tmp_path / "a.db", tmp_path / "both.db")
        shutil.copy(tmp_path / "a.db-wal", tmp_path / "both.db-wal")
    with pytest.warns(UserWarning, match=IS_COPY), Landscape.open(tmp_path / "lone.db") as lone:
        run = lone.start_run("explore", {}, 0)
        lone.finish_run(run, FINISHED)
    # A run of its own has gone on with it since; and what was copied with its log lacks nothing.
    for name in ("a.db", "lone.db", "both.db"):
        for _ in range(2):
            Landscape.open(tmp_path / name).close()


def test_a_log_that_any_program_has_brought_into_the_file_is_not_missed(tmp_path):
    file = _with_log(tmp_path)
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("SELECT count(*) FROM minima").fetchone()
    assert not file.with_name("a.db-wal").exists()
    Landscape.open(file).close()


def test_a_long_log_is_brought_into_the_file_and_a_copy_known_still(tmp_path, monkeypatch):
    monkeypatch.setattr(write_ahead_log, "LONGEST", 1)
    with _under_way(tmp_path / "a.db") as landscape:
        shutil.copy(tmp_path / "a.db", tmp_path / "lone.db")
        n_minima = landscape.n_minima
    with pytest.warns(UserWarning, match=IS_COPY), Landscape.open(tmp_path / "lone.db") as lone:
        assert lone.n_minima == n_minima


def test_a_copy_is_known_though_another_run_on_the_file_has_ended(tmp_path):
    with _under_way(tmp_path / "a.db") as landscape, Landscape.open(tmp_path / "a.db") as other:
        other.finish_run(other.start_run("explore", {}, 1), FINISHED)
        landscape.record(Batch(law="draws", task=1, minima=(minimum(5.0, 1.0),)), 1)
        shutil.copy(tmp_path / "a.db", tmp_path / "lone.db")
    with pytest.warns(UserWarning, match=IS_COPY):
        Landscape.open(tmp_path / "lone.db").close()


def test_a_copy_is_known_though_what_was_written_since_is_more_than_before(tmp_path):
    with _under_way(tmp_path / "a.db") as landscape, Landscape.open(tmp_path / "a.db") as other:
        other.finish_run(other.start_run("explore", {}, 1), FINISHED)
        # The log is longer afterwards than it was before it was cut.
        landscape.start_run("explore", {"note": "x" * 10**6}, 2)
        shutil.copy(tmp_path / "a.db", tmp_path / "lone.db")
    with pytest.warns(UserWarning, match=IS_COPY):
        Landscape.open(tmp_path / "lone.db").close()


def test_the_file_stays_marked_where_two_runs_mark_it_at_one_instant(tmp_path, monkeypatch):
    with (
        _under_way(tmp_path / "a.db"),
        contextlib.closing(sqlite3.connect(tmp_path / "a.db")) as run,
    ):
        checkpoint, others = write_ahead_log._checkpoint, iter([run])

        def after_another(connection, patience):
            for other in others:
                # The other run has marked the file, too, and now takes the mark back.
                assert write_ahead_log.unmark(other)
            checkpoint(connection, patience)

        monkeypatch.setattr(write_ahead_log, "_checkpoint", after_another)
        write_ahead_log.fold(run, patience=0.0, goes_on=True)
        shutil.copy(tmp_path / "a.db", tmp_path / "lone.db")
    with pytest.warns(UserWarning, match=IS_COPY):
        Landscape.open(tmp_path / "lone.db").close()


def test_two_runs_that_write_in_turn_do_not_mark_the_file_again_and_again(tmp_path, monkeypatch):
    with _under_way(tmp_path / "a.db") as one, Landscape.open(tmp_path / "a.db") as two:
        two.start_run("explore", {}, 1)
        folds = []
        monkeypatch.setattr(connection, "fold", lambda *_, **options: folds.append(options))
        for task in range(4):
            for landscape in (one, two):
                landscape.start_run("explore", {}, task)
        assert not folds


@pytest.mark.parametrize("make", [_without_log, _with_log])
def test_a_copy_that_was_exported_while_a_run_marked_its_file_lacks_nothing(tmp_path, make):
    file = make(tmp_path)
    with Landscape.open(file) as landscape, contextlib.closing(sqlite3.connect(file)) as run:
        run.execute("PRAGMA user_version = 1")
        copy_to_file(landscape._database, tmp_path / "copy.db")
        run.execute("PRAGMA user_version = 0")
    Landscape.open(tmp_path / "copy.db").close()


def test_a_copy_of_a_copy_that_lacks_its_log_lacks_it_too(tmp_path):
    with _under_way(tmp_path / "a.db"):
        shutil.copy(tmp_path / "a.db", tmp_path / "lone.db")
    with pytest.warns(UserWarning, match=IS_COPY), Landscape.open(tmp_path / "lone.db") as lone:
        copy_to_file(lone._database, tmp_path / "copy.db")
    with pytest.warns(UserWarning, match=IS_COPY):
        Landscape.open(tmp_path / "copy.db").close()


def test_a_mark_that_a_kill_left_in_the_log_is_taken_back(tmp_path):
    file = _with_log(tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / "source.db")) as kept:
        kept.execute("PRAGMA user_version = 1")
        for end in ("", "-wal"):
            shutil.copy(tmp_path / f"source.db{end}", f"{file}{end}")
    for _ in range(2):
        Landscape.open(file).close()


def test_a_run_that_begins_while_the_file_is_being_opened_makes_it_no_copy(tmp_path):
    file = _without_log(tmp_path)
    database = Database(file)
    with database.reading() as transaction:
        assert schema.contents(transaction) is schema.Contents.LANDSCAPE
    # What a run does at its beginning, up to the instant before the log takes the mark back.
    with contextlib.closing(sqlite3.connect(file)) as run:
        run.execute("PRAGMA user_version = 1")
        run.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.look_for_log()
        assert not database.lacks_log
    database.close()


def test_a_run_that_could_not_begin_a_log_marks_the_file_once_it_can(tmp_path, monkeypatch):
    with Landscape.create(double_well(), tmp_path / "a.db") as landscape:
        with monkeypatch.context() as patched:
            # Another process has the file open at this instant.
            patched.setattr(connection, "_use_log", lambda _: None)
            run = landscape.start_run("explore", {}, 0)
        landscape.record(Batch(law="draws", minima=(minimum(5.0, 1.0),)), run)
        shutil.copy(tmp_path / "a.db", tmp_path / "lone.db")
    with pytest.warns(UserWarning, match=IS_COPY):
        Landscape.open(tmp_path / "lone.db").close()
