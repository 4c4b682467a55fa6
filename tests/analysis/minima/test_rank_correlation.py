"""Rank correlations over minima."""

import numpy as np
import pytest
from scipy.stats import rankdata

from thalweg.analysis import chance_correlation, loss_metric_correlation, rank_correlations


def test_rank_correlations_have_an_interval():
    losses = np.arange(20.0)
    result = loss_metric_correlation(losses, -losses)
    assert result.coefficient == pytest.approx(-1) and result.interval[1] < -0.9
    lower, upper = loss_metric_correlation(losses, np.cos(losses)).interval
    assert lower < 0 < upper
    with pytest.raises(ValueError, match="at least two"):
        loss_metric_correlation(losses[:1], losses[:1])


def test_what_does_not_vary_has_no_correlation():
    result = loss_metric_correlation(np.arange(6.0), np.ones(6))
    assert np.isnan([result.coefficient, result.p_value, *result.interval]).all()


def test_chance_exceeds_its_correlation_once_in_twenty():
    rng = np.random.default_rng(0)
    for n in (10, 40):
        rows = [loss_metric_correlation(*rng.normal(size=(2, n))) for _ in range(2000)]
        share = np.mean([abs(row.coefficient) > chance_correlation(n) for row in rows])
        # 2000 draws of one in twenty have a standard error of 0.005; the approximation is as good.
        assert share == pytest.approx(0.05, abs=0.02)
    assert chance_correlation(3) == 1


def test_an_interval_includes_zero_where_chance_may_have_done_it():
    rng = np.random.default_rng(1)
    for _ in range(50):
        result = loss_metric_correlation(*rng.normal(size=(2, 12)))
        holds_zero = result.interval[0] < 0 < result.interval[1]
        assert holds_zero == (abs(result.coefficient) < chance_correlation(12))


def test_the_table_holds_the_correlations_of_ranks():
    values = np.random.default_rng(0).normal(size=(2, 12))
    table = rank_correlations({"loss": values[0], "trace": values[1]})
    expected = np.corrcoef(rankdata(values[0]), rankdata(values[1]))
    np.testing.assert_allclose(table.to_numpy(), expected, atol=1e-12)
    with pytest.raises(ValueError, match="at least three"):
        rank_correlations({"loss": np.zeros(2)})
