"""Figures of Gaussian processes: kernels, priors, fits, terms of the likelihood."""

import numpy as np
import pytest
from matplotlib import pyplot

from thalweg import plot
from thalweg.problems import LikelihoodTerms
from thalweg.problems.gaussian_processes.prediction import GaussianProcessPrediction


@pytest.fixture
def ax():
    figure, ax = pyplot.subplots()
    yield ax
    pyplot.close(figure)


def test_kernel_curves_are_told_apart_by_colour_and_dash(ax):
    x = np.linspace(0, 1, 5)
    plot.kernel_curves(x, {"short": 1 - x, "long": 1 - x / 2}, ax)
    assert [line.get_ydata().tolist() for line in ax.lines] == [
        (1 - x).tolist(),
        (1 - x / 2).tolist(),
    ]
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == 2
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["short", "long"]


def test_a_covariance_matrix_has_its_first_point_at_the_top_left(ax):
    matrix = np.array([[2.0, 1.0], [1.0, 2.0]])
    plot.covariance_matrix(matrix, ax, span=(0.0, 5.0))
    (image,) = ax.images
    assert image.get_array().tolist() == matrix.tolist()
    assert image.get_extent() == [0.0, 5.0, 5.0, 0.0] and image.get_clim() == (0.0, 2.0)


def test_prior_samples_are_a_line_each(ax):
    samples = np.arange(6.0).reshape(2, 3)
    plot.prior_samples(np.arange(3.0), samples, ax)
    assert [line.get_ydata().tolist() for line in ax.lines] == samples.tolist()


def test_a_fit_has_its_mean_its_spread_the_function_and_the_observations(ax):
    x = np.arange(3.0)
    prediction = GaussianProcessPrediction(x, np.full(3, 0.25), 0.1)
    plot.process_fit(x, prediction, ax, truth=2 * x, observations=(x[:1], x[:1]))
    (band,) = ax.collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert heights.min() == -1 and heights.max() == 3
    assert [line.get_ydata().tolist() for line in ax.lines] == [[0, 1, 2], [0, 2, 4], [0]]


def test_the_terms_of_a_likelihood_stand_over_the_length_scale(ax):
    terms = [LikelihoodTerms(3.0, 0.0, 1.0), LikelihoodTerms(300.0, -20.0, 1.0)]
    plot.likelihood_terms(np.array([0.1, 10.0]), terms, ax)
    assert [line.get_ydata()[1] for line in ax.lines] == [300, -20, 281]
    assert ax.get_xscale() == "log"


def test_a_surface_fills_its_grid(ax):
    plot.filled_surface(np.arange(3.0), np.arange(2.0), np.arange(6.0).reshape(2, 3), ax)
    assert ax.get_xlim() == (0, 2) and ax.get_ylim() == (0, 1)
    (contours,) = ax.collections
    assert contours.get_clim()[0] <= 0.5 and contours.get_clim()[1] >= 4.5
