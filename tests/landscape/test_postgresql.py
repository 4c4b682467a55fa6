"""A landscape in a real PostgreSQL server: what it promises, and what a network between may do to it."""

import contextlib
import json
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from postgresql_server import DATABASE, kill

from thalweg import Landscape, LandscapeError, merge, summarise
from thalweg.landscape.database import (
    connection,
    known_network,
    known_points,
    rows,
    schema,
    server,
)
from thalweg.landscape.database.writer import Writer
from thalweg.landscape.end_reason import EndReason
from thalweg.landscape.errors import ConnectionLost, FingerprintMismatch, NewerSchema
from thalweg.landscape.outcome import RunOutcome
from thalweg.landscape.records import Batch, Minimum
from thalweg.problems import double_well, schwefel
from thalweg.testing import check_storage
from thalweg.testing.analytic import LEFT, RIGHT, fill, minimum

OLD_FILE = Path(__file__).parent / "files" / "xor_0_1.sqlite"


@pytest.fixture
def place(postgresql):
    """The URL of a place that nothing stands in."""
    return postgresql.new_place()


@pytest.fixture
def landscape(place):
    """One with two minima, open."""
    with Landscape.create(double_well(), place) as landscape:
        fill(landscape)
        yield landscape


def test_a_database_in_a_server_keeps_the_contract(postgresql):
    check_storage(postgresql.new_place)


def test_a_whole_database_may_be_the_place_and_its_url_may_name_the_driver(postgresql):
    place = f"postgresql://thalweg@127.0.0.1:{postgresql.port}/{DATABASE}"
    Landscape.create(double_well(), place.replace("postgresql", "postgresql+psycopg")).close()
    Landscape.open(place.replace("postgresql", "postgres")).close()
    with pytest.raises(LandscapeError, match="exists already"):
        Landscape.create(double_well(), place)
    with pytest.raises(FingerprintMismatch, match="holds minima of"):
        Landscape.open(place, schwefel())


def test_a_newer_version_is_refused(postgresql, place):
    Landscape.create(double_well(), place).close()
    postgresql.execute(f"UPDATE {_schema(place)}.alembic_version SET version_num = '9999'")
    with pytest.raises(NewerSchema, match="Upgrade thalweg"):
        Landscape.open(place)


def _schema(place):
    return place.rpartition("%3D")[2]


def test_a_landscape_of_0_1_is_brought_up_to_date(place):
    """Its rows stand in tables as the first version made them; then they are those of a new landscape."""
    _put_rows_of_old_file(place)
    with Landscape.open(place) as landscape, Landscape.open(_copy_of_old_file()) as expected:
        ours, theirs = landscape.network(), expected.network()
        for name in ("losses", "coordinates", "hits", "edges", "barrier_losses"):
            np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
        assert summarise(landscape) == summarise(expected)
        run = landscape.start_run("check", {}, 2**62)
        landscape.record(Batch("starts", seed=2**62, minima=(landscape.minima()[0],)), run)
    _require_same_columns(place)


def _put_rows_of_old_file(place):
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = Path(schema.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    engine = sa.create_engine(server.server_url(place), poolclass=sa.NullPool)
    with engine.begin() as target:
        config.attributes["connection"] = target
        command.upgrade(config, "0001")
        tables = sa.MetaData()
        tables.reflect(target)
        with contextlib.closing(sqlite3.connect(OLD_FILE)) as source:
            source.row_factory = sqlite3.Row
            for table in tables.sorted_tables:
                rows = [dict(row) for row in source.execute(f"SELECT * FROM {table.name}")]
                for row in rows:
                    for column in table.c:
                        if isinstance(column.type, sa.Boolean):
                            row[column.name] = bool(row[column.name])
                if rows and table.name != "alembic_version":
                    target.execute(table.insert(), rows)
        for name in ("runs", "tasks", "attempts"):
            target.exec_driver_sql(f"SELECT setval('{name}_id_seq', max(id)) FROM {name}")


def _copy_of_old_file():
    # In memory: the file stays as it is.
    with contextlib.closing(sqlite3.connect(OLD_FILE)) as source:
        target = sqlite3.connect("file:old?mode=memory&cache=shared", uri=True)
        source.backup(target)
    _copy_of_old_file.kept = target
    return "sqlite:///file:old?mode=memory&cache=shared&uri=true"


def _require_same_columns(place):
    """The types that the migrations lead to are those of new tables."""
    engine = sa.create_engine(server.server_url(place), poolclass=sa.NullPool)
    with engine.connect() as upgraded:
        present = sa.inspect(upgraded)
        for table in schema.metadata.sorted_tables:
            types = {c["name"]: c["type"] for c in present.get_columns(table.name)}
            for column in table.c:
                expected = column.type.compile(engine.dialect)
                assert types.pop(column.name).compile(engine.dialect) in (
                    expected,
                    {"FLOAT": "DOUBLE PRECISION", "FLOAT(53)": "DOUBLE PRECISION"}.get(expected),
                )
            assert not types


def test_numbers_and_text_of_every_kind_are_kept(place):
    numbers = [5e-324, -0.0, 1e308, np.pi, -1e-300]
    with Landscape.create(double_well(), place) as landscape:
        run = landscape.start_run("θ “quotes” \\ %s :x", {"text": "\0 ü"}, 0)
        points = tuple(minimum(float(i), x) for i, x in enumerate(numbers))
        landscape.record(Batch("law; '--", minima=points), run)
        landscape.annotate("ä", [np.inf, np.nan, 5e-324, -np.inf, 0.1])
        landscape.annotate("Z", [1.0] * 5)
        landscape.annotate("a", [1.0] * 5)
        assert landscape.network().losses.tolist() == numbers
        assert landscape.annotation("ä").tolist()[2:] == [5e-324, -np.inf, 0.1]
        assert landscape.annotation_names() == ["Z", "a", "ä"]
        assert landscape.runs()[0].settings == {"text": "\0 ü"}
        with pytest.raises(LandscapeError, match="NUL"):
            landscape.record(Batch("a\0b", minima=(LEFT,)), run)


# ---- several at once -------------------------------------------------------------------------------


def test_writers_of_near_copies_and_images_store_nothing_twice(place, xor):
    """Four at once, each in another order, with images and errors of its own."""
    random = np.random.default_rng(0)
    points = 2 * random.standard_normal((12, xor.dimension))
    Landscape.create(xor, place).close()
    ready, errors = threading.Barrier(4), []

    def write(number):
        try:
            own = np.random.default_rng(number)
            with Landscape.open(place, xor) as landscape:
                run = landscape.start_run("writer", {}, number)
                ready.wait()
                for task, some in enumerate(np.split(own.permutation(len(points)), 4)):
                    landscape.record(
                        Batch("starts", seed=number, task=task,
                              minima=tuple(_image(xor, points[k], k, own) for k in some)),
                        run,
                    )  # fmt: skip
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Landscape.open(place) as landscape:
        network = landscape.network()
    assert not errors
    assert sorted(network.losses.round().tolist()) == list(range(12))
    assert network.hits.tolist() == [4] * 12


def _image(problem, x, loss, random):
    """A symmetry image of a point, to within what a quench leaves."""
    image = problem.symmetry.random_image(x, random)
    spectrum = np.linspace(1.0, 2.0, problem.dimension)
    off = 1e-9 * random.standard_normal((problem.dimension,))
    return Minimum(float(loss) + 1e-12 * random.random(), image + off, spectrum, 1e-11)


def test_landscapes_in_two_schemas_of_one_database_are_apart(postgresql, place):
    other = postgresql.new_place()
    with Landscape.create(double_well(), place) as a, Landscape.create(schwefel(), other) as b:
        with a._database.writing():
            # Would wait for its lock.
            b.start_run("check", {}, 0)
        assert (len(a.runs()), len(b.runs())) == (0, 1)
    with pytest.raises(LandscapeError, match="search_path"):
        Landscape.create(double_well(), f"{place}there_is_none")


def test_a_writer_that_is_killed_lets_others_write(landscape, place):
    # The statements of a writer, in a process that starts quickly.
    holding = (
        "import sys, time, psycopg\n"
        "connection = psycopg.connect(sys.argv[1])\n"
        "for statement in sys.argv[2:]: connection.execute(statement)\n"
        "print('holds', flush=True)\n"
        "time.sleep(600)\n"
    )
    statements = (server._SET_LIMITS, server._LOCK, "DELETE FROM hits")
    command = [sys.executable, "-c", holding, place, *statements]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "holds\n"
        assert landscape.network().hits.tolist() == [3, 2]
        threading.Timer(0.1, kill, [process]).start()
        landscape.record(Batch("starts", task=1, minima=(LEFT,)), 1)
    assert landscape.network().hits.tolist() == [4, 2]


def test_a_writer_that_does_not_end_is_named(landscape, place, monkeypatch):
    monkeypatch.setattr(server, "_SET_LIMITS", "SELECT set_config('lock_timeout', '50ms', true)")
    with (
        Landscape.open(place) as other,
        other._database.writing(),
        pytest.raises(LandscapeError, match=r"was locked for 60 s by another process.*End it"),
    ):
        landscape.start_run("check", {}, 0)
    assert landscape.start_run("check", {}, 0) == 2


# ---- connections that break ------------------------------------------------------------------------


def test_a_connection_that_broke_between_two_transactions_is_replaced(postgresql, landscape):
    assert postgresql.break_connections() >= 1
    assert landscape.network().n_minima == 2
    postgresql.break_connections()
    assert landscape.record(Batch("starts", task=1, minima=(LEFT,)), 1).is_new == (False,)
    assert landscape.network().hits.tolist() == [4, 2]


def test_a_batch_whose_connection_breaks_is_written_again(postgresql, landscape, monkeypatch):
    write, n_written = Writer.write, []

    def breaking(self):
        result = write(self)
        n_written.append(1)
        if len(n_written) == 1:
            postgresql.break_connections()
        return result

    monkeypatch.setattr(Writer, "write", breaking)
    result = landscape.record(Batch("starts", task=1, minima=(LEFT, minimum(5.0, 5.0))), 1)
    assert (result.is_new, result.n_new_minima, len(n_written)) == ((False, True), 1, 2)
    assert landscape.network().hits.tolist() == [4, 2, 1]


def test_a_batch_that_was_written_though_the_answer_was_lost_counts_once(landscape, monkeypatch):
    writing = landscape._database.writing
    answers = iter([False, True])

    @contextlib.contextmanager
    def deaf(**options):
        with writing(**options) as connection:
            yield connection
        if not next(answers):
            raise ConnectionLost("no answer")

    batch = Batch("starts", task=1, minima=(LEFT, minimum(5.0, 5.0), minimum(5.0, 5.0), RIGHT))
    monkeypatch.setattr(landscape._database, "writing", deaf)
    result = landscape.record(batch, 1)
    assert (result.minimum_ids, result.is_new) == ((1, 3, 3, 2), (False, True, False, False))
    assert (result.n_new_minima, result.is_repeat) == (1, False)
    assert landscape.network().hits.tolist() == [4, 3, 2]


def test_a_connection_that_breaks_for_good_is_an_error_and_loses_nothing(
    postgresql, landscape, monkeypatch
):
    write = Writer.write

    def breaking(self):
        postgresql.break_connections()
        return write(self)

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "write", breaking)
        with pytest.raises(ConnectionLost, match=r"the connection broke.*Go on with the same"):
            landscape.record(Batch("starts", task=1, minima=(minimum(5.0, 5.0),)), 1)
    assert landscape.n_minima == 2
    assert landscape.record(Batch("starts", task=1, minima=(minimum(5.0, 5.0),)), 1).n_new_minima


def test_a_server_that_restarts_is_waited_for(postgresql, landscape, place, monkeypatch):
    postgresql.stop()
    try:
        with pytest.raises(ConnectionLost, match=r"cannot be reached.*Check that the server runs"):
            Landscape.open(place)
        with monkeypatch.context() as patch:
            patch.setattr(connection, "_PATIENCE_WITH_SERVER", 0.0)
            with pytest.raises(ConnectionLost, match="cannot be reached"):
                landscape.network()
            # One that was waited for in vain is not waited for again and again.
            waits, connected = [], landscape._database._connected
            patch.setattr(
                landscape._database, "_connected", lambda: waits.append(None) or connected()
            )
            with pytest.raises(ConnectionLost, match="cannot be reached"):
                landscape.record(Batch("starts", task=1, minima=(LEFT,)), 1)
            assert len(waits) == 1
    finally:
        starting = threading.Thread(target=postgresql.start)
        starting.start()
    try:
        landscape.record(Batch("starts", task=1, minima=(LEFT,)), 1)
        landscape.finish_run(1, RunOutcome(EndReason.FINISHED))
    finally:
        starting.join()
    assert landscape.network().hits.tolist() == [4, 2]


# ---- passwords -------------------------------------------------------------------------------------


def test_no_reading_shows_the_password(postgresql, tmp_path):
    place = postgresql.new_place(password="s3cret%40x")
    with Landscape.create(double_well(), place) as landscape:
        fill(landscape)
        shown = [landscape.location, repr(landscape), json.dumps(summarise(landscape).as_dict())]
        landscape.copy_to(tmp_path / "copy.db")
        with pytest.raises(IndexError) as missing:
            landscape.minimum(7)
        (opening, arguments) = landscape.__reduce__()
        with opening(*arguments) as again:
            assert again.n_minima == 2
    for opening in (
        lambda: Landscape.create(double_well(), place),
        lambda: Landscape.open(place, schwefel()),
        lambda: Landscape.open(place.replace(DATABASE, "none")),
        lambda: Landscape.open(place.replace("%40", "@")),
        lambda: Landscape.open(place.replace("127", "s3cret:127")),
        lambda: Landscape.open("mysql://me:s3cret@host/x"),
    ):
        with pytest.raises(LandscapeError) as refusal:
            opening()
        shown.append(str(refusal.value))
    assert not any("s3cret" in text or "@x" in text for text in (*shown, str(missing.value)))
    assert b"s3cret" not in (tmp_path / "copy.db").read_bytes()
    with Landscape.open(tmp_path / "copy.db") as copy:
        assert copy.network().hits.tolist() == [3, 2]


def test_files_are_merged_into_a_server_and_back(place, tmp_path):
    for seed in (0, 1):
        with Landscape.create(double_well(), tmp_path / f"{seed}.db") as one:
            run = one.start_run("explore", {}, seed)
            points = (minimum(float(seed), 1.0), minimum(7.0, 7.0))
            one.record(Batch("starts", True, seed=seed, minima=points), run)
    merge([tmp_path / "0.db", tmp_path / "1.db"], place)
    with Landscape.open(place) as landscape:
        assert landscape.network().hits.tolist() == [1, 2, 1]
        # Numbers go on after those that came with the files.
        run = landscape.start_run("explore", {}, 2)
        landscape.record(Batch("starts", True, seed=2, minima=(minimum(7.0, 7.0),)), run)
        expected = landscape.network()
    merge([place], tmp_path / "all.db")
    with Landscape.open(tmp_path / "all.db") as landscape:
        network = landscape.network()
        for name in ("coordinates", "hits", "losses"):
            np.testing.assert_array_equal(getattr(network, name), getattr(expected, name))


def test_a_large_landscape_is_read_in_parts(landscape, place, monkeypatch):
    for module in (known_network, known_points, rows):
        monkeypatch.setattr(module, "AT_ONCE", 2)
    points = tuple(minimum(float(k), float(k)) for k in range(2, 7))
    landscape.record(Batch("starts", task=1, minima=points), 1)
    with Landscape.open(place, double_well()) as again:
        fetched = []
        execute = sa.event.listens_for(again._database._engine, "before_cursor_execute")
        execute(
            lambda _c, cursor, statement, *_: fetched.append((statement, type(cursor).__name__))
        )
        np.testing.assert_array_equal(again.network().losses, landscape.network().losses)
        assert again.record(Batch("starts", task=2, minima=points), 1).n_new_minima == 0
        again.network()
    kinds = [
        kind for statement, kind in fetched if "FROM minima" in statement and "coord" in statement
    ]
    # The first network and the first points in parts, what is new then all at once.
    assert len(kinds) == 4 and len({*kinds[:2]}) == 1 and kinds[0] not in kinds[2:]
