"""A network drawn with its weights."""

import jax
import numpy as np
from matplotlib.colors import to_hex

from thalweg import plot


def test_every_weight_is_a_line_and_every_unit_a_dot(spiral_network):
    x = np.random.default_rng(0).normal(size=17)
    with jax.enable_x64(True):
        layers = [np.asarray(layer) for layer in spiral_network.layers(jax.numpy.asarray(x))]
    ax = plot.weight_diagram(layers, input_names=("x", "y"))
    segments = [c for c in ax.collections if hasattr(c, "get_segments")]
    assert sum(len(c.get_segments()) for c in segments) == 2 * 3 + 3 * 2
    assert {t.get_text() for t in ax.texts} == {"x", "y"}


def test_what_is_not_emphasised_is_grey():
    layers = [np.array([[1.0, -1.0, 0.5], [0.0, 2.0, -0.5]])]
    emphasis = [np.array([[True, True, False], [True, False, False]])]
    ax = plot.weight_diagram(layers, emphasis=emphasis)
    counts = {
        to_hex(c.get_color()[0]): len(c.get_segments())
        for c in ax.collections
        if hasattr(c, "get_segments") and len(c.get_segments())
    }
    # A weight of zero is no line.
    palette = plot.palette
    assert counts == {
        to_hex(palette.MUTED): 1,
        palette.POSITIVE_WEIGHT.lower(): 1,
        palette.NEGATIVE_WEIGHT.lower(): 1,
    }


def test_several_networks_share_one_scale():
    small, large = [np.array([[1.0, 0.5]])], [np.array([[2.0, -4.0]])]
    axes = plot.weight_diagrams([small, large], names=["a", "b"])
    widths = [ax.collections[1].get_linewidths()[0] for ax in axes]
    assert widths[1] == 2 * widths[0] == 2.5
    assert [ax.get_title() for ax in axes] == ["a", "b"]


def test_a_thin_layer_spreads_beside_a_wide_one():
    ax = plot.weight_diagram([np.ones((3, 42)), np.ones((2, 4))])
    (into_outputs,) = (
        [np.asarray(s) for s in c.get_segments()]
        for c in ax.collections
        if hasattr(c, "get_segments") and len(c.get_segments()) == 6
    )
    hidden = sorted({segment[0, 1] for segment in into_outputs})
    assert hidden == [-8.0, 0.0, 8.0]
