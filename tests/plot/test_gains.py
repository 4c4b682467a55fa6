"""Figures of gains: against a feature of the landscape, as foretold, and by case."""

import numpy as np
import pandas as pd
from matplotlib import pyplot

from thalweg import plot
from thalweg.learn import ForecastCalibration


def test_gains_stand_over_the_feature_a_point_a_data_set():
    _, ax = pyplot.subplots()
    minima = np.array([1, 3])
    points = {
        "uniform": (minima, np.array([0.0, 5.0])),
        "other": (minima, np.array([1.0, -2.0])),
    }
    plot.gains_against(points, ax, feature="minima")
    assert [line.get_ydata().tolist() for line in ax.lines[1:]] == [[0.0, 5.0], [1.0, -2.0]]
    assert ax.get_xlabel() == "minima" and len(ax.get_legend().get_texts()) == 2


def test_reliability_is_what_came_over_what_was_foretold():
    _, ax = pyplot.subplots()
    bins = np.array([[0.1, 0.0, 3], [0.7, 1.0, 2]])
    came = np.array([True])
    calibration = ForecastCalibration(np.array([0.7]), came, 0.1, 0.2, 0.5, 0.05, bins)
    plot.reliability(calibration, ax)
    assert ax.lines[1].get_xydata().tolist() == bins[:, :2].tolist()
    assert [text.get_text() for text in ax.texts] == ["3", "2"]
    assert ax.get_title() == "skill 0.50"


def test_values_by_case_have_the_first_case_on_top():
    _, ax = pyplot.subplots()
    table = pd.DataFrame({"within": [1.0, 2.0], "beyond": [0.0, -1.0]}, index=["a", "b"])
    plot.values_by_case(table, ax, label="nats")
    assert ax.lines[1].get_xydata().tolist() == [[0.0, 1.0], [-1.0, 0.0]]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["a", "b"]
