"""Chao1 and Good–Turing against numbers worked out by hand and against a simulated landscape."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg.landscape.coverage import coverage


def test_estimates_of_a_worked_example():
    # f1 = 3, f2 = 1, n = 43, 8 classes: 1 − 3/43 and 8 + (42/43)·3·2/(2·2).
    estimates = coverage([3, 1, 1, 2, 5, 1, 10, 20])
    assert estimates.good_turing == pytest.approx(1 - 3 / 43)
    assert estimates.chao1 == pytest.approx(8 + (42 / 43) * 1.5)
    assert estimates.chao1_interval[0] >= 8


def test_without_draws_nothing_is_estimated():
    estimates = coverage([])
    assert math.isnan(estimates.good_turing) and not estimates.is_saturated


def test_many_hits_of_few_minima_are_saturated_and_few_are_not():
    assert coverage([300, 200, 50]).is_saturated
    assert not coverage([5, 4, 3]).is_saturated
    assert not coverage([300, 200, 1, 1, 1, 1, 1]).is_saturated


@given(st.lists(st.integers(0, 50), max_size=40))
def test_chao1_is_never_below_the_count_and_intervals_hold_their_estimates(hits):
    estimates = coverage(hits)
    assert estimates.chao1 >= estimates.distinct == np.count_nonzero(hits)
    if estimates.draws >= 5:
        assert estimates.chao1_interval[0] <= estimates.chao1 <= estimates.chao1_interval[1] + 1e-9
        assert 0 <= estimates.good_turing_interval[0] <= estimates.good_turing_interval[1] <= 1


def test_intervals_cover_the_truth_of_simulated_landscapes():
    rng = np.random.default_rng(0)
    n_covering, n_above = 0, 0
    for _ in range(200):
        weights = rng.dirichlet(np.full(60, 0.7))
        hits = rng.multinomial(400, weights)
        truth = weights[hits > 0].sum()
        lower, upper = coverage(hits).good_turing_interval
        n_covering += lower <= truth <= upper
        n_above += coverage(hits).chao1_interval[1] >= 55
    # A 95 % interval holds in 200 trials at least 90 % of the time, but for one chance in a thousand.
    assert n_covering >= 180
    assert n_above >= 150
