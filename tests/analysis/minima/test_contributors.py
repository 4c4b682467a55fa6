"""Whether contributors to the heat capacity are the accurate or the robust minima."""

import itertools

import numpy as np
import pytest
from scipy.stats import spearmanr

from thalweg import Network
from thalweg.analysis import (
    contributions,
    contributor_relations,
    contributor_table,
    log_contributions,
)
from thalweg.analysis.minima.contributors import _with_p_value


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(0)
    return Network.from_arrays(rng.exponential(size=60), lpphe=rng.normal(size=60), dimension=4)


def test_the_logarithm_is_that_of_the_contribution(network):
    g = np.abs(contributions(network, 0.5))
    np.testing.assert_allclose(log_contributions(network, 0.5), np.log(g), rtol=1e-9)
    # Where probabilities underflow the order is still there; two minima that share all of it lose and gain
    # the same.
    assert (contributions(network, 1e-4) == 0).sum() > 40
    assert len(np.unique(log_contributions(network, 1e-4))) >= 59


def test_the_coefficient_is_spearmans_and_noise_has_none(network):
    noise = np.random.default_rng(1).normal(size=60)
    loss, other = contributor_relations(
        network, 0.5, {"loss of a copy": network.losses, "noise": noise}
    )
    expected = spearmanr(log_contributions(network, 0.5), network.losses).statistic
    assert loss.coefficient == pytest.approx(expected) and loss.p_value == 1 / 2000
    assert other.p_value > 0.05 and other.reading().startswith("no relation")
    assert contributor_table([loss, other]).loc["noise", "n"] == 60


def test_what_only_follows_the_loss_has_nothing_beyond_it(network):
    rng = np.random.default_rng(2)
    accuracy = -network.losses + 0.05 * rng.normal(size=60)
    (relation,) = contributor_relations(network, 0.2, {"test auc": accuracy})
    assert relation.p_value < 0.01 and relation.p_beyond > 0.05
    assert "better test auc" in relation.reading()
    secret = log_contributions(network, 0.2) + 0.1 * rng.normal(size=60)
    (relation,) = contributor_relations(network, 0.2, {"other": secret})
    assert relation.p_beyond < 0.01 and "higher other" in relation.reading()


def test_the_p_value_is_the_share_of_all_orders():
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=6), rng.normal(size=6)
    a, b = a - a.mean(), b - b.mean()
    products = [abs(np.array(order) @ b) for order in itertools.permutations(a)]
    exact = np.mean(np.array(products) >= abs(a @ b) - 1e-12)
    # 4,000 draws: the standard error of a share is at most 0.008.
    assert _with_p_value(a, b, 4000, rng)[1] == pytest.approx(exact, abs=0.03)


def test_missing_values_leave_minima_out_and_too_few_are_refused(network, no_type_checks):
    value = np.where(np.arange(60) < 20, np.arange(60.0), np.nan)
    (relation,) = contributor_relations(network, 0.5, {"auc": value})
    assert relation.n == 20
    (constant,) = contributor_relations(network, 0.5, {"auc": np.ones(60)})
    assert np.isnan(constant.coefficient) and constant.reading().startswith("no relation")
    with pytest.raises(ValueError, match="at least 8 minima"):
        contributor_relations(network, 0.5, {"auc": np.where(np.arange(60) < 3, 1.0, np.nan)})
    with pytest.raises(ValueError, match="one number for each of 60"):
        contributor_relations(network, 0.5, {"auc": np.ones(3)})
