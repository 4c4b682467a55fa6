"""Where a figure is drawn: on the axes of the caller, or in a new figure."""

from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes


def axes_or_new(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """`ax`, or the axes of a new figure of this width and height (inches) if it is None."""
    return pyplot.subplots(figsize=size, layout="constrained")[1] if ax is None else ax


def panels_or_new(
    axes: Sequence[Axes] | np.ndarray | None, n: int, size: tuple[float, float]
) -> Sequence[Axes] | np.ndarray:
    """`axes`, or `n` panels side by side in a new figure, each of this size (inches), if it is None."""
    if axes is not None:
        return axes
    width, height = size
    figure = pyplot.figure(figsize=(n * width, height), layout="constrained")
    return np.ravel(figure.subplots(1, n))
