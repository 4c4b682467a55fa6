"""`thalweg merge` says what each file gave, and refuses in one line."""

import json

from thalweg import Landscape
from thalweg.landscape.records import Batch
from thalweg.problems import Function, double_well, schwefel
from thalweg.testing.analytic import minimum


def _file(path, seed, numbers):
    with Landscape.create(double_well(), path) as landscape:
        run = landscape.start_run("explore", {}, seed)
        points = tuple(minimum(float(k), float(k)) for k in numbers)
        landscape.record(Batch("starts", True, seed=seed, minima=points), run)
    return path


def test_files_of_jobs_become_one(thalweg, tmp_path):
    a, b = _file(tmp_path / "a.db", 0, [1, 2]), _file(tmp_path / "b.db", 1, [2, 3])
    target = tmp_path / "all.db"
    lines = thalweg("merge", a, b, "--to", target).stdout.splitlines()
    assert lines == [
        f"{a}: 2 minima and 0 transition states added, 0 and 0 known already",
        f"{b}: 1 minima and 0 transition states added, 1 and 0 known already",
        f"{target}: 3 minima, 0 transition states",
    ]
    result = thalweg("merge", a, b, "--to", target, "--json")
    assert [(one["minima"], one["known_tasks"]) for one in json.loads(result.stdout)] == [
        (0, 1)
    ] * 2
    lines = thalweg("merge", a, "--to", target).stdout.splitlines()
    assert lines[0].endswith(
        "its hits are counted already: it was merged before, or has the seed of another"
    )


def test_refusals_are_one_line(refused, tmp_path):
    a, b = _file(tmp_path / "a.db", 0, [1, 2]), tmp_path / "b.db"
    Landscape.create(schwefel(), b).close()
    refused("merge", a, b, "--to", tmp_path / "all.db", said="FingerprintMismatch")
    refused("merge", a, "--to", a, said="cannot be one of them")
    refused("merge", tmp_path / "c.db", "--to", tmp_path / "all.db", said="no such file")
    own = Function(_own, dimension=2, bounds=(-2.0, 2.0))
    Landscape.create(own, tmp_path / "d.db").close()
    refused("merge", tmp_path / "d.db", "--to", tmp_path / "all.db", said="Pass the problem again")
    assert not (tmp_path / "all.db").exists()


def _own(x):
    return (x**2).sum()
