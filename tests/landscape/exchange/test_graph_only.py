"""PATHSAMPLE's tables without points: a network for analysis, and its file."""

import json
import os

import numpy as np
import pytest
from typer.testing import CliRunner

import thalweg as tw
from thalweg import LandscapeError, Network
from thalweg.analysis import mean_first_passage_times, occupation_probabilities, rate_constants
from thalweg.cli.app import app
from thalweg.landscape.exchange import read_pathsample_network, write_pathsample
from thalweg.landscape.network_file import read_network, write_network
from thalweg.testing.analytic import ring_landscape

MINIMA = "-1.0 3.0 2 1.0 1.0 1.0\n-0.8D+00 2.0 1 1.0 1.0 1.0\n-0.5 1.0 6 1.0 1.0 1.0\n"
STATES = (
    "-0.2 1.5 1 1 2 1.0 1.0 1.0\n-0.1 1.0 2 2 3 1.0 1.0 1.0\n 0.0 1.0 1 1 2 1.0 1.0 1.0\n"
    "-0.9 1.0 1 2 3 1.0 1.0 1.0\n"
)


@pytest.fixture
def tables(tmp_path):
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "min.data").write_text(MINIMA)
    (folder / "ts.data").write_text(STATES)
    return folder


def test_rates_are_those_of_pathsample(tables):
    """ln k = ln(o_α/2πo_†) + (f_α − f_†)/2 − (E_† − E_α)/T for each line, as PATHSAMPLE computes it."""
    network, temperature = read_pathsample_network(tables).network, 0.3
    loss, lpphe, order = np.array([[-1.0, -0.8, -0.5], [3.0, 2.0, 1.0], [2, 1, 6]])
    expected = np.zeros((3, 3))
    for e, f, o, a, b in ((-0.2, 1.5, 1, 0, 1), (-0.1, 1.0, 2, 1, 2), (0.0, 1.0, 1, 0, 1)):
        for i, j in ((a, b), (b, a)):
            climb = (lpphe[i] - f) / 2 - (e - loss[i]) / temperature
            expected[i, j] += order[i] / (2 * np.pi * o) * np.exp(climb)
    np.testing.assert_allclose(rate_constants(network, temperature).toarray(), expected, rtol=1e-12)
    weights = np.exp(-loss / temperature - lpphe / 2) / order
    p = occupation_probabilities(network, temperature)
    np.testing.assert_allclose(p, weights / weights.sum(), rtol=1e-12)


def test_a_transition_state_below_a_minimum_is_left_out_and_told(tables):
    result = read_pathsample_network(tables)
    assert result.network.n_transition_states == 3
    assert result.notes[0].startswith("1 transition states lie below one of their minima")
    assert "number [4] of ts.data" in result.notes[0]


def test_our_own_tables_come_back(tmp_path):
    landscape = ring_landscape()
    write_pathsample(landscape, tmp_path / "out")
    network, read = landscape.network(), read_pathsample_network(tmp_path / "out").network
    np.testing.assert_array_equal(read.losses, network.losses)
    np.testing.assert_array_equal(read.edges, network.edges)
    np.testing.assert_array_equal(read.barrier_lpphe, network.barrier_lpphe)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("min.data", "-1.0 3.0\n", "2 columns"),
        ("min.data", MINIMA.replace("3.0", "nan"), "row 1"),
        ("min.data", MINIMA.replace(" 6 ", " 0 "), "row 3"),
        ("min.data", "1_0 3.0 1\n", "'1_0'"),
        ("ts.data", "0.0 1.0 1 1 4\n", "joins minimum 4"),
        ("ts.data", "0.0 1.0 1 1 1.5\n", r"whole numbers, got 1\.5"),
        ("ts.data", "0.0 1.0 1 1 1e30\n", "whole numbers"),
    ],
)
def test_tables_that_do_not_hold_are_refused(tables, name, text, says):
    (tables / name).write_text(text)
    with pytest.raises(LandscapeError, match=says):
        read_pathsample_network(tables)


@pytest.mark.parametrize(
    "network",
    [
        ring_landscape().network(),
        Network.from_arrays([]),
        Network.from_rates([[0, 4.0, 1.0], [0.5, 0, 3.0], [2.0, 0.2, 0]]),
    ],
)
def test_a_network_comes_back_from_its_file(network, tmp_path):
    write_network(network, tmp_path / "n.npz")
    read = read_network(tmp_path / "n.npz")
    for name, value in vars(network).items():
        if name != "chain":
            np.testing.assert_array_equal(getattr(read, name), value)
    if network.chain is not None:
        times = mean_first_passage_times(read, None, 0)
        np.testing.assert_array_equal(times, mean_first_passage_times(network, None, 0))


def test_files_that_hold_no_network_are_refused(tmp_path):
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(LandscapeError, match="holds no network"):
        read_network(tmp_path / "other.npz")
    write_network(ring_landscape().network(), tmp_path / "n.npz")
    with np.load(tmp_path / "n.npz") as arrays:
        changed = dict(arrays) | {"edges": np.array([[0, 7], [0, 1]])}
    np.savez(tmp_path / "n.npz", **changed)
    with pytest.raises(LandscapeError, match="indices 0 … 1 into losses"):
        read_network(tmp_path / "n.npz")


def test_the_command_line_reads_tables_without_points(tables, tmp_path):
    def run(*arguments):
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    graph = tmp_path / "graph.npz"
    result = run("import", tables, "--to", graph, "--graph-only", "--modes", 3)
    assert result.exit_code == 0
    assert "3 minima and 3 transition states" in " ".join(result.output.split())
    assert "left out" in result.output
    numbers = json.loads(run("analyse", graph, "--json").output)
    assert (numbers["n_minima"], numbers["n_joined"]) == (3, 3)
    figure = tmp_path / "graph.png"
    assert (
        run("plot", "disconnectivity", graph, "-o", figure, "--colour-by", "basin").exit_code == 0
    )
    assert os.path.getsize(figure) > 1000
    assert tw.analysis.heat_capacity(read_network(graph)).values.min() >= 3
    for arguments, says in (
        (("import", tables, "--to", graph, "--graph-only"), "exists already"),
        (
            ("import", tables, "--to", graph, "--graph-only", "--format", "pele"),
            "tables of pathsample",
        ),
        (("minima", graph), "not a landscape"),
        (("plot", "disconnectivity", graph, "-o", figure, "--colour-by", "auc"), "not a landscape"),
    ):
        result = run(*arguments)
        assert result.exit_code == 1 and says in str(result.exception)
