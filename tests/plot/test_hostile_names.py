"""Names of the user's in figures: drawn as they are, in one line, clipped, without an error."""

import warnings

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot
from matplotlib.text import Text

import thalweg as tw
from thalweg import plot
from thalweg.confidence_interval import ConfidenceInterval
from thalweg.learn.conserved import InputImportance
from thalweg.plot.labels import caption, missing_glyphs_as_boxes, name_label

HOSTILE = {
    "markup": "<b>&\"'</b><script>alert(1)</script>",
    "long": "x" * 10_000,
    "many words": "lorem ipsum " * 900,
    "right to left": "שלום עולם",
    "turned": "abc\u202egnp.exe",
    "lines": "a\nb\r\nc\td",
    "broken mathtext": "$x^",
    "unclosed mathtext": r"cost \$5, $\frac{$ or $",
    "mathtext": "$x^2$",
    "underscore": "_hidden",
    "control": "a\x00b\x1b[31mc\x07",
    "half a character": "a\udcffb",
    "no glyphs": "损失 🦊",
    "nothing": "",
    "spaces": "   ",
    "format": "{0} %s {{ name }} \\n",
}
NETWORK = tw.Network.from_arrays([0.0, 1.0, 0.5], [(0, 1), (1, 2)], [2.0, 3.0])


def draw_all(name, axes):
    """Every figure that shows names, or texts of the caller's."""
    names = [name, f"{name}2"]
    layers = [np.array([[1.0, -1.0, 0.5], [0.5, 2.0, -1.0]]), np.ones((2, 3))]
    table = pd.DataFrame({"minima": [3, 4]}, index=pd.Index(names, name=name, dtype=object))
    shares = [InputImportance(p, ConfidenceInterval(p - 0.1, p + 0.1)) for p in (0.6, 0.4)]
    inputs, p = np.zeros((4, 2)), np.full((2, 4), 0.5)
    plot.weight_diagram(layers, axes[0], input_names=names)
    plot.importance(shares, names, axes[1])
    groups = np.array([name, "b", name])
    plot.disconnectivity(NETWORK, axes[2], colour_by=groups, colour_label=name, unit=name)
    plot.disconnectivity(NETWORK, axes[3], colour_by=[0.1, 0.2, 0.3], colour_label=name)
    plot.sweep(table, "minima", axes[4])
    column = pd.DataFrame([[3.0], [4.0]], columns=pd.Index([name], dtype=object))
    plot.sweep(column, name, axes[5])
    plot.minima_counts(pd.DataFrame({"minima": [1, 2]}), name, axes[6])
    plot.graphs_over_parameter([(0.5, NETWORK)], name, axes[7:8])
    plot.bifurcation([], name, axes[8], label=name)
    plot.specialisation(inputs, p, np.array([0, 1, 0, 1]), axes[9:12], names=names)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_names_of_any_kind_are_drawn_in_one_line_and_clipped(name):
    figure, axes = pyplot.subplots(1, 12, dpi=20)
    draw_all(name, axes)
    with missing_glyphs_as_boxes():
        figure.canvas.draw()
    texts = [text.get_text() for text in figure.findobj(Text)]
    assert max(map(len, texts)) <= 130
    assert not any(c in text for text in texts for c in "\n\r\t\x00\x1b\u202e")
    pyplot.close(figure)


def test_long_names_leave_room_to_draw_in():
    names, layers = ["W" * 10_000, "b"], [np.ones((2, 3)), np.ones((2, 3))]
    groups = np.array([*names, "c"])
    drawn = [
        plot.weight_diagram(layers, input_names=names),
        plot.disconnectivity(NETWORK, colour_by=groups, colour_label=names[0], unit=names[0]),
    ]
    for ax in drawn:
        # Too long a text would leave none, of which constrained layout warns.
        ax.figure.draw_without_rendering()
        assert ax.get_position().width > 0.3
        pyplot.close(ax.figure)


def test_names_are_never_mathtext_and_texts_of_the_caller_may_be():
    assert name_label("$x^2$") == r"\$x^2\$"
    assert caption("$k_B T$") == "$k_B T$"
    assert caption("cost in $") == r"cost in \$"
    assert caption("$\\frac{$ or $") == name_label("$\\frac{$ or $")
    assert len(caption("x" * 10**5)) == 90 and len(name_label("x" * 10**5)) == 24
    assert name_label("_hidden") == " _hidden"


def test_only_missing_glyphs_are_passed_over():
    with missing_glyphs_as_boxes(), pytest.raises(UserWarning, match="else"):
        warnings.warn("something else", UserWarning, stacklevel=1)
