"""Statements from published values: all of them, and what several seeds say."""

import numpy as np
import pytest

from thalweg.reproduce import CannotTell, Statement, Verdict, published_statements, stated
from thalweg.reproduce.reproduction import side_by_side

PUBLISHED = {
    "a": {"AUC": 0.7, "LPPHE": -93.0},
    "b": {"AUC": 0.8, "LPPHE": -110.0},
    "c": {"AUC": 0.8},
}


def ours(**by_case):
    return {case: [{"AUC": v} for v in values] for case, values in by_case.items()}


def test_every_order_and_every_sign_is_stated():
    statements = published_statements(ours(a=[0.5]), PUBLISHED, never_negative=("AUC",))
    # b and c are equal: no order is published of them.
    assert [(s.text, s.rule) for s in statements] == [
        ("AUC: b > a (0.8 > 0.7)", "order"),
        ("AUC: c > a (0.8 > 0.7)", "order"),
        ("LPPHE: a > b (-93 > -110)", "order"),
        ("LPPHE: a is below zero (-93)", "sign"),
        ("LPPHE: b is below zero (-110)", "sign"),
    ]


@pytest.mark.parametrize(
    ("a", "b", "verdict", "why"),
    [
        ([1, 2, 3], [2, 3, 4], Verdict.HOLDS, ""),
        ([2, 3, 4], [1, 2, 3], Verdict.CONTRARY, ""),
        ([1, 2, 3], [2, 3, 1], Verdict.OPEN, "holds in 2 of 3 seeds"),
        ([1, 2], [2, 3], Verdict.OPEN, "2 seeds, fewer than 3"),
        ([1, 2, 3], [2, 3, 3], Verdict.OPEN, "ours are equal"),
        ([1, 2, 3], [2, 3, np.nan], Verdict.OPEN, "ours has no value"),
        ([1, 2, 3], [], Verdict.OPEN, "ours has no value"),
    ],
)
def test_a_verdict_needs_three_seeds_of_one_mind(a, b, verdict, why):
    published = {"a": {"AUC": 0.7}, "b": {"AUC": 0.8}}
    (order,) = published_statements(ours(a=a, b=b), published, never_negative=("AUC",))
    assert order.verdict is verdict and order.explanation == why


def test_a_sign_is_compared_by_seed():
    published = {"a": {"gain": 10.0}}
    measured = {"a": [{"gain": -1.0}, {"gain": -2.0}, {"gain": -0.1}]}
    (sign,) = published_statements(measured, published)
    assert sign.text == "gain: a is above zero (10)" and sign.verdict is Verdict.CONTRARY


def test_words_are_tested_with_the_values_of_one_seed():
    values = {"a": [{"n": 1}, {"n": 2}, {"n": 3}]}
    assert stated("", values, lambda r: r["a"]["n"] > 0).verdict is Verdict.HOLDS
    open_one = stated(
        "", values, lambda r: r["a"]["n"] > 1 or CannotTell("one alone"), "other data"
    )
    assert open_one.holds == (None, True, True) and open_one.explanation == "one alone"
    assert open_one.as_dict()["verdict"] == "cannot be told"


def test_a_statement_without_runs_cannot_be_told():
    assert Statement("none", ()).verdict is Verdict.OPEN


def test_what_is_published_stands_in_the_table_though_it_was_not_computed():
    table = side_by_side(ours(a=[0.5, 0.7, np.nan]), PUBLISHED)
    assert table.loc["a: AUC"].tolist() == pytest.approx([0.7, 0.6, np.sqrt(0.02)])
    assert table.loc["c: AUC"].published == 0.8 and np.isnan(table.loc["c: AUC"].ours)
    assert np.isnan(table.loc["a: LPPHE"].ours)
