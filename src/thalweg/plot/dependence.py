"""What a model gives on average as one input varies."""

from matplotlib.axes import Axes

from ..analysis.minima.partial_dependence import PartialDependence
from . import palette
from .axes import axes_or_new
from .labels import name_label


def partial_dependence(
    dependence: PartialDependence,
    ax: Axes | None = None,
    *,
    name: str = "",
) -> Axes:
    """Mean class probabilities, or mean predicted values, over the values of one input.

    Args:
        dependence: of `analysis.partial_dependence`.
        ax: where to draw; a new figure if None.
        name: of the input; its number, from 1, if empty.
    """
    ax = axes_or_new(ax, (4.5, 3.2))
    n_outputs = dependence.average.shape[1]
    word = "class" if dependence.is_of_classes else "output"
    for k, values in enumerate(dependence.average.T):
        colour = palette.GROUPS[k % len(palette.GROUPS)]
        ax.plot(dependence.grid, values, color=colour, label=f"{word} {k}")
    if dependence.is_of_classes:
        ax.set_ylim(-0.02, 1.02)
        ax.set_ylabel("mean probability")
    else:
        ax.set_ylabel("mean prediction")
    ax.set_xlabel(name_label(name) if name else f"input {dependence.input + 1}")
    if n_outputs > 1:
        ax.legend(frameon=False)
    return ax
