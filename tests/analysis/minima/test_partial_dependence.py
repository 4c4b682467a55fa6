"""Partial dependence is the mean over rows with one input set, as Friedman defines it."""

import numpy as np
import pytest
from written_out_model import WrittenOutModel

from thalweg import analysis, plot
from thalweg.problems.output_kind import OutputKind
from thalweg.problems.predictions import class_probabilities


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    return np.column_stack([rng.normal(size=(30, 2)), rng.integers(0, 3, 30)])


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(1).normal(size=6)


def test_it_is_the_mean_probability_with_the_input_set(rows, x):
    model = WrittenOutModel()
    result = analysis.partial_dependence(model, x, rows, 1, resolution=7)
    assert result.is_of_classes and result.average.shape == (7, 2)
    # Between two percentiles, of which there are several definitions.
    assert rows[:, 1].min() < result.grid[0] and result.grid[-1] < rows[:, 1].max()
    assert np.diff(result.grid) == pytest.approx(np.ptp(result.grid) / 6)
    for value, average in zip(result.grid, result.average, strict=True):
        changed = rows.copy()
        changed[:, 1] = value
        expected = class_probabilities(model, x, changed).mean(axis=0)
        assert average == pytest.approx(expected, rel=1e-12)
    assert result.average.sum(axis=1) == pytest.approx(1, rel=1e-12)


def test_values_are_predicted_and_an_input_of_few_values_has_those(rows, x):
    model = WrittenOutModel(OutputKind.VALUES)
    result = analysis.partial_dependence(model, x, rows, 2)
    assert result.grid.tolist() == [0, 1, 2] and not result.is_of_classes
    changed = np.column_stack([rows[:, :2], np.full(30, 2.0)])
    assert result.average[2] == pytest.approx(model.outputs(x, changed).mean(axis=0), rel=1e-12)


def test_an_input_that_is_not_there_is_refused(rows, x):
    with pytest.raises(ValueError, match="input must be"):
        analysis.partial_dependence(WrittenOutModel(), x, rows, 3)
    with pytest.raises(ValueError, match="one row or more"):
        analysis.partial_dependence(WrittenOutModel(), x, rows[:0], 0)


def test_the_figure_has_a_line_for_each_output(rows, x):
    result = analysis.partial_dependence(WrittenOutModel(), x, rows, 1, resolution=7)
    ax = plot.partial_dependence(result, name="petal $ width")
    assert len(ax.lines) == 2 and ax.get_ylabel() == "mean probability"
    assert np.array_equal(ax.lines[1].get_ydata(), result.average[:, 1])
    assert "petal" in ax.get_xlabel()
