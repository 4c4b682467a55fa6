"""Landscapes over a scanned parameter."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..landscape.network import Network
from . import palette
from .axes import axes_or_new, panels_or_new
from .disconnectivity import disconnectivity
from .labels import CAPTION, name_label


def minima_counts(table: pd.DataFrame, parameter: str, ax: Axes | None = None) -> Axes:
    """How many minima there are at each value of a parameter.

    Args:
        table: as `analysis.scan_table` gives it.
        parameter: its name, for the axis.
        ax: where to draw.
    """
    ax = axes_or_new(ax, (4.0, 3.0))
    ax.plot(table.index, table["minima"], "o-", color=palette.BLUE)
    ax.set_xlabel(name_label(parameter, CAPTION))
    ax.set_ylabel("minima")
    return ax


def graphs_over_parameter(
    networks: Sequence[tuple[float, Network]],
    parameter: str,
    axes: Sequence[Axes] | np.ndarray | None = None,
) -> Sequence[Axes] | np.ndarray:
    """Disconnectivity graphs at some values of a parameter, on one loss axis.

    Args:
        networks: value and network, one or more.
        parameter: its name, for the titles.
        axes: as many as networks; new ones if None.
    """
    axes = panels_or_new(axes, len(networks), (4.0, 3.0))
    losses = np.concatenate([np.append(n.losses, n.barrier_losses) for _, n in networks])
    margin = 0.05 * float(np.ptp(losses))
    for (value, network), ax in zip(networks, axes, strict=True):
        disconnectivity(network, ax, arrangement="published")
        ax.set_ylim(losses.min() - margin, losses.max() + margin)
        ax.set_title(f"{name_label(parameter)} = {value:g}, minima: {network.n_minima}")
    return axes


def minima_over_parameter(
    table: pd.DataFrame,
    quantity: str,
    parameter: str,
    ax: Axes | None = None,
    *,
    by: str = "group",
) -> Axes:
    """A quantity of all minima at all values of a parameter, coloured by the minimum that they are.

    Args:
        table: as `analysis.scan_minima` gives it.
        quantity: its column, "loss" for example.
        parameter: its name, for the axis.
        ax: where to draw.
        by: "group" for the published groups of k-means, "branch" for minima that continuation joins, which
            are joined by lines.
    """
    ax = axes_or_new(ax, (4.5, 3.4))
    for k, (_, rows) in enumerate(table.groupby(by)):
        style = "-" if by == "branch" else ""
        ax.plot(
            rows["value"],
            rows[quantity],
            palette.GROUP_SHAPES[k % len(palette.GROUP_SHAPES)] + style,
            # Shapes go round with the colours, and change once more when these have gone round.
            color=palette.GROUPS[k % len(palette.GROUPS)],
            fillstyle="full" if k < len(palette.GROUPS) else "none",
            markersize=4,
            linewidth=0.9,
        )
    ax.set_xlabel(name_label(parameter, CAPTION))
    ax.set_ylabel(name_label(quantity, CAPTION))
    return ax


def gains_over_parameter(table: pd.DataFrame, parameter: str, ax: Axes | None = None) -> Axes:
    """What ensembles gain over the best minimum at each value of a parameter, a line a weighting.

    Args:
        table: as `learn.gains_over` gives it.
        parameter: its name, for the axis.
        ax: where to draw.
    """
    ax = axes_or_new(ax, (4.5, 3.4))
    ax.axhline(0.0, color=palette.MUTED, linewidth=0.8)
    for k, name in enumerate(table.columns):
        ax.plot(
            table.index,
            table[name],
            palette.GROUP_SHAPES[k % len(palette.GROUP_SHAPES)] + "-",
            color=palette.GROUPS[k % len(palette.GROUPS)],
            markersize=4,
            linewidth=1.0,
            label=name_label(str(name), CAPTION),
        )
    ax.set_xlabel(name_label(parameter, CAPTION))
    ax.set_ylabel("gain in squared error, %")
    ax.legend(frameon=False, fontsize="small")
    return ax


def errors_over_smoothness(
    curves: pd.DataFrame,
    ax: Axes | None = None,
    *,
    optimised: Mapping[str, float],
    marked: Sequence[float] = (0.5, 1.5, 2.5),
) -> Axes:
    """Test error over the smoothness ν, and with ν optimised.

    Args:
        curves: indexed by ν, a column a data set.
        ax: where to draw.
        optimised: the error with ν optimised, by data set.
        marked: values of ν that are marked.
    """
    ax = axes_or_new(ax, (6.0, 4.0))
    for value in marked:
        ax.axvline(value, color=palette.MUTED, linewidth=0.8, linestyle=":")
    for k, name in enumerate(curves.columns):
        colour = palette.GROUPS[k % len(palette.GROUPS)]
        shape = palette.GROUP_SHAPES[k % len(palette.GROUP_SHAPES)]
        ax.plot(
            curves.index,
            curves[name],
            f"{shape}-",
            color=colour,
            markersize=4,
            label=name_label(str(name), CAPTION),
        )
        ax.axhline(optimised[name], color=colour, linestyle="--", linewidth=0.9)
    ax.set_xlabel("ν")
    ax.set_ylabel("mean squared error, variances of the targets")
    ax.legend(frameon=False)
    return ax
