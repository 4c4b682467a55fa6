"""Saddles and their sum on the command line."""

import json

import pytest
from typer.testing import CliRunner

import thalweg as tw
from thalweg.cli.app import app
from thalweg.landscape.end_reason import EndReason
from thalweg.problems import double_well
from thalweg.search.exploration import completion, planner

CONFIGURATION = """
[problem]
kind = "neural_network"
dataset = "spirals"
train = 60
test = 10
hidden = [1]
l2 = 3e-3
[search]
complete = true
workers = 1
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One hidden unit, complete, by a configuration that asks for it; and what was said."""
    folder = tmp_path_factory.mktemp("completeness")
    (folder / "network.toml").write_text(CONFIGURATION)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(completion, "_IDLE_WALKS", 96)
        arguments = ["explore", str(folder / "network.toml"), "--to", str(folder / "a.db")]
        result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    return folder / "a.db", result


@pytest.fixture(scope="module")
def file(made):
    return made[0]


def test_a_configuration_can_ask_for_everything(made):
    assert made[1].exit_code == 0
    with tw.Landscape.open(made[0]) as landscape:
        assert landscape.outcome().reason is EndReason.COMPLETE


def test_euler_prints_the_points_of_each_index_and_their_sum(here, file):
    said = here("euler", file).stdout
    assert "index 0:" in said and "index 1:" in said
    assert "= 1 over indices" in said
    values = json.loads(here("euler", file, "--json").stdout)
    assert values["sum"] == 1 and values["is_one"] and values["missing"] == []
    assert sum((-1) ** one["index"] * one["images"] for one in values["counts"]) == 1


def test_saddles_are_counted_by_index(here, file, monkeypatch):
    monkeypatch.setattr(completion, "_IDLE_WALKS", 32)
    monkeypatch.setattr(planner, "_WALKS_PER_TASK", 4)
    values = json.loads(here("saddles", file, "--index", "2", "--workers", 1, "--json").stdout)
    assert values["saddles"] == sum(values["by_index"].values())
    assert "nothing new in" in values["outcome"]


def test_a_wrong_index_is_refused_in_one_line(here, file):
    for index in ("1", "two", "2,99"):
        result = here("saddles", file, "--index", index)
        assert result.returncode == 1
        assert "index" in result.stderr and "Traceback" not in result.stderr


def test_a_loss_that_is_not_known_to_grow_is_judged_on_the_users_word_alone(here, tmp_path):
    tw.explore(double_well(), tmp_path / "wells.db", minima=2, workers=1).close()
    assert "says nothing" in here("euler", tmp_path / "wells.db").stdout
    assert "2 − 1 = 1" in here("euler", tmp_path / "wells.db", "--grows").stdout
