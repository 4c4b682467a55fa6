"""Networks drawn with their weights, one alone or several side by side."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from . import palette
from .axes import axes_or_new, panels_or_new
from .labels import name_label

_MOST_NAMES = 12
_LEAST_SPREAD = 0.4
"""Height of a layer, as a share of the widest one's: three units lay on one another beside 29 inputs."""


def weight_diagram(
    layers: Sequence[Float[np.ndarray, "_ _"]],
    ax: Axes | None = None,
    *,
    input_names: Sequence[str] = (),
    emphasis: Sequence[Bool[np.ndarray, "_ _"]] | None = None,
    largest: float | None = None,
    colour: str | None = None,
) -> Axes:
    """A network drawn with its weights: width is magnitude, colour and dashes are the sign.

    Args:
        layers: the matrices [units, inputs + 1] of a network, biases last, as `problem.layers(x)` gives
            them. Biases are the sizes of the units.
        ax: where to draw; a new figure if None.
        input_names: of the inputs, in order.
        emphasis: which weights and biases are to stand out, in the same shapes; the others are grey.
        largest: magnitude that is drawn thickest; that of this network's largest weight if None.
        colour: of those that stand out, which are then no thinner than 1.5 points; by default that of
            their sign.
    """
    ax = axes_or_new(ax, (6.0, 4.0))
    matrices = [np.asarray(layer) for layer in layers]
    marks = [np.ones(m.shape, dtype=bool) for m in matrices] if emphasis is None else emphasis
    sizes = [matrices[0].shape[1] - 1, *(len(m) for m in matrices)]
    heights = _heights(sizes)
    scale = 1 / (_largest(matrices) if largest is None else largest)
    colours = (colour, colour) if colour else (palette.POSITIVE_WEIGHT, palette.NEGATIVE_WEIGHT)
    for layer, (matrix, is_marked) in enumerate(zip(matrices, marks, strict=True)):
        below, above = heights[layer], heights[layer + 1]
        thinnest = 1.5 if colour else 0.0
        _draw_weights(
            ax, scale * matrix[:, :-1], is_marked[:, :-1], layer, below, above, colours, thinnest
        )
        _draw_biases(ax, scale * matrix[:, -1], is_marked[:, -1], layer + 1, above, colours)
    _finish(ax, heights, input_names)
    grey = "" if emphasis is None else "; grey: the others"
    signs = (
        "solid: positive; dashed: negative"
        if colour
        else "blue, solid: positive; orange, dashed: negative"
    )
    ax.set_title(f"{signs}; dots: biases{grey}", fontsize=8)
    return ax


def coloured_weights(
    colours: Sequence[Float[np.ndarray, "_ _ 4"]],
    ax: Axes | None = None,
    *,
    input_names: Sequence[str] = (),
    width: float = 2.0,
) -> Axes:
    """A network drawn with a colour for each weight, those of the least opacity first.

    Args:
        colours: red, green, blue and opacity for each weight, in the shape of the matrices
            [units, inputs + 1] of its layers, biases last [units inputs+1 4].
        ax: where to draw; a new figure if None.
        input_names: of the inputs, in order.
        width: of the lines, in points.
    """
    ax = axes_or_new(ax, (6.0, 4.0))
    heights = _heights([colours[0].shape[1] - 1, *(len(m) for m in colours)])
    for layer, matrix in enumerate(colours):
        units, inputs = np.nonzero(matrix[:, :-1, 3])
        drawn_colours = matrix[units, inputs]
        order = np.argsort(drawn_colours[:, 3], kind="stable")
        ends = [
            [(layer, heights[layer][inputs[k]]), (layer + 1, heights[layer + 1][units[k]])]
            for k in order
        ]
        lines = LineCollection(ends, colors=drawn_colours[order], linewidths=width)
        ax.add_collection(lines)
        x = np.full(len(matrix), layer + 1)
        ax.scatter(x, heights[layer + 1], s=90, c="white", edgecolors="0.5", zorder=3)
        ax.scatter(x, heights[layer + 1], s=90, c=matrix[:, -1], zorder=4)
    _finish(ax, heights, input_names)
    return ax


def _heights(sizes: Sequence[int]) -> list[Float[np.ndarray, " _"]]:
    """Where the units of each layer stand, the first on top; a thin layer spreads beside a wide one."""
    least = _LEAST_SPREAD * (max(sizes) - 1)
    return [max(1.0, least / max(n - 1, 1)) * ((n - 1) / 2 - np.arange(n)) for n in sizes]


def _finish(
    ax: Axes, heights: Sequence[Float[np.ndarray, " _"]], input_names: Sequence[str]
) -> None:
    """Draw and name the inputs, every so many if names would lie on one another; no axes."""
    ax.scatter(np.zeros(len(heights[0])), heights[0], s=30, c=palette.BLACK, zorder=3)
    every = -(-len(heights[0]) // _MOST_NAMES)
    for name, y in list(zip(input_names, heights[0], strict=False))[::every]:
        ax.annotate(
            name_label(name),
            (0, y),
            xytext=(-8, 0),
            textcoords="offset points",
            ha="right",
            va="center",
        )
    ax.set_xlim(-0.4, len(heights) - 1 + 0.2)
    ax.margins(y=0.1)
    ax.autoscale_view(scalex=False)
    ax.set_axis_off()


def weight_diagrams(
    layers_of_each: Sequence[Sequence[Float[np.ndarray, "_ _"]]],
    axes: Sequence[Axes] | np.ndarray | None = None,
    *,
    names: Sequence[str] = (),
    input_names: Sequence[str] = (),
) -> Sequence[Axes] | np.ndarray:
    """Several networks side by side, thick lines being the same weight in all of them.

    Args:
        layers_of_each: for each network what `weight_diagram` takes.
        axes: as many as networks; new ones if None.
        names: of the networks.
        input_names: of the inputs, in order.
    """
    axes = panels_or_new(axes, len(layers_of_each), (3.2, 3.2))
    names = names or [f"network {k + 1}" for k in range(len(layers_of_each))]
    largest = max(_largest(layers) for layers in layers_of_each)
    for ax, name, layers in zip(axes, names, layers_of_each, strict=True):
        weight_diagram(layers, ax, input_names=input_names, largest=largest)
        ax.set_title(name_label(name), fontsize=9)
    return axes


def _largest(layers: Sequence[Float[np.ndarray, "_ _"]]) -> float:
    return max(float(np.abs(layer).max()) for layer in layers) or 1.0


def _draw_weights(
    ax: Axes,
    weights: Float[np.ndarray, "units inputs"],
    is_marked: Bool[np.ndarray, "units inputs"],
    layer: int,
    below: Float[np.ndarray, " inputs"],
    above: Float[np.ndarray, " units"],
    colours: tuple[str, str],
    thinnest: float,
) -> None:
    """One line for each weight of a layer, from the units at the heights `below` to those `above`."""
    for colour, style, is_drawn, least in (
        (palette.MUTED, "-", ~is_marked, 0.0),
        (colours[0], "-", is_marked & (weights > 0), thinnest),
        (colours[1], (0, (4, 2)), is_marked & (weights < 0), thinnest),
    ):
        units, inputs = np.nonzero(is_drawn & (weights != 0))
        ends = [
            [(layer, below[j]), (layer + 1, above[i])] for i, j in zip(units, inputs, strict=True)
        ]
        widths = np.maximum(5 * np.abs(weights[units, inputs]), least).tolist()
        ax.add_collection(
            LineCollection(ends, colors=colour, linewidths=widths, linestyles=[style])
        )


def _draw_biases(
    ax: Axes,
    biases: Float[np.ndarray, " units"],
    is_marked: Bool[np.ndarray, " units"],
    layer: int,
    heights: Float[np.ndarray, " units"],
    of_signs: tuple[str, str],
) -> None:
    """One dot for each unit of a layer, its area the magnitude of the bias."""
    signs = np.where(biases >= 0, *of_signs)
    colours = np.where(is_marked, signs, palette.MUTED).tolist()
    area = 30 + 300 * np.abs(biases)
    ax.scatter(np.full(len(biases), layer), heights, s=area, c=colours, zorder=3)
