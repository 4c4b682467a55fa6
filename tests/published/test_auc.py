"""Published statements on AUC surrogates, in a small setting: those that hold at any size."""

import pytest

from thalweg.reproduce import REPRODUCTIONS, Scale

SMALL = Scale(150, 400, 2, 32, (0, 1, 2), connect=False)


@pytest.fixture(scope="module")
def auc_spiral():
    return REPRODUCTIONS["table-2.4"](SMALL, lambda step: None)


def n_holding(reproduction, words):
    (statement,) = (s for s in reproduction.statements if words in s.text)
    return statement.holds.count(True)


def test_app_auc_has_more_minima_than_cross_entropy(auc_spiral):
    # Chao1 from 32 starts is a rough bound: two seeds of three must agree.
    assert n_holding(auc_spiral, "more minima by Chao1") >= 2


def test_no_minimum_of_one_is_a_minimum_of_the_other(auc_spiral):
    assert n_holding(auc_spiral, "common to both") == 3


def test_many_minima_relax_to_one(auc_spiral):
    assert n_holding(auc_spiral, "relax to one") == 3


def test_a_lower_cross_entropy_goes_with_a_higher_auc(auc_spiral):
    assert n_holding(auc_spiral, "goes with a higher AUC") == 3


def test_the_table_has_published_values_and_a_spread(auc_spiral):
    row = auc_spiral.table.loc["appAUC: best AUC"]
    assert row.published == 0.81 and 0.5 < row.ours < 1 and row.sd > 0
    assert auc_spiral.as_dict()["scale"]["train"] == 150


@pytest.mark.slow
def test_a_steeper_sigmoid_comes_nearer_the_area_and_has_more_minima():
    reproduction = REPRODUCTIONS["figure-2.10"](
        Scale(150, 400, 2, 24, (0,), connect=False), lambda step: None
    )
    off = reproduction.table.filter(like="|appAUC - AUC|", axis=0).ours
    assert off["beta 100: median |appAUC - AUC|"] < off["beta 10: median |appAUC - AUC|"]
