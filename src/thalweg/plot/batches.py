"""What batches do to training: temperatures, occupation, and values of several landscapes side by side."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes

from . import palette
from .axes import axes_or_new
from .labels import caption, name_label


def batch_temperatures(
    noise: Float[np.ndarray, " settings"],
    temperatures: Mapping[str, Float[np.ndarray, " settings"]],
    ax: Axes | None = None,
    *,
    unit: str = "unit of the loss",
) -> Axes:
    """Temperatures of training at several settings, by one or more thermometers.

    Args:
        noise: learning rate over batch size of each setting [settings].
        temperatures: by the name of the thermometer [settings]; NaN where it shows none.
        ax: where to draw; a new figure if None.
        unit: of the temperature.
    """
    ax = axes_or_new(ax, (5.0, 4.0))
    styles = zip(palette.GROUPS, palette.GROUP_SHAPES, strict=True)
    for (name, values), (colour, shape) in zip(temperatures.items(), styles, strict=False):
        is_shown = np.isfinite(values)
        label = f"{name_label(name, 40)} ({is_shown.sum()} of {len(values)})"
        ax.plot(noise[is_shown], values[is_shown], shape, color=colour, label=label, mfc="none")
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlabel("learning rate / batch size")
    ax.set_ylabel(caption(f"temperature ({unit})"))
    ax.legend(frameon=False, fontsize=8)
    return ax


def occupation_bars(
    counts: Int[np.ndarray, " minima"],
    expected: Float[np.ndarray, " minima"],
    losses: Float[np.ndarray, " minima"],
    ax: Axes | None = None,
    *,
    most: int = 20,
) -> Axes:
    """How often each minimum was met, beside what a temperature expects; the lowest first.

    Args:
        counts: [minima].
        expected: probabilities [minima].
        losses: of the minima, by which they are ordered [minima].
        ax: where to draw; a new figure if None.
        most: minima to draw, at most.
    """
    ax = axes_or_new(ax, (5.0, 4.0))
    order = np.argsort(losses)[:most]
    n, places = max(int(counts.sum()), 1), np.arange(len(order))
    ax.bar(places - 0.2, counts[order] / n, 0.4, color=palette.ORANGE, label="runs of SGD")
    ax.bar(places + 0.2, expected[order], 0.4, color=palette.BLUE, label="p at the fitted T")
    ax.set_xticks(places, [str(rank + 1) for rank in places])
    ax.set_xlabel("minimum, the lowest first")
    ax.set_ylabel("share of the runs")
    ax.legend(frameon=False, fontsize=8)
    return ax


def named_points(
    x: Float[np.ndarray, " points"],
    y: Float[np.ndarray, " points"],
    names: Sequence[str],
    ax: Axes | None = None,
    *,
    x_label: str = "",
    y_label: str = "",
) -> Axes:
    """Points of which each name has a look of its own; those without a value are left out.

    Args:
        x, y: [points].
        names: of what each point is of [points].
        ax: where to draw; a new figure if None.
        x_label, y_label: of the axes.
    """
    ax = axes_or_new(ax, (5.0, 4.0))
    of_name = np.array(names)
    for k, name in enumerate(dict.fromkeys(names)):
        is_of = (of_name == name) & np.isfinite(x) & np.isfinite(y)
        colour = palette.GROUPS[k % len(palette.GROUPS)]
        shape = palette.GROUP_SHAPES[k % len(palette.GROUP_SHAPES)]
        # More names than colours: the second round is hollow.
        fill = colour if k < len(palette.GROUPS) else "none"
        ax.plot(x[is_of], y[is_of], shape, color=colour, mfc=fill, label=name_label(name, 40))
    ax.set_xlabel(caption(x_label))
    ax.set_ylabel(caption(y_label))
    return ax
