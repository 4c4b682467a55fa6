"""Landscapes side by side."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.analysis import landscape_table, linear_fit


@pytest.fixture(scope="module")
def landscape(spiral_network):
    return tw.explore(spiral_network, minima=8, connect=False, workers=1)


def test_the_table_has_a_row_for_each_landscape(landscape, spiral_network):
    values = np.linspace(0.5, 0.7, landscape.n_minima)
    landscape.annotate("test auc", values)
    table = landscape_table([("mapped", landscape), ("empty", tw.Landscape.create(spiral_network))])
    assert table.loc["mapped", "minima"] == landscape.n_minima and table.loc["empty", "minima"] == 0
    assert table.loc["mapped", "best test auc"] == 0.7
    assert table.loc["mapped", "variance of test auc"] == pytest.approx(values.var())
    assert np.isnan(table.loc["empty", "lpphe_mean"])


def test_the_best_error_is_the_smallest_and_the_best_density_the_largest(landscape):
    values = np.linspace(0.5, 0.7, landscape.n_minima)
    lower = ("test mean squared error", "test calibration error", "test loss")
    for name in (*lower, "test log density", "weight norm"):
        landscape.annotate(name, values)
    row = landscape_table([("mapped", landscape)]).loc["mapped"]
    assert [row[f"best {name}"] for name in lower] == [0.5] * 3
    assert row["best test log density"] == 0.7
    # Nothing says which end is better, so there is a mean and no best.
    assert "best weight norm" not in row and row["mean weight norm"] == pytest.approx(0.6)


def test_a_saved_value_goes_with_the_loss_as_its_straight_line_says(landscape):
    losses = landscape.network().losses
    values = 0.9 - 0.1 * losses + 0.01 * np.random.default_rng(0).normal(size=len(losses))
    landscape.annotate("test auc", values)
    row, fit = landscape_table([("mapped", landscape)]).loc["mapped"], linear_fit(losses, values)
    assert row["slope of test auc over loss"] == fit.slope
    assert row["error of slope of test auc"] == fit.slope_error > 0
    assert row["pearson of loss and test auc"] == fit.pearson
    assert row["spearman of loss and test auc"] < 0 and row["median test auc"] == np.median(values)
    # A minimum without the value is left out, and one alone has no line.
    landscape.annotate("half", np.where(np.arange(len(losses)) > 0, np.nan, 1.0))
    assert "slope of half over loss" not in landscape_table([("m", landscape)]).loc["m"]
