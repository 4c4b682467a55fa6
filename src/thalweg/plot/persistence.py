"""How long the basins of a landscape last as the loss rises: persistence diagram, barcode and profile."""

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from ..analysis.graph.deep_basins import deep_basins
from ..analysis.graph.profile import LandscapeProfile
from ..landscape.network import Network
from . import palette
from .axes import axes_or_new
from .labels import caption

_MOST_BARS = 200
_MARGIN = 0.04


def persistence_diagram(network: Network, ax: Axes | None = None, *, unit: str = "loss") -> Axes:
    """Each basin by the loss of its bottom and that of the lowest pass to a lower one.

    The distance from the diagonal is the depth of a basin. Triangles at the top are basins from which no
    path leads to a lower one, as that of the global minimum.

    Args:
        network: minima and transition states.
        ax: where to draw; a new figure if None.
        unit: label of the axes.

    Raises:
        ValueError: if the network has no minima.

    Reference:
        Edelsbrunner, Letscher & Zomorodian, Discrete Comput. Geom. 28, 511 (2002).
    """
    births, deaths = _lifetimes(network)
    ax = axes_or_new(ax, (5.0, 5.0))
    is_finite = np.isfinite(deaths)
    lower = float(births.min())
    upper = float(np.max(np.append(births, deaths[is_finite])))
    margin = _margin(lower, upper)
    ends = [lower - margin, upper + margin]
    ax.plot(ends, ends, color=palette.MUTED, lw=0.8, zorder=0)
    ax.plot(births[is_finite], deaths[is_finite], "o", ms=4, alpha=0.6, color=palette.MINIMUM)
    without_end = births[~is_finite]
    ax.plot(without_end, np.full(len(without_end), ends[1]), "^", ms=6, color=palette.VERMILION)
    ax.set_xlim(*ends)
    ax.set_ylim(ends[0], ends[1] + margin)
    ax.set_xlabel(f"{caption(unit)} of the minimum")
    ax.set_ylabel(f"{caption(unit)} of the lowest pass to a lower one")
    return ax


def barcode(network: Network, ax: Axes | None = None, *, unit: str = "loss") -> Axes:
    """A bar for each basin, from its bottom to the lowest pass to a lower one, the deepest first.

    Bars of basins from which no path leads to a lower one end in an arrow. Of more than 200 basins the
    deepest are drawn, and the title says of how many.

    Args:
        network: minima and transition states.
        ax: where to draw; a new figure if None.
        unit: label of the axis.

    Raises:
        ValueError: if the network has no minima.
    """
    births, deaths = _lifetimes(network)
    ax = axes_or_new(ax, (6.0, 5.0))
    top = float(np.max(np.append(births, deaths[np.isfinite(deaths)])))
    bottom = float(births.min())
    margin = _margin(bottom, top)
    order = np.lexsort((births, -(deaths - births)))[:_MOST_BARS]
    ends = np.minimum(deaths[order], top + margin)
    rows = np.arange(len(order))
    lines = np.stack(
        [np.column_stack([births[order], rows]), np.column_stack([ends, rows])], axis=1
    )
    width = float(np.clip(200 / len(order), 0.8, 3.0))
    ax.add_collection(LineCollection(list(lines), colors=palette.MINIMUM, linewidths=width))
    is_endless = ~np.isfinite(deaths[order])
    ax.plot(ends[is_endless], rows[is_endless], ">", color=palette.VERMILION, ms=5)
    ax.set_xlim(bottom - margin, top + 2 * margin)
    ax.set_ylim(len(order) - 0.5, -0.5)
    ax.set_yticks([])
    ax.set_xlabel(caption(unit))
    if len(order) < len(births):
        ax.set_title(f"the {len(order)} deepest of {len(births):,} basins", fontsize="small")
    return ax


def landscape_profile(
    profile: LandscapeProfile, ax: Axes | None = None, *, unit: str = "loss"
) -> Axes:
    """The width of a landscape at each loss: minima that lie below it, and in how many pieces.

    Args:
        profile: of `analysis.landscape_profile`.
        ax: where to draw; a new figure if None.
        unit: label of the loss axis.
    """
    ax = axes_or_new(ax, (6.0, 5.0))
    curves = (
        (profile.minima, palette.MUTED, "-", "minima"),
        (profile.minima_of_global, palette.MINIMUM, "-", "in the piece of the lowest"),
        (profile.superbasins, palette.VERMILION, "--", "pieces"),
    )
    for counts, colour, style, _ in curves:
        ax.step(counts, profile.losses, where="pre", color=colour, ls=style)
    ax.set_xscale("log")
    ax.set_xlabel("number up to this loss")
    ax.set_ylabel(caption(unit))
    handles = [Line2D([], [], color=colour, ls=style) for _, colour, style, _ in curves]
    ax.legend(handles, [name for *_, name in curves], frameon=False, loc="upper left")
    return ax


def _margin(lower: float, upper: float) -> float:
    """Room beside what is drawn: a share of its extent, or of the loss itself if all is at one."""
    extent = upper - lower
    has_extent = extent > 1e-9 * abs(upper)
    return _MARGIN * (extent if has_extent else 0.1 * max(1.0, abs(upper)))


def _lifetimes(
    network: Network,
) -> tuple[Float[np.ndarray, " basins"], Float[np.ndarray, " basins"]]:
    """Losses of all minima, and of the lowest pass from each to a lower one; infinite where none leads."""
    basins = deep_basins(network, 0.0)
    births = network.losses[basins.bottoms]
    return births, births + basins.depths
