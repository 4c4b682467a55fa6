"""Pictures of one minimum as a model: its weights, its decisions, its curvatures."""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Shaped
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from ..landscape.records import Minimum
from ..precision import with_float64
from ..problems.capabilities import Classifier

_POSITIVE, _NEGATIVE, _OTHERS = "#0072B2", "#D55E00", "#C8C8C8"


def weight_diagram(
    layers: Sequence[Float[np.ndarray, "_ _"]],
    ax: Axes | None = None,
    *,
    input_names: Sequence[str] = (),
    emphasis: Sequence[Bool[np.ndarray, "_ _"]] | None = None,
) -> Axes:
    """A network drawn with its weights: width is magnitude, colour and dashes are the sign.

    Args:
        layers: the matrices [units, inputs + 1] of a network, biases last, as `problem.layers(x)` gives
            them. Biases are the sizes of the units.
        ax: where to draw; a new figure if None.
        input_names: of the inputs, in order.
        emphasis: which weights and biases are to stand out, in the same shapes; the others are grey.
    """
    if ax is None:
        ax = pyplot.subplots(figsize=(6, 4), layout="constrained")[1]
    matrices = [np.asarray(layer) for layer in layers]
    stands_out = [np.ones(m.shape, dtype=bool) for m in matrices] if emphasis is None else emphasis
    sizes = [matrices[0].shape[1] - 1, *(len(m) for m in matrices)]
    # The first unit of every layer stands on top.
    places = [(n - 1) / 2 - np.arange(n) for n in sizes]
    largest = max(float(np.abs(m).max()) for m in matrices) or 1.0
    for at, (matrix, is_marked) in enumerate(zip(matrices, stands_out, strict=True)):
        for sign, colour, style, chosen in (
            (1, _OTHERS, "-", ~is_marked),
            (-1, _OTHERS, "-", ~is_marked),
            (1, _POSITIVE, "-", is_marked),
            (-1, _NEGATIVE, (0, (4, 2)), is_marked),
        ):
            rows, columns = np.nonzero((sign * matrix > 0)[:, :-1] & chosen[:, :-1])
            ends = [
                [(at, places[at][j]), (at + 1, places[at + 1][i])]
                for i, j in zip(rows, columns, strict=True)
            ]
            width = 5 * np.abs(matrix[rows, columns]) / largest
            ax.add_collection(
                LineCollection(ends, colors=colour, linewidths=width.tolist(), linestyles=[style])
            )
        bias = matrix[:, -1]
        signs = np.where(bias >= 0, _POSITIVE, _NEGATIVE)
        colours = np.where(is_marked[:, -1], signs, _OTHERS).tolist()
        area = 30 + 300 * np.abs(bias) / largest
        ax.scatter(np.full(len(bias), at + 1), places[at + 1], s=area, c=colours, zorder=3)
    ax.scatter(np.zeros(sizes[0]), places[0], s=30, c="black", zorder=3)
    for name, y in zip(input_names, places[0], strict=False):
        ax.annotate(
            name, (0, y), xytext=(-8, 0), textcoords="offset points", ha="right", va="center"
        )
    ax.set_xlim(-0.4, len(matrices) + 0.2)
    ax.margins(y=0.1)
    ax.autoscale_view(scalex=False)
    ax.set_axis_off()
    grey = "" if emphasis is None else "; grey: the others"
    ax.set_title(f"blue, solid: positive; orange, dashed: negative; dots: biases{grey}", fontsize=8)
    return ax


@with_float64
def decision_boundary(
    problem: Classifier,
    x: Float[np.ndarray, " d"],
    inputs: Float[np.ndarray, "N inputs"],
    targets: Shaped[np.ndarray, " N"],
    ax: Axes | None = None,
    *,
    resolution: int = 200,
) -> Axes:
    """Regions in which each class is the most probable, over the data; for two inputs.

    Raises:
        ValueError: if the data do not have two inputs.
    """
    if inputs.ndim != 2 or inputs.shape[1] != 2:
        raise ValueError(f"a decision boundary needs two inputs, got shape {inputs.shape}.")
    if ax is None:
        ax = pyplot.subplots(figsize=(5, 5), layout="constrained")[1]
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    margin = 0.05 * (high - low)
    sides = [
        np.linspace(a, b, resolution) for a, b in zip(low - margin, high + margin, strict=True)
    ]
    grid = np.stack(np.meshgrid(*sides), axis=-1)
    p = np.asarray(problem.predict(jnp.asarray(x), jnp.asarray(grid.reshape(-1, 2))))
    classes = p.argmax(axis=1).reshape(resolution, resolution)
    ax.contourf(*sides, classes, levels=np.arange(p.shape[1] + 1) - 0.5, cmap="cividis", alpha=0.35)
    numbers = np.unique(targets, return_inverse=True)[1]
    shown = ax.scatter(inputs[:, 0], inputs[:, 1], c=numbers, s=4, cmap="cividis")
    shown.set_rasterized(True)
    ax.set_xlabel("input 1")
    ax.set_ylabel("input 2")
    return ax


def spectra(points: Sequence[Minimum], ax: Axes | None = None, *, unit: str = "loss") -> Axes:
    """Hessian eigenvalues of some stationary points, in order, one line a point; negative ones marked.

    Raises:
        ValueError: if there are no points.
    """
    if not points:
        raise ValueError("there are no points whose spectra could be drawn.")
    if ax is None:
        ax = pyplot.subplots(figsize=(6, 4), layout="constrained")[1]
    scale = pyplot.get_cmap("viridis")
    losses = np.array([point.loss for point in points])
    span = np.ptp(losses) or 1.0
    for point in points:
        values = point.spectrum
        colour, order = scale((point.loss - losses.min()) / span), np.arange(1, len(values) + 1)
        ax.plot(order[values > 0], values[values > 0], color=colour, lw=0.8, alpha=0.7)
        negative = values < 0
        ax.plot(order[negative], -values[negative], "x", color="#D55E00", ms=5)
    ax.set_yscale("log")
    ax.set_xlabel("mode, from soft to stiff")
    ax.set_ylabel(f"curvature ({unit} per squared parameter)")
    ax.set_title(
        "dark: low loss, bright: high loss; crosses: magnitude of negative ones", fontsize=8
    )
    return ax
