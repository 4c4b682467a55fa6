"""Figures over a scanned parameter."""

import pandas as pd
from matplotlib import pyplot

from thalweg import Network, plot


def test_graphs_over_a_parameter_share_one_loss_axis():
    lower = Network.from_arrays([0.0, 0.5], [(0, 1)], [1.0], dimension=1)
    higher = Network.from_arrays([2.0, 2.5], [(0, 1)], [4.0], dimension=1)
    figure, axes = pyplot.subplots(1, 2)
    plot.graphs_over_parameter([(0.5, lower), (1.0, higher)], "nu", axes)
    assert axes[0].get_ylim() == axes[1].get_ylim()
    assert axes[0].get_ylim()[0] < 0 and axes[0].get_ylim()[1] > 4
    assert axes[1].get_title() == "nu = 1, minima: 2"
    pyplot.close(figure)


def test_the_counts_stand_over_the_values():
    table = pd.DataFrame({"minima": [3, 1]}, index=[0.5, 1.0])
    figure, ax = pyplot.subplots()
    plot.minima_counts(table, "nu", ax)
    (line,) = ax.lines
    assert line.get_xydata().tolist() == [[0.5, 3.0], [1.0, 1.0]]
    assert ax.get_xlabel() == "nu" and ax.get_ylabel() == "minima"
    pyplot.close(figure)


def test_only_columns_with_a_value_are_worth_a_panel():
    table = pd.DataFrame({"minima": [1, 2], "frustration": [float("nan")] * 2, "other": [1, 2]})
    assert plot.sweep_columns(table) == ["minima"]


def test_all_minima_over_a_parameter_are_coloured_by_group_and_joined_by_branch():
    table = pd.DataFrame(
        {
            "value": [1.0, 1.0, 2.0],
            "loss": [0.0, 5.0, 0.1],
            "group": [0, 1, 0],
            "branch": [0, 1, 0],
        }
    )
    figure, (left, right) = pyplot.subplots(1, 2)
    plot.minima_over_parameter(table, "loss", "nu", left)
    plot.minima_over_parameter(table, "loss", "nu", right, by="branch")
    for ax, style in ((left, "None"), (right, "-")):
        assert [line.get_xydata().tolist() for line in ax.lines] == [
            [[1.0, 0.0], [2.0, 0.1]],
            [[1.0, 5.0]],
        ]
        assert {line.get_linestyle() for line in ax.lines} == {style}
        assert ax.get_xlabel() == "nu" and ax.get_ylabel() == "loss"
    pyplot.close(figure)


def test_gains_over_a_parameter_are_a_line_a_weighting():
    table = pd.DataFrame({"uniform": [1.0, -2.0], "occupation": [0.0, 3.0]}, index=[0.5, 1.5])
    figure, ax = pyplot.subplots()
    plot.gains_over_parameter(table, "nu", ax)
    assert [line.get_ydata().tolist() for line in ax.lines[1:]] == [[1.0, -2.0], [0.0, 3.0]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["uniform", "occupation"]
    pyplot.close(figure)


def test_a_sweep_of_a_surrogate_shows_how_far_it_is_from_the_area():
    table = pd.DataFrame({"minima": [1, 2], "median train auc deviation": [0.1, 0.01]}, [5.0, 50.0])
    table.index.name = "problem.beta"
    assert plot.sweep_columns(table) == ["minima", "median train auc deviation"]
    ax = plot.sweep(table, "median train auc deviation")
    assert ax.lines[0].get_ydata().tolist() == [0.1, 0.01] and ax.get_xscale() == "log"


def test_errors_over_the_smoothness_have_a_curve_and_a_line_for_each_data_set():
    curves = pd.DataFrame({"a": [1.0, 0.8], "b": [0.5, 0.6]}, index=[0.5, 2.0])
    figure, ax = pyplot.subplots()
    plot.errors_over_smoothness(curves, ax, optimised={"a": 0.7, "b": 0.4}, marked=(0.5,))
    heights = [list(line.get_ydata()) for line in ax.lines[1:]]
    assert heights == [[1.0, 0.8], [0.7, 0.7], [0.5, 0.6], [0.4, 0.4]]
    pyplot.close(figure)
