"""Superposed minima and conserved weights, in a small setting."""

import pytest

from thalweg.reproduce import REPRODUCTIONS, Scale


def n_holding(reproduction):
    return {s.text: s.holds.count(True) for s in reproduction.statements if s.rule == "words"}


@pytest.fixture(scope="module")
def table():
    reproduction = REPRODUCTIONS["table-2.1"](
        Scale(200, 400, 3, 32, (0,), connect=False), lambda step: None
    )
    assert len(reproduction.statements[0].holds) == 3
    return reproduction.table.ours


def test_complementary_minima_beat_single_ones_and_random_pairs(table):
    assert table["MMDBM, 2 minima: AUC"] > table["single: best in hindsight"] + 0.03
    assert table["MMDBM, 2 minima: AUC"] > table["random, 2 minima: AUC"]


def test_a_larger_soft_gate_makes_more_of_the_same_minima(table):
    better = table["MMDBM, 2 minima, soft gate of 5 units: AUC"]
    assert better > table["single: best in hindsight"] + 0.08
    assert better > table["MMDBM, 2 minima: AUC"]


def test_more_minima_could_give_more(table):
    for case in ("MMDBM", "random"):
        assert table[f"{case}, 4 minima: TMA"] >= table[f"{case}, 2 minima: TMA"]
    assert table["MMDBM, 2 minima: TMA"] > 0.9


def test_distance_does_not_say_how_differently_minima_predict():
    reproduction = REPRODUCTIONS["figure-2.6"](
        Scale(200, 0, 3, 32, (0, 1), connect=False), lambda step: None
    )
    assert list(n_holding(reproduction).values()) == [2, 2]


@pytest.mark.slow
def test_conserved_weights_matter_most():
    small = Scale(0, 0, 0, 48, (0, 1), connect=True)
    reproduction = n_holding(REPRODUCTIONS["figure-2.16"](small, lambda step: None))
    for kind in ("sign", "permutation"):
        assert (
            reproduction[
                f"fraud stand-in: {kind} of conserved weights costs more AUC than of as many others"
            ]
            == 2
        )
