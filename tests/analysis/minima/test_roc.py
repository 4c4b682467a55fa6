"""The ROC curve by its definition, and its area by that of the AUC."""

import numpy as np
import pytest

from thalweg.analysis import auc_score, roc_curve


@pytest.fixture
def scored():
    rng = np.random.default_rng(0)
    # One digit: many ties.
    return np.round(rng.uniform(size=60), 1), rng.uniform(size=60) < 0.4


def test_rates_are_the_shares_at_or_above_each_threshold(scored):
    score, is_positive = scored
    curve = roc_curve(score, is_positive)
    assert np.all(np.diff(curve.thresholds) < 0)
    counted = [score >= p for p in curve.thresholds]
    assert curve.true_positive_rate.tolist() == [c[is_positive].mean() for c in counted]
    assert curve.false_positive_rate.tolist() == [c[~is_positive].mean() for c in counted]
    assert (curve.true_positive_rate[0], curve.false_positive_rate[0]) == (0, 0)
    assert (curve.true_positive_rate[-1], curve.false_positive_rate[-1]) == (1, 1)


def test_its_area_is_the_auc(scored):
    score, is_positive = scored
    auc = auc_score(is_positive.astype(int), np.column_stack([1 - score, score]))
    assert roc_curve(score, is_positive).area == pytest.approx(auc, abs=1e-14)


def test_a_perfect_score_has_the_whole_area():
    curve = roc_curve(np.array([0.9, 0.8, 0.1]), np.array([True, True, False]))
    # T = 1 wherever F is above zero, as the definition of a perfect classifier says.
    assert curve.area == 1 and np.all(curve.true_positive_rate[curve.false_positive_rate > 0] == 1)


@pytest.mark.parametrize(
    ("score", "is_positive", "said"),
    [
        ([0.1, 0.2], [True, True], "0 negative"),
        ([np.nan, 0.2], [True, False], "NaN"),
        ([0.1], [True, False], "one length"),
    ],
)
def test_what_has_no_curve_is_refused(no_type_checks, score, is_positive, said):
    with pytest.raises(ValueError, match=said):
        roc_curve(np.array(score), np.array(is_positive))
