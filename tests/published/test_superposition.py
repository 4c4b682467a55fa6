"""Superposed minima of the spiral, in a small setting."""

import pytest

from thalweg.reproduce import REPRODUCTIONS, Scale


@pytest.fixture(scope="module")
def table():
    found = REPRODUCTIONS["table-2.1"](Scale(200, 400, 3, 32, (0,), connect=False), lambda at: None)
    assert len(found.claims[0].holds) == 5
    return found.table.ours


def test_complementary_minima_beat_single_ones_and_random_pairs(table):
    assert table["MMDBM, 2 minima: AUC"] > table["single: best in hindsight"] + 0.03
    assert table["MMDBM, 2 minima: AUC"] > table["random, 2 minima: AUC"]


def test_more_minima_could_give_more(table):
    for case in ("MMDBM", "random"):
        assert table[f"{case}, 4 minima: TMA"] >= table[f"{case}, 2 minima: TMA"]
    assert table["MMDBM, 2 minima: TMA"] > 0.9
