"""Benchmarks keep what they measured, and show it beside what is measured today."""

import argparse
import importlib.util
import json
from pathlib import Path

import pytest

FILE = Path(__file__).parents[1] / "benchmarks" / "records.py"


@pytest.fixture
def records(tmp_path, monkeypatch):
    """The module of the scripts, writing elsewhere; the machine takes a second for the kernel."""
    specification = importlib.util.spec_from_file_location("benchmark_records", FILE)
    module = importlib.util.module_from_spec(specification)
    # Dataclasses look up the module that they are in.
    monkeypatch.setitem(__import__("sys").modules, "benchmark_records", module)
    specification.loader.exec_module(module)
    monkeypatch.setattr(module, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(module, "calibration", lambda: 1.0)
    return module


def options(*, keep=False, quick=False):
    return argparse.Namespace(quick=quick, keep=keep, machine="an abacus", shared=False)


def reported(records, capsys, rows, **settings):
    records.report("walks", rows, key=("n",), options=options(**settings))
    return capsys.readouterr().out


def test_figures_stand_beside_those_that_were_kept_and_the_machines_are_compared(
    records, capsys, monkeypatch
):
    assert "nothing is kept yet" in reported(records, capsys, [{"n": 10, "s": 3.0}])
    reported(records, capsys, [{"n": 10, "s": 2.0}], keep=True)
    monkeypatch.setattr(records, "calibration", lambda: 1.5)

    text = reported(records, capsys, [{"n": 10, "s": 3.0}, {"n": 20, "s": None}])
    assert "3 (2)" in text and "—" in text
    assert "an abacus" in text and "1.50 times as long" in text
    # Only --keep replaces them, and each size has figures of its own.
    assert "3 (2)" in reported(records, capsys, [{"n": 10, "s": 3.0}])
    assert "nothing is kept yet" in reported(records, capsys, [{"n": 10, "s": 3.0}], quick=True)


def test_a_record_says_where_and_how_it_was_made(records, capsys):
    reported(records, capsys, [{"n": 10, "s": 2.0}], keep=True, quick=True)
    record = json.loads((records.RESULTS / "walks.quick.json").read_text())
    assert record["command"] == "python benchmarks/walks.py --quick --keep"
    assert record["rows"] == [{"n": 10, "s": 2.0}]
    assert {"python", "jax", "numpy"} <= set(record["versions"])
    assert record["calibration"] == 1.0 and record["cores"] >= 1 and record["shared"] is False


def test_every_script_is_in_the_list_that_make_bench_runs():
    makefile = (FILE.parents[1] / "Makefile").read_text()
    listed = makefile.partition("BENCHMARKS :=")[2].partition("\nbench:")[0].split()
    scripts = {path.stem for path in FILE.parent.glob("*.py")} - {"records"}
    assert scripts <= set(listed)
