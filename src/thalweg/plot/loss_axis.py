"""The loss axis of a disconnectivity graph: linear, or logarithmic above the global minimum."""

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from ..analysis.graph.disconnectivity import DisconnectivityGraph
from .branches import extent
from .labels import caption

_MOST_DECADES = 6
"""Of the height; below, the axis is linear, and what is nearer to the global minimum is one line."""


def loss_axis(ax: Axes, graph: DisconnectivityGraph, scale: str, unit: str) -> None:
    """Set limits, scale and label of the loss axis.

    Raises:
        ValueError: for a scale that there is not.
    """
    if scale not in ("linear", "log"):
        raise ValueError(f"scale must be 'linear' or 'log', got {scale!r}.")
    bottom, height, _ = extent(graph)
    if graph.levels[0].loss - bottom <= 1e-9 * abs(bottom):
        # One minimum, or several at one loss.
        height = 0.1 * max(1.0, abs(bottom))
        bottom -= height / 2
    if scale == "linear":
        ax.set_ylim(bottom - 0.04 * height, bottom + 1.04 * height)
        ax.set_ylabel(caption(unit))
        return
    floor = _floor(graph.losses, height)

    def forward(loss: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        return np.asarray(np.arcsinh((loss - bottom) / floor))

    def inverse(y: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        return np.asarray(bottom + floor * np.sinh(y))

    ax.set_yscale("function", functions=(forward, inverse))
    y = forward(np.array([bottom, bottom + height]))
    margin = 0.04 * float(y[1])
    ax.set_ylim(*inverse(np.array([-margin, y[1] + margin])))
    decades = 10.0 ** np.arange(np.ceil(np.log10(floor)), np.floor(np.log10(height)) + 1)
    ax.yaxis.set_major_locator(FixedLocator([bottom, *(bottom + decades)]))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda loss, _: _power(loss - bottom)))
    ax.set_ylabel(f"{caption(unit)} above the global minimum")


def _floor(losses: Float[np.ndarray, " n"], height: float) -> float:
    """Where the axis turns from linear to logarithmic: at the second lowest minimum, unless too near."""
    above = np.sort(losses - losses.min())[1:]
    nearest = float(above[above > 0].min(initial=height))
    return float(np.clip(nearest, height / 10**_MOST_DECADES, height / 10))


def _power(rise: float) -> str:
    return "0" if rise <= 0 else f"$10^{{{round(float(np.log10(rise)))}}}$"
