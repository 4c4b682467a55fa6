"""Options weighed against one another."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import MetricDirection, loss_trade_off, trade_off

OBJECTIVES = {"auc": MetricDirection.HIGHER, "cost": MetricDirection.LOWER}


def around(mean, rng, n=20):
    values = rng.normal(size=n)
    return mean + 0.1 * (values - values.mean())


def test_what_another_option_beats_by_every_objective_is_not_efficient():
    rng = np.random.default_rng(0)
    values = {
        "accurate": {"auc": around(0.9, rng), "cost": np.array([9.0])},
        "cheap": {"auc": around(0.5, rng), "cost": np.array([1.0])},
        "neither": {"auc": around(0.5, rng), "cost": np.array([10.0])},
    }
    result = trade_off(values, OBJECTIVES)
    assert result.is_efficient.tolist() == [True, True, False]
    assert result.dominated_by[2] in (("accurate", "cheap"), ("accurate",))
    assert result.best("auc") == "accurate" and result.best("cost") == "cheap"
    assert result.share_efficient[:2].min() > 0.99 and result.share_efficient[2] < 0.01
    lower, upper = result.intervals[0][0]
    # The mean is 0.9 exactly; its standard error is about 0.1/√20.
    assert lower < 0.9 < upper and 0.05 < upper - lower < 0.15
    assert not result.intervals[0][1].is_known
    words = " ".join(result.statements())
    assert "highest auc: accurate" in words and "neither is beaten by accurate" in words
    assert result.to_frame().loc["cheap", "efficient"] == 1


def test_what_chance_may_have_decided_is_efficient_in_some_of_the_samples():
    rng = np.random.default_rng(1)
    values = {
        name: {"auc": around(mean, rng), "cost": np.array([1.0])}
        for name, mean in (("a", 0.70), ("b", 0.71))
    }
    result = trade_off(values, OBJECTIVES)
    assert result.is_efficient.tolist() == [False, True]
    assert 0.05 < result.share_efficient[0] < 0.95


def test_equal_options_do_not_beat_one_another():
    same = {"auc": np.full(5, 0.5), "cost": np.array([1.0])}
    assert trade_off({"a": same, "b": same}, OBJECTIVES).is_efficient.all()


def test_missing_values_are_refused_by_name():
    with pytest.raises(ValueError, match="b has no finite values of 'cost'"):
        whole = {"auc": np.ones(5), "cost": np.ones(1)}
        trade_off({"a": whole, "b": {"auc": np.ones(5)}}, OBJECTIVES)
    with pytest.raises(ValueError, match="at least one option"):
        trade_off({}, OBJECTIVES)


def test_losses_are_weighed_by_what_their_landscapes_have_saved(spiral_network):
    landscape = tw.explore(spiral_network, minima=8, connect=False, workers=1)
    with pytest.raises(ValueError, match="saved for every landscape"):
        loss_trade_off([("a", landscape)])
    landscape.annotate("test auc", np.linspace(0.5, 0.7, landscape.n_minima))
    result = loss_trade_off([("a", landscape)])
    assert list(result.objectives) == ["test auc", "LPPHE", "steps per quench"]
    assert result.mean[0, 0] == pytest.approx(0.6)
    landscape.annotate("resampled test auc sd", np.full(landscape.n_minima, 0.1))
    assert loss_trade_off([("a", landscape)]).mean[0, 2] == pytest.approx(0.1)
