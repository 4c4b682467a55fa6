"""Landscapes side by side, and minima of one on another."""

import dataclasses

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import landscape_table, loss_metric_correlation, relax_on


@pytest.fixture(scope="module")
def mapped(spiral_network):
    return tw.explore(spiral_network, minima=8, connect=False, workers=1)


def test_minima_rest_on_their_own_problem(mapped, spiral_network):
    network = mapped.network()
    found = relax_on(network, spiral_network)
    assert found.n_reached == network.n_minima and found.is_common.all()
    np.testing.assert_array_equal(found.assignment, np.arange(network.n_minima))
    assert found.rms_gradient.max() < 1e-9
    np.testing.assert_allclose(found.loss_before, network.losses, atol=1e-12)


def test_a_heavier_penalty_draws_minima_together(mapped, spiral_network):
    heavy = dataclasses.replace(spiral_network, l2=np.asarray(1e-2))
    found = relax_on(mapped.network(), heavy)
    assert found.n_reached < mapped.n_minima and not found.is_common.any()
    assert (found.loss_after <= found.loss_before + 1e-12).all()
    # The end points are minima of the other problem, and each belongs to the one it is assigned to.
    for place, loss in zip(found.assignment, found.loss_after, strict=True):
        assert found.reached[place].loss == pytest.approx(loss, abs=1e-9)
        assert found.reached[place].rms_gradient < 1e-10


def test_other_parameters_are_refused(mapped, xor):
    with pytest.raises(ValueError, match="same model"):
        relax_on(mapped.network(), xor)


def test_the_table_has_a_row_for_each_landscape(mapped, spiral_network):
    values = np.linspace(0.5, 0.7, mapped.n_minima)
    mapped.annotate("test auc", values)
    table = landscape_table([("mapped", mapped), ("empty", tw.Landscape.create(spiral_network))])
    assert table.loc["mapped", "minima"] == mapped.n_minima and table.loc["empty", "minima"] == 0
    assert table.loc["mapped", "best test auc"] == 0.7
    assert table.loc["mapped", "variance of test auc"] == pytest.approx(values.var())
    assert np.isnan(table.loc["empty", "lpphe_mean"])


def test_the_best_error_is_the_smallest_and_the_best_density_the_largest(mapped):
    values = np.linspace(0.5, 0.7, mapped.n_minima)
    lower = ("test mean squared error", "test calibration error", "test loss")
    for name in (*lower, "test log density", "weight norm"):
        mapped.annotate(name, values)
    row = landscape_table([("mapped", mapped)]).loc["mapped"]
    assert [row[f"best {name}"] for name in lower] == [0.5] * 3
    assert row["best test log density"] == 0.7
    # Nothing says which end is better, so there is a mean and no best.
    assert "best weight norm" not in row and row["mean weight norm"] == pytest.approx(0.6)


def test_rank_correlations_have_an_interval():
    losses = np.arange(20.0)
    found = loss_metric_correlation(losses, -losses)
    assert found.coefficient == pytest.approx(-1) and found.interval[1] < -0.9
    low, high = loss_metric_correlation(losses, np.cos(losses)).interval
    assert low < 0 < high
    with pytest.raises(ValueError, match="at least four"):
        loss_metric_correlation(losses[:3], losses[:3])
