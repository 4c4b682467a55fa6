"""Every command that takes a landscape file takes a database URL, and prints it without its password."""

import inspect
import json
from typing import get_args

import pytest
from postgresql_server import DATABASE

from thalweg.cli.app import app, plots

WORDS_FOR_LANDSCAPES = ("landscape file", "database URL")

CONFIGURATION = """
[problem]
kind = "function"
name = "double_well"
[search]
starts = 4
workers = 1
connect = false
[output]
landscape = "{place}"
"""


def test_every_place_of_a_landscape_is_text():
    """A path would make one slash of the two of a URL."""
    kinds = {}
    for command in (*app.registered_commands, *plots.registered_commands):
        for name, parameter in inspect.signature(command.callback).parameters.items():
            kind, *notes = get_args(parameter.annotation) or (None,)
            helps = [getattr(note, "help", None) or "" for note in notes]
            if any(words in text for words in WORDS_FOR_LANDSCAPES for text in helps):
                kinds[f"{command.callback.__name__} {name}"] = kind
    assert len(kinds) > 20
    assert set(kinds.values()) <= {str, str | None, list[str]}, kinds


@pytest.fixture(scope="module")
def place(postgresql, tmp_path_factory):
    """A URL with a password, in a configuration that maps a problem there."""
    url = postgresql.new_place(password="s3cret%40x")
    file = tmp_path_factory.mktemp("urls") / "a.toml"
    file.write_text(CONFIGURATION.format(place=url))
    return url, file


@pytest.fixture
def quiet_about_passwords(thalweg):
    """Runs a command that succeeds and shows no password."""

    def run(*arguments):
        result = thalweg(*arguments)
        assert result.returncode == 0, result
        assert "s3cret" not in result.stdout + result.stderr
        return result.stdout

    return run


def test_commands_work_on_a_url_as_on_a_file(quiet_about_passwords, place, tmp_path):
    thalweg, (url, configuration) = quiet_about_passwords, place
    assert "thalweg:***@127.0.0.1" in thalweg("explore", configuration)
    copy = tmp_path / "copy.db"
    thalweg("export", url, copy, "--format", "sqlite")
    assert b"s3cret" not in copy.read_bytes()
    of_url, of_file = (thalweg("summary", where, "--json") for where in (url, copy))
    assert json.loads(of_url)["minima"] == 2 and of_url == of_file
    assert thalweg("analyse", url, "--json") == thalweg("analyse", copy, "--json")


@pytest.mark.slow
def test_commands_that_take_longer_work_on_a_url(quiet_about_passwords, place, tmp_path):
    thalweg, (url, configuration) = quiet_about_passwords, place
    thalweg("explore", configuration)
    thalweg("explore", configuration, "--to", tmp_path / "a.db")
    thalweg("check", url)
    thalweg("connect", url, "--workers", "1")
    thalweg("minima", url, "--more", "1", "--workers", "1")
    thalweg("compare", url, tmp_path / "a.db")
    thalweg("plot", "disconnectivity", url, "-o", tmp_path / "a.png")
    thalweg("import", tmp_path / "a.db", "--to", url, "--format", "sqlite")
    thalweg("report", url, "-o", tmp_path / "a.html")
    assert b"s3cret" not in (tmp_path / "a.html").read_bytes()


def test_refusals_on_a_url_show_no_password(refused, place, tmp_path):
    url, configuration = place
    absent = url.replace(DATABASE, "none")
    results = [
        refused("summary", absent, said="cannot be reached"),
        refused("summary", url.replace("%40", "@"), said="%40"),
        refused("plot", "entropy", absent, "-o", tmp_path / "a.png", said="cannot be reached"),
        refused("explore", configuration, "--to", absent, said="cannot be reached"),
    ]
    assert not any("s3cret" in r.stdout + r.stderr or "@x" in r.stderr for r in results)
