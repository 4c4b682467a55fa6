"""Runs, tasks and hits have checksums, as points have; `thalweg check` puts right what it can."""

import contextlib
import shutil
import sqlite3

import pytest
import sqlalchemy as sa

from thalweg import Landscape, check_landscape
from thalweg.landscape.database import schema
from thalweg.landscape.database.rows import read_rows
from thalweg.landscape.end_reason import EndReason
from thalweg.landscape.errors import DamagedRow
from thalweg.landscape.outcome import RunOutcome
from thalweg.landscape.records import Batch
from thalweg.problems import double_well
from thalweg.testing.analytic import LEFT, RIGHT, fill

TABLES = (schema.runs, schema.tasks, schema.hits)

READINGS = {
    "runs": lambda x: x.runs(),
    "tasks": lambda x: x.tasks_to_resume("check", 0),
    "hits": lambda x: x.network(),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A file whose run has not ended."""
    file = tmp_path_factory.mktemp("sound") / "a.db"
    with Landscape.create(double_well(), file) as landscape:
        fill(landscape)
    return file


@pytest.fixture
def changed(sound, tmp_path):
    """Copies the sound file and changes it by one statement."""

    def change(statement):
        file = shutil.copy(sound, tmp_path / "a.db")
        with contextlib.closing(sqlite3.connect(file)) as connection, connection:
            assert connection.execute(statement).rowcount
        return file

    return change


def all_rows(landscape):
    with landscape._database.reading() as connection:
        return {t.name: list(read_rows(connection, sa.select(t), t)) for t in TABLES}


def test_every_row_has_a_checksum_after_every_change(sound, tmp_path):
    with Landscape.open(shutil.copy(sound, tmp_path / "b.db")) as landscape:
        run = landscape.start_run("more", {"a": [1, None]}, 2**63 - 1)
        landscape.record(Batch("starts", True, task=1, minima=(LEFT, RIGHT), seconds=0.25), run)
        landscape.finish_run(run, RunOutcome(EndReason.FINISHED))
        rows = all_rows(landscape)
    assert all(row.checksum is not None for table in rows.values() for row in table)
    assert [len(rows[t.name]) for t in TABLES] == [2, 3, 4]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_changed_value_is_noticed_in_every_column(changed, table):
    n_tried = 0
    for column in table.c:
        if column.foreign_keys or column.primary_key or column.key in ("checksum", "plan"):
            continue
        n_tried += 1
        kind = column.type.python_type
        name = column.name
        value = {str: f"'x' || {name}", bool: f"1 - {name}"}.get(kind, f"{name} + 1")
        file = changed(f"UPDATE {table.name} SET {name} = {value}")
        with Landscape.open(file) as landscape, pytest.raises(DamagedRow, match="its checksum"):
            all_rows(landscape)
    assert n_tried >= 2


@pytest.mark.parametrize("table", READINGS)
def test_readings_refuse_a_changed_row(changed, table):
    column = {"runs": "seconds", "tasks": "flat", "hits": "hits"}[table]
    file = changed(f"UPDATE {table} SET {column} = {column} + 1")
    with (
        Landscape.open(file) as landscape,
        pytest.raises(DamagedRow, match=f"of table {table}.*check"),
    ):
        READINGS[table](landscape)


def test_rows_of_earlier_versions_are_read_and_sealed_when_they_change(changed):
    file = changed("UPDATE hits SET checksum = NULL")
    with Landscape.open(file) as landscape:
        landscape.record(Batch("starts", True, task=1, minima=(LEFT,)), 1)
        sums = [
            (row.law, row.minimum_id, row.checksum is None) for row in all_rows(landscape)["hits"]
        ]
    assert sorted(sums) == [
        ("searches", 1, True),
        ("searches", 2, True),
        ("starts", 1, False),
        ("starts", 2, True),
    ]


def test_a_check_counts_damaged_hits_anew_and_seals_the_rest(changed):
    file = changed("UPDATE hits SET hits = 77 WHERE law = 'starts' AND minimum_id = 1")
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE runs SET seconds = 5")
        connection.execute("UPDATE tasks SET checksum = NULL")
    with Landscape.open(file) as landscape:
        result = check_landscape(landscape)
        done = {(one.table, one.done) for one in result.faults}
        assert done == {("runs", "kept as it stands"), ("hits", "2 hits, counted by the tasks")}
        assert result.checksums_added == 2 and result.backup is not None
        assert landscape.network().hits.tolist() == [3, 2]
        assert check_landscape(landscape).is_sound
        assert all(row.checksum is not None for t in all_rows(landscape).values() for row in t)


def test_a_check_that_repairs_nothing_says_so(changed):
    file = changed("UPDATE hits SET hits = 77 WHERE law = 'starts' AND minimum_id = 1")
    with Landscape.open(file) as landscape:
        result = check_landscape(landscape, repair=False)
        assert [one.done for one in result.faults] == [None]
        assert "checksum" in result.faults[0].what
