"""Databases of pele and text files of TopSearch: read as they wrote them, and written for them.

`files/` holds the Müller-Brown surface as pele 0.1.2 and TopSearch 0.0.3 themselves have written it. Both
have read what is written here (`write_pele`, `write_topsearch`), when the files were made.
"""

import dataclasses
import pickle
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import thalweg as tw
from thalweg import Landscape, LandscapeError
from thalweg.cli.app import app
from thalweg.landscape.end_reason import EndReason
from thalweg.landscape.exchange.pele import read_pele, write_pele
from thalweg.landscape.exchange.topsearch import read_topsearch, write_topsearch
from thalweg.landscape.records import Batch, Pathway, TransitionState
from thalweg.problems import double_well, muller_brown
from thalweg.search.importing import add_points
from thalweg.testing import analytic

FILES = Path(__file__).parent / "files"
WRITTEN = {"pele": FILES / "muller_brown.sqlite", "topsearch": FILES / "topsearch"}


@pytest.fixture(scope="module")
def explored():
    return tw.explore(muller_brown(), workers=1)


@pytest.mark.parametrize("program", WRITTEN)
def test_what_the_program_itself_wrote_is_read(explored, program):
    landscape = Landscape.create(muller_brown())
    imported = add_points(landscape, WRITTEN[program], program)
    # pele's file has a minimum beside that is marked invalid: it is left out, not refused.
    assert (imported.minima_added, imported.transition_states_added) == (3, 2)
    assert imported.refused == 0
    one, two = explored.network(), landscape.network()
    np.testing.assert_allclose(np.sort(one.losses), np.sort(two.losses), atol=1e-9)
    ends = [{tuple(sorted(n.losses[list(e)].round(6))) for e in n.edges} for n in (one, two)]
    assert ends[0] == ends[1]


def test_a_pele_database_has_peles_tables(explored, tmp_path):
    """Names and types as pele 0.1.2 makes them; arrays are pickled as NumPy 1 can read them."""
    write_pele(explored, tmp_path / "ours.sqlite")
    tables = []
    for file in (tmp_path / "ours.sqlite", FILES / "muller_brown.sqlite"):
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (2,)
            tables.append(
                {
                    name: [
                        row[1:3]
                        for row in connection.execute(f"PRAGMA table_info({name})").fetchall()
                    ]
                    for name in ("tbl_minima", "tbl_transition_states")
                }
            )
    assert tables[0] == tables[1]
    with closing(sqlite3.connect(tmp_path / "ours.sqlite")) as connection:
        blob, fvib, order = connection.execute(
            "SELECT coords, fvib, pgorder FROM tbl_minima WHERE _id = 1"
        ).fetchone()
        eigenval = connection.execute("SELECT eigenval FROM tbl_transition_states").fetchone()[0]
    assert b"numpy._core" not in blob
    np.testing.assert_array_equal(pickle.loads(blob), explored.network().coordinates[0])
    assert (fvib, order) == (explored.network().lpphe[0], 1)
    assert eigenval == explored.transition_states()[0].spectrum[0]


def test_a_pickle_that_is_no_array_is_not_run(tmp_path):
    class Harm:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "harm",))

    file = tmp_path / "bad.sqlite"
    shutil.copy(FILES / "muller_brown.sqlite", file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE tbl_minima SET coords = ?", (pickle.dumps(Harm()),))
    with pytest.raises(LandscapeError, match="cannot be read"):
        read_pele(file, 2)
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        # Rows and numbers that a file computes may be without end.
        (
            "ALTER TABLE tbl_minima RENAME TO other; CREATE VIEW tbl_minima AS SELECT * FROM other;",
            "no table tbl_minima",
        ),
        (
            "ALTER TABLE tbl_minima RENAME COLUMN coords TO other;"
            "ALTER TABLE tbl_minima ADD coords AS (zeroblob(900000000));",
            "no column coords in tbl_minima",
        ),
        ("UPDATE tbl_minima SET energy = 'low'", "'low' for a number in energy"),
        ("UPDATE tbl_minima SET energy = NULL", "None for a number in energy"),
        ("UPDATE tbl_minima SET coords = NULL", "has no coordinates"),
        ("UPDATE tbl_transition_states SET _minimum1_id = 'a'", "number in _minimum1_id"),
    ],
)
def test_databases_of_pele_that_hold_something_else_are_refused(tmp_path, change, says):
    file = tmp_path / "bad.sqlite"
    shutil.copy(FILES / "muller_brown.sqlite", file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(change)
    with pytest.raises(LandscapeError, match=says):
        read_pele(file, 2)


def test_the_lowest_of_parallel_transition_states_comes_last(tmp_path):
    """A TopSearch whose graph has room for one of each pair keeps the last that it reads."""
    landscape, right = Landscape.create(double_well()), []
    for k, loss in enumerate((1.0, 3.0, 2.0)):
        state = TransitionState(loss, np.array([0.0, k]), np.array([-4.0, 2.0]), 0.0)
        right.append(Pathway(state, (analytic.LEFT, analytic.RIGHT)))
    landscape.record(
        Batch(law="searches", pathways=tuple(right)), landscape.start_run("test", {}, 0)
    )
    assert write_topsearch(landscape, tmp_path / "out").transition_states == 3
    assert np.loadtxt(tmp_path / "out" / "ts.data")[:, 2].tolist() == [3.0, 2.0, 1.0]
    points = read_topsearch(tmp_path / "out", 2)
    assert points.transition_states.tolist() == [[0.0, 1.0], [0.0, 2.0], [0.0, 0.0]]


WELLS = {
    "min.data": "0 0.00000\n1 0.00000\n",
    "min.coords": "-1.0 0.0\n1.0 0.0\n",
    "ts.data": "0 1 1.00000\n",
    "ts.coords": "0.0 0.0\n",
}
OLDER = {"min.data": "0 0.00000  0.06543\n1 0.0  0.05493\n", "ts.data": "0 1 1.0  0.25737\n"}


def double_well_files(folder, suffix="", **changes):
    folder.mkdir(exist_ok=True)
    for name, text in (WELLS | changes).items():
        (folder / f"{name}{suffix}").write_text(text)
    return folder


@pytest.mark.parametrize("suffix", ["", ".original"])
@pytest.mark.parametrize("changes", [{}, OLDER])
def test_older_files_of_topsearch_are_read(tmp_path, suffix, changes):
    folder = double_well_files(tmp_path / "out", suffix, **changes)
    for path in (folder, folder / f"min.data{suffix}"):
        points = read_topsearch(path, 2)
        assert points.losses.tolist() == [0.0, 0.0] and points.barrier_losses.tolist() == [1.0]


def test_of_several_landscapes_in_a_folder_one_must_be_named(tmp_path):
    for suffix in (".a", ".b"):
        double_well_files(tmp_path, suffix)
    with pytest.raises(LandscapeError, match=r"suffixes \.a, \.b"):
        read_topsearch(tmp_path, 2)
    assert len(read_topsearch(tmp_path / "min.data.b", 2).minima) == 2


def test_an_import_says_what_is_known_refused_and_changed(tmp_path):
    files = {
        # A minimum twice, a point that is none, one with another loss, and one that is no number.
        "min.data": "0 0.0\n1 0.0\n2 0.0\n3 1.0\n4 0.5\n5 nan\n",
        "min.coords": "-1 0\n1 0\n1 1e-9\n0 0\n1 0\n1 0\n",
        # Twice the same, in either direction; one that states other minima; a minimum; another loss.
        "ts.data": "0 1 1.0\n1 0 1.0\n1 2 1.0\n0 1 0.0\n0 1 0.5\n",
        "ts.coords": "0 0\n0 1e-9\n0 0\n1 0\n0 0\n",
    }
    landscape = Landscape.create(double_well())
    imported = add_points(landscape, double_well_files(tmp_path / "out", **files), "topsearch")
    assert (imported.minima_added, imported.transition_states_added) == (2, 1)
    assert (imported.known, imported.refused, imported.changed_edges) == (3, 5, 1)
    assert dict(imported.reasons) == {
        "coordinates or loss not finite": 1,
        "no minimum nearby": 1,
        "another loss there than stated": 2,
        "no transition state nearby": 1,
    }
    again = add_points(landscape, tmp_path / "out", "topsearch")
    assert (again.minima_added, again.transition_states_added, again.known) == (0, 0, 6)


def test_schema_1_of_pele_is_read(tmp_path):
    """It has neither `invalid` nor `user_data`."""
    file = tmp_path / "old.sqlite"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(
            "CREATE TABLE tbl_minima (_id INTEGER PRIMARY KEY, energy FLOAT, coords BLOB, fvib FLOAT, "
            "pgorder INTEGER);"
            "CREATE TABLE tbl_transition_states (_id INTEGER PRIMARY KEY, energy FLOAT, coords BLOB, "
            "_minimum1_id INTEGER, _minimum2_id INTEGER, eigenval FLOAT, eigenvec BLOB, fvib FLOAT, "
            "pgorder INTEGER);"
            "PRAGMA user_version = 1;"
        )
        rows = [(i, pickle.dumps(np.array([x, 0.0]), 2)) for i, x in ((7, -1.0), (9, 1.0))]
        connection.executemany(
            "INSERT INTO tbl_minima (_id, energy, coords) VALUES (?, 0, ?)", rows
        )
        connection.execute(
            "INSERT INTO tbl_transition_states (_id, energy, coords, _minimum1_id, _minimum2_id) "
            "VALUES (1, 1, ?, 9, 7)",
            (pickle.dumps(np.zeros(2), 2),),
        )
    points = read_pele(file, 2)
    assert points.minima.tolist() == [[-1.0, 0.0], [1.0, 0.0]]
    assert (points.edges.tolist(), points.barrier_losses.tolist()) == ([[1, 0]], [1.0])


def test_what_a_database_of_pele_marks_invalid_is_left_out_and_told():
    (note,) = read_pele(FILES / "muller_brown.sqlite", 2).notes
    assert note.startswith("1 points are marked invalid")


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (lambda f: (f / "min.data").unlink(), "No such file"),
        (lambda f: (f / "min.data").write_text("0 one\n"), "table of numbers"),
        (lambda f: (f / "min.data").write_text("0 -1.0\n"), "does not have"),
        (lambda f: (f / "min.coords").write_text("0.0 1.0\n"), "do not belong"),
        (lambda f: (f / "min.coords").write_text("1 2 3\n" * 3), "3 columns"),
    ],
)
def test_damaged_files_of_topsearch_are_refused(tmp_path, broken, says):
    shutil.copytree(FILES / "topsearch", tmp_path / "out")
    broken(tmp_path / "out")
    with pytest.raises(LandscapeError, match=says):
        read_topsearch(tmp_path / "out", 2)


def test_damaged_databases_of_pele_are_refused(tmp_path):
    with pytest.raises(LandscapeError, match="no such file"):
        read_pele(tmp_path / "none", 2)
    (tmp_path / "text").write_text("no database, but long enough to be taken for one by its length")
    with pytest.raises(LandscapeError, match="not a pele database"):
        read_pele(tmp_path / "text", 2)
    with pytest.raises(LandscapeError, match="dimension 5"):
        read_pele(FILES / "muller_brown.sqlite", 5)


def test_points_of_another_problem_are_refused_one_by_one():
    landscape = Landscape.create(double_well())
    imported = add_points(landscape, FILES / "muller_brown.sqlite", "pele")
    assert imported.refused == 5 and landscape.n_minima == 0


@pytest.mark.parametrize("layout", WRITTEN)
def test_the_command_line_converts(tmp_path, layout):
    (tmp_path / "mb.toml").write_text('[problem]\nkind = "function"\nname = "muller_brown"\n')
    run = CliRunner().invoke
    arguments = ["--to", str(tmp_path / "mb.db"), "--config", str(tmp_path / "mb.toml")]
    result = run(app, ["import", str(WRITTEN[layout]), *arguments, "--format", layout])
    assert result.exit_code == 0
    assert "3 minima and 2 transition states added" in " ".join(result.output.split())
    assert "refused:" not in result.output
    result = run(app, ["export", str(tmp_path / "mb.db"), str(tmp_path / "o"), "--format", layout])
    assert result.exit_code == 0
    assert "3 minima, 2 transition states" in " ".join(result.output.split())


def test_an_import_that_fails_leaves_no_file(tmp_path):
    (tmp_path / "w.toml").write_text('[problem]\nkind = "function"\nname = "double_well"\n')
    (tmp_path / "empty").mkdir()
    refused = double_well_files(
        tmp_path / "refused", **{"min.data": "0 3.0\n1 3.0\n", "ts.data": "0 1 9.0\n"}
    )
    options = ["--to", str(tmp_path / "w.db"), "--config", str(tmp_path / "w.toml")]
    for path, says in ((tmp_path / "empty", "cannot be read"), (refused, "none of the 3 points")):
        arguments = ["import", str(path), *options, "--format", "topsearch"]
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 1 and says in str(result.exception)
        assert not list(tmp_path.glob("w.db*"))


def test_an_export_that_fails_leaves_no_file(tmp_path):
    """SQLite has no room for the order of this stabiliser."""
    landscape = Landscape.create(double_well())
    point = dataclasses.replace(analytic.LEFT, stabiliser_order=2**70)
    landscape.record(Batch(law="draws", minima=(point,)), landscape.start_run("test", {}, 0))
    with pytest.raises(LandscapeError, match="cannot be written"):
        write_pele(landscape, tmp_path / "out.sqlite")
    assert not list(tmp_path.iterdir())


def test_an_import_that_is_interrupted_keeps_what_it_has_and_says_so(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("thalweg.search.importing.find_pathways", interrupted)
    landscape = Landscape.create(double_well())
    with pytest.raises(KeyboardInterrupt):
        add_points(landscape, double_well_files(tmp_path / "out"), "topsearch")
    assert landscape.n_minima == 2
    assert landscape.outcome().reason is EndReason.INTERRUPTED
