"""Rows that do not hold what was written: refused by name, with what to do, wherever they are read."""

import contextlib
import shutil
import sqlite3

import numpy as np
import pytest

from thalweg import Landscape, LandscapeError, summarise
from thalweg.certificate import certify, pass_bounds
from thalweg.landscape.database import schema
from thalweg.landscape.end_reason import EndReason
from thalweg.landscape.errors import DamagedRow
from thalweg.landscape.outcome import RunOutcome
from thalweg.landscape.records import Batch
from thalweg.problems import double_well
from thalweg.testing.analytic import fill, minimum

READINGS = {
    "problem": lambda x: x.problem,
    "minima": lambda x: x.minima(),
    "minimum": lambda x: x.minimum(0),
    "transition states": lambda x: x.transition_states(),
    "network": lambda x: x.network(),
    "gradients": lambda x: x.worst_rms_gradient(),
    "next task": lambda x: x.next_task("starts", 0),
    "attempts": lambda x: x.attempts("band"),
    "coverage": lambda x: x.coverage(),
    "counts": lambda x: x.counts(),
    "runs": lambda x: x.runs(),
    "outcome": lambda x: str(x.outcome()),
    "seconds": lambda x: x.wall_seconds(),
    "names": lambda x: x.annotation_names(),
    "annotation": lambda x: x.annotation("grade"),
    "certificates": lambda x: x.certificates(with_basis=True),
    "passes": lambda x: x.proved_passes(),
    "summary": lambda x: summarise(x).as_dict(),
    "record": lambda x: x.record(Batch("starts", task=9, minima=(minimum(5.0, 5.0),)), 1),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A file with a row or more in every table."""
    file = tmp_path_factory.mktemp("sound") / "a.db"
    with Landscape.create(double_well(), file) as landscape:
        run = fill(landscape)
        landscape.annotate("grade", [0.5, 0.25])
        certify(landscape)
        pass_bounds(landscape)
        landscape.finish_run(run, RunOutcome(EndReason.MINIMA, minima=2))
    return file


@pytest.fixture
def damaged(sound, tmp_path):
    """Copies the sound file and changes it by one statement."""

    def change(statement, *values):
        file = shutil.copy(sound, tmp_path / "a.db")
        with contextlib.closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute(statement, values)
        return file

    return change


def _read_everything(file, problem=None):
    """The errors that readings gave; anything but a `LandscapeError` ends the test."""
    said = {}
    try:
        landscape = Landscape.open(file, problem)
    except LandscapeError as error:
        return {"open": error}
    with landscape:
        for name, reading in READINGS.items():
            try:
                reading(landscape)
            except LandscapeError as error:
                said[name] = error
    return said


def test_a_sound_file_is_read(sound, tmp_path):
    assert _read_everything(shutil.copy(sound, tmp_path / "b.db")) == {}


BAD_VALUES = ["text", b"\xff\xfe\x00"]
MORE_BAD_VALUES = ["{", "-1", 2**62, -3, 0.5, ""]


@pytest.mark.parametrize(
    "values", [BAD_VALUES, pytest.param(MORE_BAD_VALUES, marks=pytest.mark.slow)], ids=["", "more"]
)
@pytest.mark.parametrize("table", schema.metadata.tables)
def test_no_value_in_any_column_ends_in_a_traceback(damaged, table, values):
    columns = [column.name for column in schema.metadata.tables[table].columns]
    for column in columns:
        for value in values:
            with contextlib.suppress(sqlite3.IntegrityError):
                file = damaged(f'UPDATE {table} SET "{column}" = ?', value)
                for error in _read_everything(file).values():
                    message = str(error)
                    assert str(file) in message and "\n" not in message, (column, value, message)


@pytest.mark.parametrize("table", ["problem", "minima", "transition_states"])
def test_a_changed_value_that_looks_right_is_noticed_by_its_checksum(damaged, table):
    """Other numbers, texts and blobs of the same type and length."""
    changes = {
        "FLOAT": "{c} + 1e-9",
        "BLOB": "CAST(x'01' || substr({c}, 2) AS BLOB)",
        "BOOLEAN": "1 - {c}",
    }
    reading = {"problem": "open", "minima": "minima", "transition_states": "transition states"}[
        table
    ]
    n_tried = 0
    for column in schema.metadata.tables[table].columns:
        change = changes.get(str(column.type), "'2' || substr({c}, 2)")
        # Keys, which refer to each other, and numbers that other columns contradict.
        if column.foreign_keys or str(column.type) in ("INTEGER", "BIGINT"):
            continue
        n_tried += 1
        said = _read_everything(
            damaged(f"UPDATE {table} SET {column.name} = {change.format(c=column.name)}")
        )
        assert isinstance(said.get(reading), DamagedRow), (column.name, said)
        assert "thalweg check" in str(said[reading]) and table in str(said[reading])
    assert n_tried >= 8


def test_every_byte_of_every_blob_counts(damaged):
    for column, length in (("coordinates", 16), ("spectrum", 16)):
        for position in range(length):
            file = damaged(
                f"UPDATE minima SET {column} = CAST(substr({column}, 1, ?) || "
                f"CASE substr({column}, ?, 1) WHEN x'01' THEN x'02' ELSE x'01' END || "
                f"substr({column}, ?) AS BLOB) WHERE id = 2",
                position, position + 1, position + 2,
            )  # fmt: skip
            with (
                Landscape.open(file) as landscape,
                pytest.raises(DamagedRow, match="row 2 of table minima"),
            ):
                landscape.minima()


def test_points_without_checksums_are_read_as_before(damaged):
    file = damaged("UPDATE minima SET checksum = NULL, spectrum_checksum = NULL")
    with Landscape.open(file) as landscape:
        assert landscape.network().n_minima == len(landscape.minima()) == 2


def test_a_damaged_problem_is_replaced_by_the_one_that_is_passed(damaged):
    file = damaged("UPDATE problem SET arrays = zeroblob(length(arrays))")
    with pytest.raises(DamagedRow, match=r"row 1 of table problem.*--config"):
        Landscape.open(file)
    assert _read_everything(file, double_well()) == {}
    file = damaged("UPDATE problem SET fingerprint = 'another'")
    with pytest.raises(DamagedRow):
        Landscape.open(file, double_well())


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM problem", "0 rows"),
        ("INSERT INTO problem SELECT 2, kind, name, fingerprint, choices, arrays, is_portable, dimension, "
         "symmetry_order, log_symmetry_order, NULL FROM problem", "2 rows"),
        ("DROP TABLE hits", "no such table: hits"),
        ("UPDATE transition_states SET minimum_a = 77, checksum = NULL", "joins 77 and 2"),
        ("UPDATE minima SET coordinates = x'00', checksum = NULL", "1 bytes of coordinates"),
        ("UPDATE minima SET coordinates = zeroblob(24), checksum = NULL", "24 bytes of coordinates"),
        ("UPDATE minima SET stabiliser_order = '0', checksum = NULL", "order 0"),
        ("UPDATE hits SET hits = 'many'", "hits holds 'many'"),
        ("UPDATE runs SET settings = '{'", "row 1 of table runs"),
        ("UPDATE runs SET outcome = '{\"reason\": \"coverage\", \"coverage\": \"x\"}'",
         "row 1 of table runs"),
        ("UPDATE annotations SET value = 'good'", "table annotations"),
    ],
)  # fmt: skip
def test_the_message_says_which_row(damaged, statement, said):
    errors = _read_everything(damaged(statement))
    assert errors and all(said in str(error) for error in errors.values()), errors


def test_a_landscape_goes_on_after_what_was_damaged_has_been_put_back(damaged, sound):
    file = damaged("UPDATE minima SET loss = 3 WHERE id = 1")
    with Landscape.open(file) as landscape:
        with pytest.raises(DamagedRow):
            landscape.record(Batch("starts", task=9, minima=(minimum(5.0, 5.0),)), 1)
        with landscape._database.writing() as connection:
            connection.exec_driver_sql("UPDATE minima SET loss = 0.0 WHERE id = 1")
        assert landscape.record(Batch("starts", task=9, minima=(minimum(5.0, 5.0),)), 1).is_new == (
            True,
        )
        np.testing.assert_array_equal(landscape.network().losses, [0.0, 0.0, 5.0])


def test_a_changed_bit_anywhere_is_noticed_or_changes_nothing(sound, tmp_path):
    def points(file):
        with Landscape.open(file) as landscape:
            network, rows = landscape.network(), landscape.minima() + landscape.transition_states()
            arrays = (network.losses, network.lpphe, network.edges, network.log_degeneracy)
            return [a.tobytes() for a in arrays], [
                (p.loss, p.coordinates.tobytes(), p.spectrum.tobytes(), p.tolerance) for p in rows
            ]

    expected, data = points(shutil.copy(sound, tmp_path / "a.db")), sound.read_bytes()
    random = np.random.default_rng(0)
    rows = [k for k in range(len(data)) if data[k]]
    n_noticed = 0
    for k in random.choice(rows, 150, replace=False):
        file = tmp_path / f"{k}.db"
        changed = bytearray(data)
        changed[k] ^= 1 << int(random.integers(8))
        file.write_bytes(changed)
        try:
            assert points(file) == expected
        except LandscapeError:
            n_noticed += 1
    assert n_noticed > 20


def test_a_table_whose_definition_is_no_text_is_refused(sound, tmp_path):
    data = sound.read_bytes()
    assert data.count(b"CREATE TABLE tasks") == 1
    (tmp_path / "a.db").write_bytes(data.replace(b"CREATE TABLE tasks", b"CREATE TABLE t\xedsks"))
    with pytest.raises(LandscapeError, match="damaged"):
        Landscape.open(tmp_path / "a.db")
