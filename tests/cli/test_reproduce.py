"""`thalweg reproduce`: one item, all of them, what fails, and what is there already."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from thalweg import reproduce
from thalweg.cli import app
from thalweg.reproduce import Item, Picture, Reproduction, Statement


def item(name, calls):
    def compute(landscapes, scale, progress):
        calls.append(name)
        progress("at work")
        table = pd.DataFrame(
            {"published": [0.5], "ours": [0.6], "sd": [0.1]}, index=[f"{name}: a|b"]
        )
        statements = (
            Statement("it is so", (True, True, True)),
            Statement("or so", (True, False, True), remark="other data"),
        )
        picture = Picture("", "A line.", lambda figure: figure.subplots().plot([0, 1]), (2.0, 2.0))
        return Reproduction(name, "a title", table, statements, scale, "setting", (picture,))

    return Item(compute, f"thesis {name}", (f"old-{name}",))


def failing(landscapes, scale, progress):
    raise RuntimeError("no data | none")


@pytest.fixture
def calls(monkeypatch, tmp_path):
    calls = []
    items = {name: item(name, calls) for name in ("table-1", "figure-2")}
    items = {
        "table-1": items["table-1"],
        "wrong": Item(failing, "x"),
        "figure-2": items["figure-2"],
    }
    monkeypatch.setattr(reproduce, "REPRODUCTIONS", items)
    monkeypatch.chdir(tmp_path)
    return calls


def run(*arguments):
    # Other processes would not know these items; tests/cli/test_item_processes.py has real ones.
    return CliRunner().invoke(app, ["reproduce", *arguments, "--workers", "1"])


def test_all_items_stand_in_one_table_and_a_failure_stops_none(calls, tmp_path):
    result = run("--all", "-o", "out")
    assert calls == ["table-1", "figure-2"]
    assert isinstance(result.exception, ValueError) and "1 of 3 failed: wrong" in str(
        result.exception
    )
    index = (tmp_path / "out" / "README.md").read_text()
    assert "| [table-1](table-1.md) | thesis table-1 | 1 | 0 | 1 |" in index
    assert "| wrong | failed: RuntimeError: no data \\| none |" in index
    assert "| **all** |  | **2** | **0** | **2** |" in index
    assert "a sketch" in index
    page = (tmp_path / "out" / "figure-2.md").read_text()
    assert "Settings: setting. Where that says nothing else: small, 200 training" in page
    assert "![](figure-2.png)" in page and "| figure-2: a\\|b | 0.5 | 0.6 | 0.1 |" in page
    assert "| or so | words | cannot be told | holds in 2 of 3 seeds; other data |" in page
    assert (tmp_path / "out" / "figure-2.png").stat().st_size > 500
    values = json.loads((tmp_path / "out" / "figure-2.json").read_text())
    assert values["verdicts"] == {"holds": 1, "does not hold": 0, "cannot be told": 1}


def test_what_is_there_is_not_computed_again_unless_at_another_scale(calls):
    run("--all", "-o", "out")
    again = run("--all", "-o", "out")
    assert "there already: table-1" in again.output and len(calls) == 2
    run("--all", "-o", "out", "--seeds", "4")
    assert len(calls) == 4


def test_one_item_is_a_page_with_its_picture_beside_it(calls, tmp_path):
    result = run("old-table-1", "-o", "page.md", "--json")
    assert result.exit_code == 0, result.exception
    assert "old-table-1 is now table-1" in result.output
    assert (tmp_path / "page.png").exists() and "a title" in (tmp_path / "page.md").read_text()
    assert '"covers": "thesis table-1"' in result.output


def test_landscapes_are_kept_where_it_is_said(calls, tmp_path):
    assert run("table-1", "--landscapes", "kept").exit_code == 0 and (tmp_path / "kept").is_dir()
    run("--all", "-o", "out", "--landscapes", "kept")
    assert not (tmp_path / "out" / "landscapes").exists()
    run("--all", "-o", "other")
    assert (tmp_path / "other" / "landscapes").is_dir()


def test_seeds_are_chosen(calls):
    shown = json.loads(run("table-1", "--seed", "5", "--seeds", "4", "--json").output)
    assert shown["scale"]["seeds"] == [5, 6, 7, 8]
    full = json.loads(run("table-1", "--full", "--json").output)
    assert full["scale"] == json.loads(json.dumps(vars(reproduce.FULL)))
    assert reproduce.FULL.choose(tiny=1, small=2, full=3) == 3
    fewer = json.loads(run("table-1", "--full", "--starts", "16", "--minima-only", "--json").output)
    assert fewer["scale"]["starts"] == 16 and fewer["scale"]["connect"] is False
    searched = json.loads(run("table-1", "--full", "--searches", "7", "--json").output)
    assert searched["scale"]["searches"] == 7 and searched["scale"]["connect"] is True


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("table-9",), "table-1, wrong, figure-2"),
        (("--all",), "takes a folder"),
        (("--all", "table-1", "-o", "out"), "takes a folder"),
        (("--all", "-o", "out.md"), "takes a folder"),
    ],
)
def test_what_makes_no_sense_is_refused(calls, arguments, said):
    refused = run(*arguments)
    assert isinstance(refused.exception, ValueError) and said in str(refused.exception)
    assert not calls


def test_files_of_others_are_not_written_over(calls, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "table-1.md").write_text("notes")
    refused = run("--all", "-o", "out")
    assert "table-1.md exists" in str(refused.exception) and not calls


def test_the_items_are_listed_with_what_they_reproduce(calls):
    assert "thesis figure-2" in run().output
