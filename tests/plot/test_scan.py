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
