"""The regions of the classes, as a result and as a figure."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg import analysis, plot


def test_each_grid_point_has_its_most_probable_class(spiral_network):
    data = tw.datasets.spirals(400, 0)
    x = np.random.default_rng(0).normal(size=17)
    regions = analysis.decision_regions(spiral_network, x, data.inputs, resolution=12)
    assert regions.n_classes == 2 and regions.classes.shape == (12, 12)
    assert regions.u[0] < data.inputs[:, 0].min() and regions.v[-1] > data.inputs[:, 1].max()
    point = np.array([[regions.u[3], regions.v[8]]])
    with jax.enable_x64(True):
        p = spiral_network.predict(jnp.asarray(x), jnp.asarray(point))
    assert regions.classes[8, 3] == np.asarray(p).argmax()


def test_a_boundary_is_drawn_for_two_inputs_only(spiral_network):
    data = tw.datasets.spirals(400, 0)
    x = np.random.default_rng(0).normal(size=17)
    ax = plot.decision_boundary(spiral_network, x, data.inputs, data.targets, resolution=20)
    assert ax.get_xlabel() == "input 1" and len(ax.collections) >= 2
    with pytest.raises(ValueError, match="two inputs"):
        plot.decision_boundary(spiral_network, x, np.zeros((3, 4)), np.zeros(3))
