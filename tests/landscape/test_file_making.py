"""A landscape file that is being made: killed at any statement, looked at from outside, made twice."""

import os
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from thalweg import Landscape, LandscapeError, NotALandscape
from thalweg.landscape.database import schema
from thalweg.problems import double_well

# One process forks itself before each statement of the making: interpreters and imports are slow to start.
_KILLED_AT_EVERY_STATEMENT = """
import os, signal, sys
import alembic.command
import sqlalchemy as sa
from thalweg import Landscape
from thalweg.landscape.database import schema
from thalweg.problems import double_well

problem, folder = double_well(), sys.argv[1]
for stage in range(1000):
    child = os.fork()
    if child == 0:
        statements = iter(range(1000))

        @sa.event.listens_for(sa.Engine, "after_cursor_execute")
        def kill(*_):
            if next(statements) == stage:
                os.kill(os.getpid(), signal.SIGKILL)

        Landscape.create(problem, f"{folder}/{stage}.db")
        os._exit(0)
    if os.WIFEXITED(os.waitpid(child, 0)[1]):
        break
print(stage)
"""


def test_a_file_whose_making_was_killed_at_any_statement_is_made_by_the_next(tmp_path):
    made = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _KILLED_AT_EVERY_STATEMENT, tmp_path],
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    n_stages = int(made.stdout)
    # At least a statement a table.
    assert n_stages > len(schema.metadata.tables)
    for stage in range(n_stages):
        file = tmp_path / f"{stage}.db"
        try:
            Landscape.open(file).close()
        except NotALandscape as error:
            assert "explore" in str(error)
        with Landscape.open_or_create(double_well(), file) as landscape:
            assert landscape.n_minima == 0
    # The last one was killed when all was written but the end of the transaction.
    assert (tmp_path / f"{n_stages}.db").exists()


@contextmanager
def _paused_after(statement):
    """The first thread that executes `statement` waits there; gives the events of arrival and of going on."""
    arrived, goes_on = threading.Event(), threading.Event()

    def pause(connection, cursor, text, *_):
        if statement in text and not arrived.is_set():
            arrived.set()
            goes_on.wait(30)

    sa.event.listen(sa.Engine, "after_cursor_execute", pause)
    try:
        yield arrived, goes_on
    finally:
        goes_on.set()
        sa.event.remove(sa.Engine, "after_cursor_execute", pause)


@pytest.mark.parametrize(
    "statement", ["BEGIN IMMEDIATE", "CREATE TABLE minima", "INSERT INTO problem"]
)
@pytest.mark.parametrize("opening", ["open_or_create", "open", "create"])
def test_who_comes_while_a_file_is_being_made_waits_for_it(tmp_path, statement, opening):
    file, results = tmp_path / "a.db", {}

    def run(name, function):
        try:
            function().close()
            results[name] = "opened"
        except LandscapeError as error:
            results[name] = str(error)

    doors = {
        "open_or_create": lambda: Landscape.open_or_create(double_well(), file),
        "open": lambda: Landscape.open(file),
        "create": lambda: Landscape.create(double_well(), file),
    }
    with _paused_after(statement) as (arrived, goes_on):
        maker = threading.Thread(target=run, args=("maker", doors["open_or_create"]))
        maker.start()
        assert arrived.wait(30)
        second = threading.Thread(target=run, args=("second", doors[opening]))
        second.start()
        # The second has to meet the lock: it must not be through before the maker goes on.
        second.join(0.05)
        assert second.is_alive()
        goes_on.set()
        for thread in (maker, second):
            thread.join(30)
    assert results["maker"] == "opened"
    expected = "exists already" if opening == "create" else "opened"
    assert expected in results["second"]


def test_what_holds_no_table_is_blank_whatever_its_size(tmp_path):
    (tmp_path / "empty.db").touch()
    Landscape.create(double_well(), tmp_path / "empty.db").close()
    (tmp_path / "empty2.db").touch()
    with pytest.raises(NotALandscape, match=r"holds no landscape.*thalweg explore"):
        Landscape.open(tmp_path / "empty2.db")
    assert os.path.getsize(tmp_path / "empty2.db") == 0
