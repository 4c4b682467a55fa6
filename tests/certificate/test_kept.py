"""Proofs are kept in the landscape's file, and only of what it holds as it is now."""

import contextlib
import dataclasses
import os
import shutil
import sqlite3
import sys
import tempfile

import numpy as np
import pytest

import thalweg as tw
from thalweg import DamagedRow, Landscape, LandscapeError
from thalweg.certificate import Certifier, Refusal, certify
from thalweg.landscape.certificates import METHOD
from thalweg.landscape.database import schema
from thalweg.landscape.database.certificates import certificate_row, read_proofs, remove_proofs
from thalweg.landscape.database.rows import checksums
from thalweg.landscape.mending import Mending
from thalweg.landscape.records import Batch, Minimum
from thalweg.problems import Function, double_well
from thalweg.testing.analytic import fill, minimum

CERTIFY = sys.modules[Certifier.__module__]


@pytest.fixture(scope="module")
def proved(tmp_path_factory):
    """A file with two minima and a transition state, all proved."""
    file = tmp_path_factory.mktemp("proved") / "a.db"
    with Landscape.create(double_well(), file) as landscape:
        fill(landscape)
        assert certify(landscape).is_complete
    return file


@pytest.fixture
def file(proved, tmp_path):
    return shutil.copy(proved, tmp_path / "a.db")


@pytest.fixture
def nothing_is_proved(monkeypatch):
    """Proving a point ends the test."""

    def refuse(*_):
        raise AssertionError("a point was proved")

    monkeypatch.setattr(Certifier, "certify", refuse)


def changed(file, statement, *values):
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement, values)
    return Landscape.open(file)


def test_proofs_are_read_back_to_the_last_bit(file):
    with Landscape.open(file) as landscape:
        stored = landscape.certificates(with_basis=True)
        fresh = certify(landscape, again=True, record=False)
    assert stored.is_complete and fresh.is_complete
    for one, other in zip(stored.certificates, fresh.certificates, strict=True):
        # Of the fresh ones nobody has noted the time.
        expected, got = other.as_dict(), one.as_dict()
        assert got.pop("time") > expected.pop("time") == 0.0
        assert got.pop("version") and not expected.pop("version")
        assert got == expected
        assert (one.trace, one.square) == (other.trace, other.square)
    with Landscape.open(file) as landscape:
        assert all(one.basis is None for one in landscape.certificates().certificates)


def test_the_proof_of_one_point_is_read_without_those_of_others(file):
    with Landscape.open(file) as landscape:
        for one in landscape.certificates().certificates:
            assert landscape.certificate(one.kind, one.id).as_dict() == one.as_dict()
        assert landscape.certificate("minimum", 7) is None
        with pytest.raises(ValueError, match="kind must be one of minimum"):
            landscape.certificate("valley", 0)
    # The first minimum's proof is damaged: that of another point is not touched by it.
    damage = (
        "UPDATE certificates SET checksum = checksum + 1 WHERE kind = 'minimum' AND point_id = 1"
    )
    with changed(file, damage) as landscape:
        assert landscape.certificate("minimum", 1) is not None
        with pytest.raises(DamagedRow):
            landscape.certificate("minimum", 0)


def test_what_is_proved_is_not_proved_again(file, nothing_is_proved):
    with Landscape.open(file) as landscape:
        assert certify(landscape).is_complete
        with pytest.raises(AssertionError, match="was proved"):
            certify(landscape, again=True)


def test_what_an_earlier_method_proved_does_not_count_and_is_proved_anew(file, tmp_path):
    # As a file of the first method has it, whose checksums are of that row.
    with Landscape.open(file) as landscape:
        proved = landscape.certificates(with_basis=True)
        points = [*landscape.minima(), *landscape.transition_states()]
        by_key = {("minimum", 0): 0, ("minimum", 1): 1, ("transition state", 0): 2}
        old = [dataclasses.replace(one, method=1) for one in proved.certificates]
        landscape.record_proofs(old, [points[by_key[one.kind, one.id]] for one in old])
        now = landscape.certificates()
        assert not now.certificates and len(now.outdated) == 3 and not now.is_complete
        assert now.n_points("minimum") == 2 and not now.untried
        assert "earlier method" in now.counts.in_words() and "thalweg certify" in str(
            now.counts.in_words()
        )
        assert "earlier method" in tw.summarise(landscape).proofs.in_words()
        assert len(now.as_dict()["proved_by_an_earlier_method"]) == 3
        again = certify(landscape)
        assert again.is_complete and not again.outdated
        assert {one.method for one in again.certificates} == {METHOD}


def test_a_row_without_a_method_is_of_the_first(file):
    row = certificate_row(Refusal("minimum", 0, "why"), 1, "subject", "0.1", 1.0)
    assert row["version"] == f"0.1, method {METHOD}"
    with Landscape.open(file) as landscape:
        subjects = {("minimum", 1): "subject"}
        with landscape._writing() as connection:
            values = {**row, "version": "0.1"}
            remove_proofs(connection, "minimum", [1])
            connection.execute(
                schema.certificates.insert(),
                {**values, **checksums(schema.certificates, values)},
            )
            (stored,) = read_proofs(connection, subjects, with_basis=False)
    assert (stored.result.version, stored.result.method) == ("0.1", 1)


def test_new_points_are_not_proved_until_they_are(file, monkeypatch):
    with Landscape.open(file) as landscape:
        landscape.record(Batch("more", minima=(minimum(5.0, 576.0),)), 1)
        now = landscape.certificates()
        assert now.untried == (("minimum", 2),) and not now.is_complete
        assert (now.counts.minima, now.counts.of_minima) == (2, 3)
        asked = []
        original = Certifier.certify
        monkeypatch.setattr(Certifier, "certify", lambda *a: asked.append(a[3]) or original(*a))
        result = certify(landscape)
        # That is no stationary point, which the search was told that it is.
        assert asked == [2] and [one.id for one in result.refusals] == [2]
        assert "gradient" in result.refusals[0].reason
        assert certify(landscape).refusals[0].time == result.refusals[0].time
        assert asked == [2]
    assert list(result.counts.not_proved.values()) == [1]


def test_a_run_that_is_killed_midway_keeps_what_it_proved(tmp_path, monkeypatch):
    monkeypatch.setattr(CERTIFY, "_RECORDED_AT_ONCE", 1)

    def kill(message):
        if message.startswith("2 of"):
            raise KeyboardInterrupt

    with Landscape.create(double_well(), tmp_path / "a.db") as landscape:
        fill(landscape)
        with pytest.raises(KeyboardInterrupt):
            certify(landscape, progress=kill)
        now = landscape.certificates()
        assert now.counts.minima == 2 and now.untried == (("transition state", 0),)
        # Nobody has compared them.
        assert not now.are_distinct and len(now.uncompared) == 2
        asked = []
        assert certify(landscape, progress=asked.append).is_complete
        assert asked == ["0 of 1 points", "comparing"]


def test_points_that_were_not_told_apart_are_named_until_one_goes(tmp_path):
    # The second is the first, far beyond the loss and position by which a search tells points apart.
    twins = [
        Minimum(loss, np.array([x, 0.0]), np.array([2.0, 8.0]), 0.0)
        for loss, x in ((0.0, 1.0), (1e-3, 1.0 + 1e-13))
    ]
    with Landscape.create(double_well(), tmp_path / "a.db") as landscape:
        landscape.record(Batch("twins", minima=tuple(twins)), landscape.start_run("x", {}, 0))
        result = certify(landscape)
        assert result.alike == (("minimum", 0, 1),) and not result.are_distinct
        assert "not all proved to be distinct" in str(result.counts)
        mending = Mending(landscape)
        mending.remove(Minimum, mending.rows(Minimum)[0])
        now = landscape.certificates()
    assert now.is_complete and [one.id for one in now.certificates] == [0]


def test_a_proof_of_other_coordinates_or_another_problem_is_none(file, tmp_path):
    moved = np.array([1.0, 1e-15])
    with changed(
        file, "UPDATE minima SET coordinates = ?, checksum = NULL WHERE id = 2", moved.tobytes()
    ) as landscape:
        assert landscape.certificates().untried == (("minimum", 1),)
    other = Function(lambda x: (x[0] ** 2 - 1) ** 2 + x[1] ** 2, dimension=2)
    # Rows of one file in another, as a bug or a malicious hand could write them.
    with Landscape.create(other, tmp_path / "b.db") as landscape:
        fill(landscape)
    with contextlib.closing(sqlite3.connect(tmp_path / "b.db")) as connection, connection:
        connection.execute("ATTACH ? AS source", (str(file),))
        connection.execute("INSERT INTO certificates SELECT * FROM source.certificates")
    with Landscape.open(tmp_path / "b.db", other) as landscape:
        assert len(landscape.certificates().untried) == 3


@pytest.mark.parametrize("column", ["is_proved", "distance", "basis", "tier"])
def test_a_damaged_proof_is_not_believed_and_mended(file, column):
    changes = {
        "is_proved": "1 - is_proved",
        "distance": "distance / 2",
        "basis": "CAST(x'01' || substr(basis, 2) AS BLOB)",
        "tier": "'float65'",
    }
    where = "WHERE kind = 'minimum' AND point_id = 1"
    with changed(
        file, f"UPDATE certificates SET {column} = {changes[column]} {where}"
    ) as landscape:
        with pytest.raises(DamagedRow, match="certificates"):
            landscape.certificates(with_basis=True)
        faults = Mending(landscape).remove_damaged_proofs()
        assert len(faults) == 1 and "minimum 1" in faults[0]
        assert landscape.certificates(with_basis=True).untried == (("minimum", 0),)


@contextlib.contextmanager
def in_read_only_folder(*files):
    """As a user who may read copies of these files, and write nothing; root may write anything."""
    is_root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        copies = [shutil.copy(file, name) for file in files]
        for path in (*copies, name):
            os.chmod(path, 0o555)
        if is_root:
            os.seteuid(65534)
        try:
            yield copies
        finally:
            if is_root:
                os.seteuid(0)
            os.chmod(name, 0o755)


def test_a_file_that_cannot_be_written_says_so_before_anything_is_proved(
    file, tmp_path, nothing_is_proved
):
    partly = shutil.copy(file, tmp_path / "b.db")
    changed(partly, "DELETE FROM certificates WHERE kind = 'minimum'").close()
    with in_read_only_folder(file, partly) as (whole, part):
        with Landscape.open(whole) as landscape:
            # All is proved, and only read.
            assert certify(landscape).is_complete
        with (
            Landscape.open(part) as landscape,
            pytest.raises(LandscapeError, match="2 of its points are still to be proved"),
        ):
            certify(landscape)
