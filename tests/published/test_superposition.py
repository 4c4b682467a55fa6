"""Superposed minima, in a small setting."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.datasets import spirals
from thalweg.reproduce import REPRODUCTIONS, Landscapes, Scale
from thalweg.reproduce.superpositions import superposition_values

pytestmark = pytest.mark.slow


def n_holding(reproduction):
    return {s.text: s.holds.count(True) for s in reproduction.statements if s.rule == "words"}


@pytest.fixture(scope="module")
def landscapes(tmp_path_factory):
    return Landscapes(tmp_path_factory.mktemp("landscapes"))


@pytest.fixture(scope="module")
def table(landscapes):
    small = Scale(200, 400, 3, 32, (0,), connect=False, size="tiny")
    return REPRODUCTIONS["table-2.1"](small, lambda step: None, landscapes).table.ours


def test_complementary_minima_beat_the_best_of_them(table):
    for case in ("C_V peak 1", "MMDBM", "MMDBM & C_V peak 1"):
        best, together, bound = (table[f"{case}: {q}"] for q in ("best individual", "MLSUP", "TMA"))
        assert best + 0.03 < together < bound
    assert table["MMDBM: TMA"] > 0.9


def test_a_soft_gate_beats_the_best_of_its_minima_and_their_vote(table):
    soft, vote = (
        table[f"MMDBM, {gate} (ours): MLSUP"]
        for gate in ("soft gate of 5 units", "vote by correlation of errors")
    )
    assert soft > max(vote, table["MMDBM: best individual"]) + 0.03


def test_ties_make_a_vote_what_no_classifier_can_be(table):
    for case in ("C_V peak 1", "MMDBM"):
        assert table[f"{case}: majority accuracy, ties correct"] > 0.8
        assert table[f"{case}: majority accuracy, ties shared"] < 0.7


def test_distance_does_not_say_how_differently_minima_predict(landscapes):
    small = Scale(200, 400, 3, 32, (0, 1), connect=False, size="tiny")
    result = REPRODUCTIONS["figure-2.6"](small, lambda step: None, landscapes)
    holding = n_holding(result)
    assert holding["the correlation is only very weak (below 0.3 in magnitude)"] == 2
    assert holding["ours: alignment over the symmetry group raises the correlation"] == 2


def test_a_peak_that_is_not_there_is_an_empty_row():
    data = spirals(10, 4)
    problem = tw.problems.NeuralNetwork.from_data(data.inputs, data.targets, hidden=(1,))
    level = tw.Network.from_arrays([0.0, 0.0], coordinates=np.eye(2, problem.dimension))
    values = superposition_values(level, problem, data, 0, {"select": "mmdbm+heat_capacity:1"})
    assert values == {}
