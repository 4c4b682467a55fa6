"""Pictures of one minimum as a model."""

import jax
import numpy as np
import pytest
from matplotlib import pyplot

import thalweg as tw
from thalweg import plot


@pytest.fixture(autouse=True)
def close_figures():
    yield
    pyplot.close("all")


def test_every_weight_is_a_line_and_every_unit_a_dot(spiral_network):
    x = np.random.default_rng(0).normal(size=17)
    with jax.enable_x64(True):
        layers = [np.asarray(layer) for layer in spiral_network.layers(jax.numpy.asarray(x))]
    ax = plot.weight_diagram(layers, input_names=("x", "y"))
    segments = [c for c in ax.collections if hasattr(c, "get_segments")]
    assert sum(len(c.get_segments()) for c in segments) == 2 * 3 + 3 * 2
    assert {t.get_text() for t in ax.texts} == {"x", "y"}


def test_a_boundary_is_drawn_for_two_inputs_only(spiral_network):
    data = tw.datasets.spirals(400, 0)
    x = np.random.default_rng(0).normal(size=17)
    ax = plot.decision_boundary(spiral_network, x, data.inputs, data.targets, resolution=20)
    assert ax.get_xlabel() == "input 1" and len(ax.collections) >= 2
    with pytest.raises(ValueError, match="two inputs"):
        plot.decision_boundary(spiral_network, x, np.zeros((3, 4)), np.zeros(3))


def test_spectra_show_negative_curvatures_apart():
    landscape = tw.explore(tw.problems.muller_brown(), workers=1)
    ax = plot.spectra([*landscape.minima(), *landscape.transition_states()])
    crosses = [line for line in ax.lines if line.get_marker() == "x" and len(line.get_xdata())]
    assert len(crosses) == 2 and ax.get_yscale() == "log"
    with pytest.raises(ValueError, match="no points"):
        plot.spectra([])
