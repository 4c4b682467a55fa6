"""The database: locks, refusals, and what survives. Its contract: `tests/testing/test_check_storage.py`."""

import dataclasses
import math
import multiprocessing
import sqlite3
from contextlib import closing

import numpy as np
import pytest
import sqlalchemy as sa

from thalweg import (
    FingerprintMismatch,
    Landscape,
    LandscapeError,
    NewerSchema,
    NotALandscape,
    NotAMinimum,
    summarise,
)
from thalweg.landscape.database import schema
from thalweg.landscape.end_reason import EndReason
from thalweg.landscape.errors import ConnectionLost
from thalweg.landscape.outcome import RunOutcome
from thalweg.landscape.records import (
    Attempt,
    Batch,
    Minimum,
    Pathway,
    QuenchCounts,
    Saddle,
    TransitionState,
)
from thalweg.problems import Function, NeuralNetwork, double_well, schwefel
from thalweg.testing.analytic import fill


def minimum(x, loss=0.0):
    return Minimum(loss, np.array([x, 0.0]), np.array([2.0, 8.0]), 0.0)


LEFT, RIGHT = minimum(-1.0), minimum(1.0)
PASS = TransitionState(1.0, np.zeros(2), np.array([-4.0, 2.0]), 0.0)
DRAWS = Batch(
    law="draws",
    is_independent=True,
    minima=(LEFT, RIGHT, LEFT),
    counts=QuenchCounts(quenches=4, minima=3, not_converged=1),
)
JOIN = Batch(
    law="searches", pathways=(Pathway(PASS, (RIGHT, LEFT)),), attempts=(Attempt(1, 2, "band", 1),)
)


def filled(location=None):
    landscape = Landscape.create(double_well(), location)
    run = landscape.start_run("test", {"n": 1}, 0)
    landscape.record(DRAWS, run)
    landscape.record(JOIN, run)
    return landscape, run


def test_a_batch_that_holds_a_wrong_point_leaves_nothing_behind():
    landscape, run = filled()
    bad = Batch(law="draws", task=1, minima=(minimum(5.0), PASS))
    with pytest.raises(NotAMinimum, match="negative"):
        landscape.record(bad, run)
    assert landscape.n_minima == 2
    far_from_rest = Minimum(0.0, np.ones(2), np.ones(2), 1e-6)
    with pytest.raises(NotAMinimum, match="RMS"):
        landscape.record(Batch(law="draws", task=1, minima=(far_from_rest,)), run)


def test_a_write_that_fails_half_way_leaves_nothing_behind(monkeypatch, tmp_path):
    landscape, run = filled(tmp_path / "a.db")
    new = Batch(law="draws", task=1, minima=(minimum(7.0),))

    def full(*_):
        raise sa.exc.OperationalError("", {}, sqlite3.OperationalError("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("thalweg.landscape.database.writer.Writer._add_hits", full)
        with pytest.raises(LandscapeError, match="Free some space"):
            landscape.record(new, run)
    assert landscape.n_minima == 2
    assert landscape.record(new, run).is_new == (True,)
    assert Landscape.open(tmp_path / "a.db").n_minima == 3


def test_a_really_full_disk_is_reported_and_loses_nothing(tmp_path):
    landscape, run = filled(tmp_path / "a.db")
    with landscape._database.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    rng = np.random.default_rng(0)
    many = tuple(minimum(10 + i, loss=rng.random()) for i in range(2000))
    with pytest.raises(LandscapeError, match="full"):
        landscape.record(Batch(law="draws", task=1, minima=many), run)
    landscape.close()
    assert Landscape.open(tmp_path / "a.db").n_minima == 2


def test_another_problem_is_refused(tmp_path):
    filled(tmp_path / "a.db")
    with pytest.raises(FingerprintMismatch, match=r"double_well.*schwefel"):
        Landscape.open_or_create(schwefel(), tmp_path / "a.db")


def test_a_damaged_file_a_foreign_file_and_a_missing_one_are_refused(tmp_path):
    for name, content in (("noise.db", b"x" * 5000), ("empty.db", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(NotALandscape):
            Landscape.open(tmp_path / name)
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE t (x)").connection.close()
    with pytest.raises(NotALandscape):
        Landscape.open(tmp_path / "other.db")
    with pytest.raises(LandscapeError, match="no such file"):
        Landscape.open(tmp_path / "missing.db")
    with pytest.raises(LandscapeError, match="does not exist"):
        Landscape.create(double_well(), tmp_path / "nowhere" / "a.db")
    with pytest.raises(LandscapeError, match="exists already"):
        Landscape.create(double_well(), tmp_path / "noise.db")


@pytest.mark.parametrize("address", ["sqlite:///{}", "sqlite:///file:{}?uri=true"])
def test_what_a_database_url_holds_is_never_made_anew(tmp_path, address):
    url = address.format(tmp_path / "a.db")
    landscape, _ = filled(url)
    landscape.close()
    with pytest.raises(LandscapeError, match="exists already"):
        Landscape.create(double_well(), url)
    for again in (Landscape.open(url), Landscape.open_or_create(double_well(), url)):
        assert again.n_minima == 2
        again.close()


def test_a_database_url_is_refused_like_a_file(tmp_path):
    with pytest.raises(LandscapeError, match="no such file"):
        Landscape.open(f"sqlite:///{tmp_path / 'missing.db'}")
    assert not (tmp_path / "missing.db").exists()
    with pytest.raises(LandscapeError, match="does not exist"):
        Landscape.create(double_well(), f"sqlite:///{tmp_path / 'nowhere' / 'a.db'}")
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE runs (x)").connection.close()
    # Not seen as a file beforehand: the tables themselves say what it is.
    with pytest.raises(NotALandscape, match="tables of these names: runs"):
        Landscape.create(double_well(), f"sqlite:///file:{tmp_path / 'other.db'}?uri=true")


def test_a_stabiliser_of_any_order_is_read_back():
    landscape, run = filled()
    # 200!·2^200, more than a float can hold: the point where all units of a layer are equal.
    order = math.factorial(200) * 2**200
    point = dataclasses.replace(minimum(5.0), stabiliser_order=order)
    landscape.record(Batch(law="draws", task=1, minima=(point,)), run)
    assert landscape.minima()[2].stabiliser_order == order
    expected = landscape.log_symmetry_order - math.lgamma(201) - 200 * math.log(2)
    assert landscape.network().log_degeneracy[2] == pytest.approx(expected)


def test_a_group_of_any_order_has_a_landscape(tmp_path):
    """Python converts no integer of more than 4,300 digits to decimal text unless it is told to."""
    x = np.array([[0.0, 1.0], [1.0, 0.0]])
    wide = NeuralNetwork.from_data(x, np.array([0, 1]), hidden=(1500,))
    Landscape.create(wide, tmp_path / "wide.db").close()
    with Landscape.open(tmp_path / "wide.db") as landscape:
        assert landscape.symmetry_order == math.factorial(1500) * 2**1500
        assert summarise(landscape).symmetry_order == hex(landscape.symmetry_order)


def test_the_minimum_of_a_wide_network_without_weights_is_read(tmp_path):
    """Its stabiliser is the whole group: both orders have more digits than Python prints."""
    x = np.array([[0.0, 1.0], [1.0, 0.0]])
    wide = NeuralNetwork.from_data(x, np.array([0, 1]), hidden=(1500,), l2=1e-3)
    zero = np.zeros(wide.dimension)
    order = wide.symmetry.stabiliser_order(zero)
    assert order == wide.symmetry.order > 10**4300
    point = Minimum(math.log(2), zero, np.full(len(zero), 2e-3), 0.0, stabiliser_order=order)
    with Landscape.create(wide, tmp_path / "wide.db") as landscape:
        landscape.record(Batch(law="draws", minima=(point,)), landscape.start_run("x", {}, 0))
        assert landscape.network().log_degeneracy == pytest.approx([0.0], abs=1e-9)
        assert landscape.minimum(0).stabiliser_order == order
        assert summarise(landscape).minima == 1


def test_a_file_of_a_newer_version_is_refused(tmp_path):
    landscape, _ = filled(tmp_path / "a.db")
    landscape.close()
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(NewerSchema, match="Upgrade thalweg"):
        Landscape.open(tmp_path / "a.db")


def test_migrations_lead_to_the_tables_that_the_code_uses():
    engine, made_at_once = sa.create_engine("sqlite://"), sa.create_engine("sqlite://")
    with engine.begin() as connection, made_at_once.begin() as other:
        schema.upgrade(connection)
        schema.upgrade(connection)
        schema.create(other)
        assert _tables(connection) == _tables(other)
        assert (
            connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            == schema.HEAD
        )
        inspector = sa.inspect(connection)
        for table in schema.metadata.sorted_tables:
            columns = {c["name"]: c["nullable"] for c in inspector.get_columns(table.name)}
            expected = {c.name: bool(c.nullable) for c in table.columns}
            assert columns == expected, table.name
    engine.dispose()
    made_at_once.dispose()


def _tables(connection):
    inspector = sa.inspect(connection)
    return {
        name: (
            {
                c["name"]: (str(c["type"]), c["nullable"], c["primary_key"])
                for c in inspector.get_columns(name)
            },
            {(i["name"], *i["column_names"]) for i in inspector.get_indexes(name)},
            {tuple(sorted(u["column_names"])) for u in inspector.get_unique_constraints(name)},
            {
                (*k["constrained_columns"], k["referred_table"])
                for k in inspector.get_foreign_keys(name)
            },
        )
        for name in inspector.get_table_names()
    }


def test_a_problem_of_the_users_own_has_to_be_passed_again(tmp_path):
    problem = Function(lambda x: (x**2).sum(), dimension=2, name="bowl")
    Landscape.create(problem, tmp_path / "a.db").close()
    with pytest.raises(LandscapeError, match="Pass the problem again"):
        _ = Landscape.open(tmp_path / "a.db").problem
    same = Function(lambda x: (x * x).sum(), dimension=2, name="bowl")
    assert Landscape.open(tmp_path / "a.db", same).problem is same
    other = Function(lambda x: 2 * (x**2).sum(), dimension=2, name="bowl")
    with pytest.raises(FingerprintMismatch):
        Landscape.open(tmp_path / "a.db", other)


def test_annotations_follow_the_minima():
    landscape, run = filled()
    landscape.annotate("auc", [0.7, 0.8])
    landscape.annotate("auc", [0.5, 0.6])
    landscape.record(Batch(law="draws", task=1, minima=(minimum(9.0),)), run)
    np.testing.assert_array_equal(landscape.annotation("auc"), [0.5, 0.6, np.nan])
    with pytest.raises(ValueError, match="each of the 3 minima, got 1"):
        landscape.annotate("auc", [1.0])
    with pytest.raises(LandscapeError, match="no annotation 'f1'"):
        landscape.annotation("f1")


def test_an_empty_landscape_can_be_read_and_summarised():
    landscape = Landscape.create(double_well())
    network = landscape.network()
    assert network.n_minima == 0 and network.n_components == 0
    assert summarise(landscape).lowest_loss is None
    with pytest.raises(ValueError, match="no minima"):
        _ = network.global_minimum


def test_the_summary_counts_what_is_stored():
    landscape, run = filled()
    landscape.finish_run(run, RunOutcome(EndReason.FINISHED))
    summary = summarise(landscape)
    assert (summary.minima, summary.transition_states, summary.connected_minima) == (2, 1, 2)
    assert summary.quenches == 4 and summary.not_stored["not_converged"] == 1
    assert summary.symmetry_order == "1" and summary.outcome.reason is EndReason.FINISHED


def _add_points(location, offset, ready):
    landscape = Landscape.open_or_create(double_well(), location)
    run = landscape.start_run("writer", {}, 0)
    ready.wait()
    for task in range(20):
        # Half of the points are the other writer's too.
        points = tuple(minimum(float(i), loss=float(i)) for i in range(task, task + offset))
        landscape.record(Batch(law=f"writer {offset}", task=task, minima=points), run)


def test_two_processes_may_add_to_one_file(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(2)
    Landscape.create(double_well(), tmp_path / "a.db").close()
    writers = [
        context.Process(target=_add_points, args=(tmp_path / "a.db", offset, ready))
        for offset in (10, 20)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    network = Landscape.open(tmp_path / "a.db").network()
    # Points 0 … 38 in all, each stored once, and no hit lost.
    assert sorted(network.losses.tolist()) == [float(i) for i in range(39)]
    assert network.hits.sum() == 20 * (10 + 20)


def test_a_file_whose_making_was_killed_is_made_anew(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    assert (tmp_path / "a.db").stat().st_size > 0
    with Landscape.create(double_well(), tmp_path / "a.db") as landscape:
        assert landscape.n_minima == 0


def test_a_minimum_without_a_number_is_annotated_with_none():
    landscape, _ = filled()
    landscape.annotate("auc", [0.5, np.nan])
    np.testing.assert_array_equal(landscape.annotation("auc"), [0.5, np.nan])


def test_the_answer_to_a_batch_that_was_lost_is_given_again_with_its_saddles(monkeypatch):
    landscape = Landscape.create(double_well())
    run = landscape.start_run("test", {}, 0)
    top = Saddle(1.0, np.array([0.0, 1.0]), np.array([-4.0, -8.0]), 0.0)
    batch, record = Batch("walks", minima=(LEFT,), saddles=(top, top)), landscape._record
    is_lost = iter([True, False])

    def deaf(*arguments, **options):
        result = record(*arguments, **options)
        if next(is_lost):
            raise ConnectionLost("no answer")
        return result

    monkeypatch.setattr(landscape, "_record", deaf)
    result = landscape.record(batch, run)
    assert (result.minimum_ids, result.is_new) == ((1,), (True,))
    assert (result.n_new_minima, result.n_new_saddles, result.is_repeat) == (1, 1, False)
    assert landscape.n_saddles == 1 and landscape.network().hits.tolist() == [1]


def test_a_point_of_any_kind_is_read_by_its_index_without_a_problem():
    with Landscape.create(double_well()) as landscape:
        fill(landscape)
        for kind, points in (
            (Minimum, landscape.minima()),
            (TransitionState, landscape.transition_states()),
        ):
            for k, known in enumerate(points):
                assert np.array_equal(landscape.point(kind, k).coordinates, known.coordinates)
        with pytest.raises(IndexError, match=r"holds 1 of the kind.* no transition state 1"):
            landscape.point(TransitionState, 1)
        with pytest.raises(IndexError, match="no minimum -1"):
            landscape.point(Minimum, -1)
