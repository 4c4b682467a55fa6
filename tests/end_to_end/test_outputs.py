"""What commands write: never over another's file, tried before the work, whole or not at all."""

import os
import sys
from pathlib import Path

import pytest

from thalweg import Landscape
from thalweg.cli import main, outputs
from thalweg.cli.console import figure
from thalweg.problems import double_well
from thalweg.testing.analytic import fill

CONFIG = """
[problem]
kind = "function"
name = "double_well"
[search]
minima = 2
workers = 1
"""


@pytest.fixture(scope="module")
def landscape_bytes(tmp_path_factory):
    file = tmp_path_factory.mktemp("landscape") / "a.db"
    with Landscape.create(double_well(), file) as landscape:
        fill(landscape)
    return file.read_bytes()


@pytest.fixture
def folder(tmp_path, landscape_bytes, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.db", "other.db"):
        (tmp_path / name).write_bytes(landscape_bytes)
    (tmp_path / "a.toml").write_text(CONFIG)
    return tmp_path


@pytest.fixture
def run(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["thalweg", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, capsys.readouterr().err

    return run


def _contents(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


COMMANDS = {
    "report": ("report", "a.db", "-o"),
    "view": ("view", "a.db", "--export"),
    "plot": ("plot", "disconnectivity", "a.db", "-o"),
    "superpose": ("superpose", "a.db", "--config", "a.toml", "-o"),
    "superpose --figure": ("superpose", "a.db", "--config", "a.toml", "--figure"),
    "reproduce": ("reproduce", "table-2.4", "-o"),
}
FOLDER_COMMANDS = {
    "sweep": (("sweep", "a.toml", "--over", "search.seed=1,2", "--to", "out"), "table.csv"),
    "scan": (("scan", "a.toml", "--over", "search.seed=1,2", "--to", "out"), "scan.json"),
    "conserved": (("conserved", "a.db", "--config", "a.toml", "--figures", "out"), "inputs.png"),
    "demo": (("demo", "--directory", "out"), "spiral.png"),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("target", ["a.db", "other.db", "a.toml", "notes.pdf", ".", "no/where.pdf"])
def test_no_command_writes_over_what_is_not_its_own(folder, run, monkeypatch, command, target):
    (folder / "notes.pdf").write_text("notes of a user, who likes thalweg")
    before = _contents(folder)
    # The place is tried before anything is read.
    monkeypatch.setattr(Landscape, "open", lambda *_: pytest.fail("the work began"))
    code, said = run(*COMMANDS[command], target)
    assert code != 0 and target in said and len(said.strip().splitlines()) == 1, said
    assert _contents(folder) == before


@pytest.mark.parametrize("command", FOLDER_COMMANDS)
def test_no_command_writes_over_a_file_in_a_folder_that_is_not_its_own(folder, run, command):
    arguments, name = FOLDER_COMMANDS[command]
    (folder / "out").mkdir()
    (folder / "out" / name).write_text("of a user")
    before = _contents(folder)
    code, said = run(*arguments)
    assert code != 0 and f"out/{name} exists" in said and "--force" in said
    assert _contents(folder) == before
    code, said = run(*(a if a != "out" else "a.db" for a in arguments))
    assert code != 0 and "is a file; name a folder" in said


def test_every_command_with_an_output_has_the_option(run, capsys):
    import typer

    from thalweg.cli import app

    group = typer.main.get_command(app)
    names = {"output", "drawing", "figures", "directory"}
    commands = [*group.commands.values(), *group.commands["plot"].commands.values()]
    writing = [
        c for c in commands if names & {p.name for p in c.params} or c.name in ("sweep", "scan")
    ]
    assert len(writing) > 12
    for command in writing:
        assert "force" in {p.name for p in command.params}, command.name


@pytest.mark.parametrize("suffix", ["pdf", "svg", "png", "eps"])
def test_figures_bear_the_mark_of_who_wrote_them(tmp_path, suffix):
    with figure(tmp_path / f"a.{suffix}") as axes:
        axes.plot([0, 1])
    assert outputs._is_ours(tmp_path / f"a.{suffix}")


def test_a_file_of_ours_is_written_anew_and_another_with_force(folder, run):
    (folder / "notes.svg").write_text("of a user")
    plot = ("plot", "disconnectivity", "a.db", "-o", "notes.svg")
    assert run(*plot)[0] != 0
    assert run(*plot, "--force") == run(*plot) == (0, "")
    assert "<svg" in (folder / "notes.svg").read_text()
    assert not list(folder.glob(".*"))


def test_even_force_does_not_write_over_what_the_command_reads(folder, run):
    before = _contents(folder)
    os.symlink("a.db", folder / "link.html")
    for target in ("a.db", "./a.db", folder / "a.db", "link.html"):
        code, said = run("report", "a.db", "-o", target, "--force")
        assert code != 0 and "read by this command" in said
    (folder / "link.html").unlink()
    assert _contents(folder) == before


def test_a_file_is_whole_or_as_it_was(folder, run, monkeypatch):
    (folder / "a.html").write_text(f"an earlier page, {outputs.MARK}")
    before = _contents(folder)

    def fail(*_):
        raise ValueError("the work failed")

    monkeypatch.setattr("thalweg.report.html_report", fail)
    assert run("report", "a.db", "-o", "a.html")[0] != 0
    with pytest.raises(OSError, match="full"), outputs.replacing(folder / "a.html") as place:
        place.write_text("half of")
        raise OSError("disk full")
    assert _contents(folder) == before


def test_links_and_devices_stay_what_they_are(folder):
    (folder / "real.html").touch()
    os.symlink("real.html", folder / "link.html")
    for name in ("link.html", "/dev/null"):
        outputs._try_place(Path(name), ["a.db"], False)
        with outputs.replacing(Path(name)) as place:
            place.write_text("page")
    assert (folder / "link.html").is_symlink() and (folder / "real.html").read_text() == "page"
    assert Path("/dev/null").is_char_device()


def test_a_place_that_cannot_be_written_is_said_before_the_work(folder, run, monkeypatch):
    def refuse(self, *_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.touch", refuse)
    monkeypatch.setattr(Landscape, "open", lambda *_: pytest.fail("the work began"))
    code, said = run("report", "a.db", "-o", "a.html")
    assert code != 0 and "a.html cannot be written: Permission denied" in said


def test_a_figure_says_by_its_suffix_how_it_is_drawn(folder, run):
    for name in ("graph", "graph.doc", ".png"):
        code, said = run("plot", "disconnectivity", "a.db", "-o", name)
        assert code != 0 and ".pdf, .svg or .png" in said
