"""Densities, a metric over a loss, and trade-offs."""

import numpy as np
import pytest

from thalweg import plot
from thalweg.analysis import MetricDirection, linear_fit, trade_off
from thalweg.problems.losses import ApproximateAUC


def test_a_density_integrates_to_one_and_shows_each_value():
    values = np.append(np.random.default_rng(0).normal(size=50), np.nan)
    ax = plot.density(values, "distance", name="minima")
    curve, marks = ax.lines
    x, y = curve.get_xdata(), curve.get_ydata()
    # A tenth of the range on either side cuts a few per cent off the tails.
    assert np.trapezoid(y, x) == pytest.approx(1, abs=0.06)
    np.testing.assert_array_equal(marks.get_xdata(), values[:50])
    assert ax.get_xlabel() == "distance" and curve.get_label() == "minima"


def test_values_without_a_width_are_a_line_and_none_are_an_empty_figure():
    assert plot.density(np.full(4, 0.3), "distance").lines[0].get_xdata()[0] == 0.3
    ax = plot.density(np.full(4, np.nan), "distance")
    assert all(len(line.get_xdata()) == 0 for line in ax.lines)


def test_a_metric_over_a_loss_has_a_point_a_minimum_and_the_line_through_them():
    losses = np.array([0.1, 0.4, 0.2, 0.3])
    metric = 0.9 - losses
    ax = plot.metric_over_loss(
        losses, metric, linear_fit(losses, metric), name="CE", labels=("L", "AUC")
    )
    points, line = ax.lines
    np.testing.assert_array_equal(points.get_ydata(), metric)
    np.testing.assert_allclose(line.get_ydata(), [0.8, 0.5])
    assert line.get_label() == "r = -1.00" and ax.get_ylabel() == "AUC"


def test_pair_kernels_are_drawn_beside_the_step():
    kernels = {"sigmoid": ApproximateAUC(beta=40.0).kernel, "hinge": ApproximateAUC("hinge").kernel}
    ax = plot.pair_kernels(kernels)
    step, sigmoid, hinge = ax.lines
    assert set(step.get_ydata()) == {-1.0, 0.0}
    z = np.asarray(sigmoid.get_xdata())
    np.testing.assert_allclose(sigmoid.get_ydata(), -1 / (1 + np.exp(-40 * z)))
    np.testing.assert_allclose(hinge.get_ydata(), np.maximum(0, 1 - z))


def test_a_trade_off_fills_the_options_that_are_not_beaten():
    objectives = {"auc": MetricDirection.HIGHER, "cost": MetricDirection.LOWER}
    values = {
        "good": {"auc": np.array([0.8, 0.9, 0.7, 0.8, 0.9]), "cost": np.array([1.0])},
        "bad": {"auc": np.array([0.5, 0.6, 0.5, 0.4, 0.5]), "cost": np.array([2.0])},
    }
    result = trade_off(values, objectives)
    ax = plot.trade_off(result, "cost", "auc")
    faces = [line.get_markerfacecolor() for line in ax.lines if line.get_marker() == "o"]
    assert faces == [plot.palette.BLUE, plot.palette.WHITE]
    assert [text.get_text() for text in ax.texts] == ["good", "bad"]
    with pytest.raises(ValueError, match="the objectives are auc, cost"):
        plot.trade_off(result, "cost", "speed")
