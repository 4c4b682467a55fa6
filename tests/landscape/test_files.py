"""The file of a landscape: read where nothing can be written, lost under a run, copied, timed."""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from thalweg import Landscape, LandscapeError, NotALandscape
from thalweg.landscape import writing
from thalweg.landscape.database import sqlite_file
from thalweg.landscape.end_reason import EndReason
from thalweg.landscape.errors import FileGone
from thalweg.landscape.outcome import RunOutcome
from thalweg.landscape.records import Batch
from thalweg.problems import double_well
from thalweg.testing.analytic import fill, minimum

OLD_FILE = Path(__file__).parent / "files" / "xor_0_1.sqlite"
FINISHED = RunOutcome(EndReason.FINISHED)


def filled(file):
    landscape = Landscape.create(double_well(), file)
    return landscape, fill(landscape)


# ---- reading ---------------------------------------------------------------------------------------


@pytest.fixture
def open_folder():
    """A folder that other users may enter."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


@contextlib.contextmanager
def _cannot_write(file, folder_mode=0o555):
    """As a user who may read the file, and not write it; root may write anything."""
    is_root = os.geteuid() == 0
    os.chmod(file, 0o444)
    os.chmod(file.parent, folder_mode)
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        os.chmod(file.parent, 0o755)


def _with_log(folder):
    """A file and a log beside it that nobody has open any more, as a killed run leaves them."""
    landscape, _ = filled(folder / "source.db")
    for end in ("", "-wal"):
        shutil.copy(folder / f"source.db{end}", folder / f"a.db{end}")
    landscape.close()
    assert (folder / "a.db-wal").stat().st_size > 0
    return folder / "a.db"


def _without_log(folder):
    filled(folder / "a.db")[0].close()
    return folder / "a.db"


@pytest.mark.parametrize("make", [_without_log, _with_log])
@pytest.mark.parametrize("folder_mode", [0o555, 0o777])
def test_a_file_that_cannot_be_written_is_read_and_left_alone(open_folder, make, folder_mode):
    file = make(open_folder)
    before = file.read_bytes()
    with _cannot_write(file, folder_mode), Landscape.open(file) as landscape:
        assert landscape.network().n_minima == 2 and landscape.n_transition_states == 1
        for change in (
            lambda: landscape.annotate("grade", [1.0, 2.0]),
            lambda: landscape.start_run("x", {}, 0),
        ):
            with pytest.raises(LandscapeError, match=r"read-only.*thalweg export"):
                change()
    assert file.read_bytes() == before


def test_a_copy_without_its_log_that_cannot_be_written_is_known_too(open_folder):
    with filled(open_folder / "source.db")[0]:
        shutil.copy(open_folder / "source.db", open_folder / "a.db")
    file = open_folder / "a.db"
    with _cannot_write(file), pytest.warns(UserWarning, match="without its log"):
        Landscape.open(file).close()


def test_an_old_file_that_cannot_be_written_is_read(tmp_path, monkeypatch):
    file = Path(shutil.copy(OLD_FILE, tmp_path / "a.db"))
    before = file.read_bytes()
    # Said, not made so: another user could not load the library of the migrations either.
    monkeypatch.setattr(sqlite_file, "_can_be_written", lambda path: False)
    with Landscape.open(file) as landscape:
        assert landscape.n_minima == 6
        with pytest.raises(LandscapeError, match="read-only"):
            landscape.annotate("grade", [0.0] * 6)
    assert file.read_bytes() == before


def test_a_reader_does_not_wait_for_a_writer(tmp_path):
    landscape, _ = filled(tmp_path / "a.db")
    # Opening used to ask for the writer's lock, and gave up after a minute.
    with landscape._database.writing(), Landscape.open(tmp_path / "a.db") as reader:
        assert reader.network().n_minima == 2


@pytest.mark.parametrize("opening", ["open", "create", "open_or_create"])
def test_a_file_of_another_program_is_refused_and_left_as_it_was(tmp_path, opening):
    file = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE t (x)")
    before = file.read_bytes()
    arguments = (file,) if opening == "open" else (double_well(), file)
    with pytest.raises(LandscapeError, match=r"not a landscape|exists already"):
        getattr(Landscape, opening)(*arguments)
    assert file.read_bytes() == before
    assert os.listdir(tmp_path) == ["other.db"]


def test_reading_leaves_no_files_behind(tmp_path):
    filled(tmp_path / "a.db")[0].close()
    before = (tmp_path / "a.db").read_bytes()
    with Landscape.open(tmp_path / "a.db") as landscape:
        assert landscape.n_minima == 2
    assert os.listdir(tmp_path) == ["a.db"] and (tmp_path / "a.db").read_bytes() == before


def test_a_change_of_directory_does_not_change_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    landscape = Landscape.create(double_well(), "a.db")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    landscape._database.close()
    fill(landscape)
    landscape.close()
    assert os.listdir(tmp_path / "elsewhere") == []
    assert Landscape.open(tmp_path / "a.db").n_minima == 2


# ---- lost under a run -------------------------------------------------------------------------------


def _deleted(file):
    file.unlink()


def _deleted_with_its_log(file):
    for path in file.parent.iterdir():
        path.unlink()


def _moved(file):
    file.rename(file.parent / "moved.db")


def _replaced(file):
    Landscape.create(double_well(), file.parent / "new.db").close()
    os.replace(file.parent / "new.db", file)


@pytest.mark.parametrize("lose", [_deleted, _deleted_with_its_log, _moved, _replaced])
def test_a_file_lost_under_a_run_is_noticed_and_nothing_is_lost(tmp_path, lose):
    landscape, run = filled(tmp_path / "a.db")
    lose(tmp_path / "a.db")
    new = Batch(law="starts", task=1, minima=(minimum(7.0, 7.0),))
    with pytest.raises(FileGone, match=r"deleted, moved or replaced.*saved in") as gone:
        landscape.record(new, run)
    # What follows says the same, and saves nothing again.
    for again in (
        lambda: landscape.record(new, run),
        lambda: landscape.finish_run(run, FINISHED),
        lambda: landscape.annotate("grade", [0.0, 0.0]),
    ):
        with pytest.raises(FileGone) as second:
            again()
        assert second.value.saved_to == gone.value.saved_to
    assert len(list(tmp_path.glob("*saved*"))) == 1
    with Landscape.open(gone.value.saved_to) as saved:
        # The batch that met the loss is there as well, once, and the run goes on from it.
        assert saved.network().losses.tolist() == [0.0, 0.0, 7.0]
        assert saved.n_transition_states == 1 and saved.next_task("starts", 0) == 2
        assert saved.record(new, run).is_repeat


def test_a_file_lost_between_the_last_batch_and_the_end_is_saved(tmp_path):
    landscape, run = filled(tmp_path / "a.db")
    (tmp_path / "a.db").unlink()
    with pytest.raises(FileGone) as gone:
        landscape.finish_run(run, FINISHED)
    assert Landscape.open(gone.value.saved_to).n_minima == 2


def test_a_file_lost_with_its_folder_is_saved_elsewhere(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "elsewhere"))
    (tmp_path / "folder").mkdir()
    landscape, run = filled(tmp_path / "folder" / "a.db")
    shutil.rmtree(tmp_path / "folder")
    with pytest.raises(FileGone) as gone:
        landscape.record(Batch(law="starts", task=1), run)
    assert Path(gone.value.saved_to).parent == tmp_path / "elsewhere"
    assert Landscape.open(gone.value.saved_to).n_minima == 2


# ---- copied -----------------------------------------------------------------------------------------


def test_a_finished_run_leaves_everything_in_the_file(tmp_path):
    landscape, run = filled(tmp_path / "a.db")
    assert not landscape.is_whole
    landscape.finish_run(run, FINISHED)
    assert landscape.is_whole
    shutil.copy(tmp_path / "a.db", tmp_path / "copy.db")
    with Landscape.open(tmp_path / "copy.db") as copy:
        assert copy.n_minima == 2 and copy.outcome() == FINISHED


def test_a_reader_that_keeps_the_log_is_no_error_and_said(tmp_path):
    landscape, run = filled(tmp_path / "a.db")
    with Landscape.open(tmp_path / "a.db") as reader, reader._database.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM minima").scalar()
        landscape.finish_run(run, FINISHED)
        assert not landscape.is_whole
    landscape.finish_run(run, FINISHED)
    assert landscape.is_whole


# ---- timed ------------------------------------------------------------------------------------------


def test_a_clock_that_is_set_back_or_forward_does_not_change_how_long_a_run_took(
    tmp_path, monkeypatch
):
    wall, ticks = iter([1e9, 1e9 - 3600, 1e9 + 7200]), iter([100.0, 101.5, 103.0])
    clocks = SimpleNamespace(time=lambda: next(wall), monotonic=lambda: next(ticks))
    monkeypatch.setattr(writing, "time", clocks)
    with Landscape.create(double_well(), tmp_path / "a.db") as landscape:
        run = landscape.start_run("x", {}, 0)
        landscape.record(Batch(law="starts"), run)
        assert landscape.wall_seconds() == 1.5
        landscape.finish_run(run, FINISHED)
        assert landscape.runs()[0].seconds == landscape.wall_seconds() == 3.0
        assert landscape.runs()[0].started == 1e9


def test_negative_times_of_earlier_versions_count_as_none(tmp_path):
    landscape, _ = filled(tmp_path / "a.db")
    with landscape._database.writing() as connection:
        connection.exec_driver_sql("UPDATE runs SET seconds = -3600, checksum = NULL")
    assert landscape.wall_seconds() == 0 and landscape.runs()[0].seconds == 0


def test_an_object_that_did_not_see_a_run_begin_leaves_its_time_alone(tmp_path):
    landscape, run = filled(tmp_path / "a.db")
    before = landscape.wall_seconds()
    with Landscape.open(tmp_path / "a.db") as other:
        other.record(Batch(law="starts", task=1), run)
        assert other.wall_seconds() == before


def test_an_old_file_becomes_one_of_today(tmp_path):
    file = shutil.copy(OLD_FILE, tmp_path / "a.db")
    with Landscape.open(file) as landscape:
        assert np.isfinite(landscape.network().losses).all()
    with pytest.raises(NotALandscape, match="should have one row"):
        with contextlib.closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("DELETE FROM alembic_version")
        Landscape.open(file)
