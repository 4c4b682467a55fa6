"""The disconnectivity graph as a figure."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float, Shaped
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize, to_rgba
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from ..analysis.graph.disconnectivity import DisconnectivityGraph, disconnectivity_graph
from ..landscape.levels import DEFAULT_LEVELS
from ..landscape.network import Network
from . import palette
from .axes import axes_or_new
from .labels import NAME, caption, name_label

_INK = to_rgba(palette.INK)


def disconnectivity(
    network: Network | DisconnectivityGraph,
    ax: Axes | None = None,
    *,
    colour_by: ArrayLike | None = None,
    colour_label: str = "",
    colours: Mapping[str, str] | None = None,
    levels: int = DEFAULT_LEVELS,
    barrier_clip: float | None = None,
    only_joined: bool = False,
    label_nodes: bool = False,
    label_minima: bool = False,
    unit: str = "loss",
) -> Axes:
    """Draw the disconnectivity graph of a network.

    Each line that ends is a minimum, at its loss; branches meet at the lowest threshold at which a path
    of transition states joins them. The horizontal direction has no meaning.

    Args:
        network: a network, or a graph that was laid out already (`levels`, `barrier_clip` and
            `only_joined` then have no effect).
        ax: where to draw; a new figure if None.
        colour_by: a value for each minimum of the network [minima]. Floats colour the branches of single
            minima by a scale; integers, booleans and strings are groups, and a branch has the colour
            of its group if all minima below it are of that group.
        colour_label: what the colours mean.
        colours: a colour for each group that is to stand out; the others are grey. By default the
            largest groups have colours.
        levels, barrier_clip, only_joined: as in `analysis.disconnectivity_graph`.
        label_nodes: write `level_node` where branches part and there is room.
        label_minima: write the index of each minimum at its foot, if there are few.
        unit: label of the loss axis.

    Raises:
        ValueError: for an empty network, or `colour_by` of another length.
    """
    if isinstance(network, Network):
        graph = disconnectivity_graph(
            network, levels=levels, barrier_clip=barrier_clip, only_joined=only_joined
        )
    else:
        graph = network
    ax = axes_or_new(ax, (8.0, 6.0))
    lines = LineCollection(list(graph.segments.ends), linewidths=_line_width(len(graph.order)))
    lines.set_capstyle("round")
    if colour_by is None:
        lines.set_color(_INK)
    else:
        _colour(lines, graph, np.asarray(colour_by), colour_label, colours, ax)
    ax.add_collection(lines)
    _frame(ax, graph, unit)
    if label_nodes:
        _label_nodes(ax, graph)
    if label_minima:
        _label_minima(ax, graph)
    return ax


def _line_width(n: int) -> float:
    """Thin enough that neighbouring branches stay apart: 1.4 points for few, 0.15 for 20,000."""
    return float(np.clip(1.4 * (60 / max(n, 1)) ** 0.4, 0.15, 1.4))


def _frame(ax: Axes, graph: DisconnectivityGraph, unit: str) -> None:
    n, top, bottom = len(graph.order), graph.levels[0].loss, float(graph.losses.min())
    height = max(top - bottom, 1e-12 * max(1.0, abs(top)))
    ax.set_xlim(-0.5 - 0.02 * n, n - 0.5 + 0.02 * n)
    ax.set_ylim(bottom - 0.04 * height, top + 0.04 * height)
    ax.set_xticks([])
    ax.set_ylabel(caption(unit))
    for side in ("top", "right", "bottom"):
        ax.spines[side].set_visible(False)


# ---- colours ---------------------------------------------------------------------------------------


def _colour(
    lines: LineCollection,
    graph: DisconnectivityGraph,
    values: Shaped[np.ndarray, " minima"],
    label: str,
    colours: Mapping[str, str] | None,
    ax: Axes,
) -> None:
    if values.ndim != 1 or len(values) <= int(graph.order.max()):
        raise ValueError(
            f"colour_by must hold one value for each minimum of the network, got shape {values.shape}."
        )
    if values.dtype.kind == "f" and colours is None:
        _colour_by_scale(lines, graph, values[graph.order], label, ax)
    else:
        _colour_by_group(lines, graph, values[graph.order], label, colours, ax)


def _colour_by_scale(
    lines: LineCollection,
    graph: DisconnectivityGraph,
    values: Float[np.ndarray, " drawn"],
    label: str,
    ax: Axes,
) -> None:
    segments = graph.segments
    scale, norm = colormaps[palette.VALUES], Normalize(np.nanmin(values), np.nanmax(values))
    colours = np.tile(_INK, (len(segments.start), 1))
    single = (segments.stop - segments.start == 1) & np.isfinite(values[segments.start])
    colours[single] = scale(norm(values[segments.start[single]]))
    lines.set_color([tuple(colour) for colour in colours])
    ax.figure.colorbar(ScalarMappable(norm, scale), ax=ax, label=caption(label), shrink=0.7)


def _colour_by_group(
    lines: LineCollection,
    graph: DisconnectivityGraph,
    values: Shaped[np.ndarray, " drawn"],
    label: str,
    colours: Mapping[str, str] | None,
    ax: Axes,
) -> None:
    groups, member = np.unique(values, return_inverse=True)
    group_colours = np.tile(to_rgba(palette.MUTED), (len(groups), 1))
    if colours is None:
        coloured_groups = np.argsort(-np.bincount(member), kind="stable")[: len(palette.GROUPS)]
        group_colours[coloured_groups] = [
            to_rgba(palette.GROUPS[k]) for k in range(len(coloured_groups))
        ]
    else:
        coloured_groups = np.flatnonzero([str(group) in colours for group in groups])
        group_colours[coloured_groups] = [to_rgba(colours[str(groups[g])]) for g in coloured_groups]
    segments = graph.segments
    # A branch is of one group if no boundary between groups lies among its minima.
    changes = np.concatenate([[0], np.cumsum(np.diff(member) != 0)])
    is_pure = changes[segments.start] == changes[segments.stop - 1]
    branch_colours = np.where(is_pure[:, None], group_colours[member[segments.start]], _INK)
    of_named = is_pure & np.isin(member[segments.start], coloured_groups)
    if colours is not None:
        # What is to stand out among many is drawn thicker.
        width = _line_width(len(graph.order))
        lines.set_linewidth([1.8 * width if named_one else width for named_one in of_named])
    lines.set_color([tuple(colour) for colour in branch_colours])
    handles = [
        Line2D([], [], color=tuple(group_colours[g]), label=name_label(groups[g]))
        for g in coloured_groups
    ]
    if len(groups) > len(coloured_groups):
        others = "others" if colours else f"{len(groups) - len(coloured_groups)} others"
        handles.append(Line2D([], [], color=palette.MUTED, label=others))
    # Beside the axes: lines may end anywhere inside.
    ax.legend(
        handles=handles,
        title=caption(label, NAME) or None,
        frameon=False,
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
    )


# ---- labels ----------------------------------------------------------------------------------------


def _label_nodes(ax: Axes, graph: DisconnectivityGraph) -> None:
    """Names where a superbasin of more than one minimum begins, biggest first, none over another."""
    label_positions: list[tuple[float, float]] = []
    room_x = 0.06 * len(graph.order)
    room_y = 0.03 * (graph.levels[0].loss - float(graph.losses.min()))
    seen_ranges: set[tuple[int, int]] = set()
    nodes = []
    for number, level in enumerate(graph.levels, start=1):
        for k, (start, stop) in enumerate(zip(level.start, level.stop, strict=True), start=1):
            if stop - start > 1 and (start, stop) not in seen_ranges:
                seen_ranges.add((start, stop))
                nodes.append((stop - start, (start + stop - 1) / 2, level.loss, f"{number}_{k}"))
    for _, x, loss, name in sorted(nodes, key=lambda node: (-node[0], node[2])):
        if all(abs(x - u) > room_x or abs(loss - v) > room_y for u, v in label_positions):
            label_positions.append((x, loss))
            ax.annotate(
                name,
                (x, loss),
                xytext=(2, 1),
                textcoords="offset points",
                fontsize=6,
                color=palette.BLUE,
            )


def _label_minima(ax: Axes, graph: DisconnectivityGraph, most: int = 100) -> None:
    if len(graph.order) > most:
        return
    indices: Sequence[int] = graph.order.tolist()
    for x, (index, loss) in enumerate(zip(indices, graph.losses.tolist(), strict=True)):
        ax.annotate(
            str(index),
            (x, loss),
            xytext=(0, -2),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=6,
        )
