"""Databases of pele and text files of TopSearch: read as they wrote them, and written for them.

`files/` holds the Müller-Brown surface as pele 0.1.2 and TopSearch 0.0.3 themselves have written it. Both
have read what is written here (`write_pele`, `write_topsearch`), when the files were made.
"""

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
from thalweg.landscape.exchange.pele import read_pele, write_pele
from thalweg.landscape.exchange.topsearch import read_topsearch, write_topsearch
from thalweg.problems import double_well, muller_brown, schwefel
from thalweg.search.importing import add_points

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


def test_several_transition_states_of_a_pair_leave_the_lowest(tmp_path):
    """TopSearch's graph has room for one."""
    landscape = tw.explore(schwefel(1), workers=1)
    write_topsearch(landscape, tmp_path / "out")
    network = landscape.network()
    pairs = {tuple(sorted(e)) for e in network.edges.tolist()}
    rows = np.loadtxt(tmp_path / "out" / "ts.data", ndmin=2)
    assert len(rows) == len(pairs)
    for a, b, loss in rows:
        same = (np.sort(network.edges, axis=1) == [a, b]).all(axis=1)
        assert loss == network.barrier_losses[same].min()


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
    result = run(app, ["export", str(tmp_path / "mb.db"), str(tmp_path / "o"), "--format", layout])
    assert result.exit_code == 0
    assert "3 minima, 2 transition states" in " ".join(result.output.split())
