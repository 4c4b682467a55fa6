"""The disconnectivity graph as a figure."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Bool, Float, Shaped
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize, to_rgba
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from ..analysis.graph.arrangement import lowest_of
from ..analysis.graph.disconnectivity import DisconnectivityGraph, disconnectivity_graph
from ..landscape.levels import DEFAULT_LEVELS
from ..landscape.network import Network
from . import palette
from .axes import axes_or_new
from .branches import Branches, branches
from .funnel_inset import funnel_inset
from .labels import NAME, caption, name_label
from .loss_axis import loss_axis
from .tree_labels import label_minima as _label_minima
from .tree_labels import label_nodes as _label_nodes

_INK = to_rgba(palette.INK)
_JOINT_ALPHA = 0.45
"""Joints run side by side, and many of them to one place: they are not to be what one sees first."""


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
    arrangement: str = "stems",
    scale: str = "linear",
    inset: bool = False,
    label_nodes: bool = False,
    label_minima: bool = False,
    unit: str = "loss",
) -> Axes:
    """Draw the disconnectivity graph of a network.

    Each line that ends is a minimum, at its loss; branches meet at the lowest threshold at which a path
    of transition states joins them. The horizontal direction has no meaning. Where minima stand nearer to
    each other than a line is wide, the lowest is drawn, and below the graph stands how many are not.

    Args:
        network: a network, or a graph that was laid out already (`levels`, `barrier_clip`, `only_joined`
            and `arrangement` then have no effect).
        ax: where to draw; a new figure if None.
        colour_by: a value for each minimum of the network [minima]. Floats colour the branches of single
            minima by a scale, and an upright stem by its lowest minimum; integers, booleans and strings are
            groups, and a branch has the colour of its group if all minima below it are of that group. If
            None, the way down to the global minimum has a colour.
        colour_label: what the colours mean.
        colours: a colour for each group that is to stand out; the others are grey. By default the
            largest groups have colours.
        levels, barrier_clip, only_joined: as in `analysis.disconnectivity_graph`.
        arrangement: "stems", upright with rounded joints and little room for what is shallow, or
            "published", as figures in the literature are.
        scale: of the loss axis; "log" is logarithmic in the loss above the global minimum.
        inset: whether to enlarge the funnel of the global minimum in a corner.
        label_nodes: write `level_node` where branches part and there is room.
        label_minima: write the index of each minimum at its foot, if there are few.
        unit: label of the loss axis.

    Raises:
        ValueError: for an empty network, `colour_by` of another length, or an arrangement or a scale that
            there is not.
    """
    if isinstance(network, Network):
        graph = disconnectivity_graph(
            network,
            levels=levels,
            barrier_clip=barrier_clip,
            only_joined=only_joined,
            arrangement=arrangement,
        )
    else:
        graph = network
    ax = axes_or_new(ax, (8.0, 6.0))
    drawn = branches(graph, float(ax.bbox.width / ax.figure.dpi))
    lines = LineCollection(drawn.paths, linewidths=drawn.widths)
    lines.set_capstyle("round")
    if colour_by is not None:
        _colour(lines, graph, drawn, np.asarray(colour_by), colour_label, colours, ax)
    elif graph.arrangement == "stems":
        _emphasise_way_down(lines, graph, drawn)
    else:
        lines.set_color(_INK)
    ax.add_collection(lines)
    if not drawn.paths:
        ax.plot(graph.x, graph.losses, "o", color=palette.MINIMUM)
    _frame(ax, graph, drawn)
    loss_axis(ax, graph, scale, unit)
    if label_nodes:
        _label_nodes(ax, graph)
    if label_minima:
        _label_minima(ax, graph)
    if inset:
        funnel_inset(ax, graph)
    return ax


def _frame(ax: Axes, graph: DisconnectivityGraph, drawn: Branches) -> None:
    n, left, right = len(graph.order), float(graph.x[0]), float(graph.x[-1])
    margin = 0.5 + 0.02 * n
    ax.set_xlim(left - margin, right + margin)
    ax.set_xticks([])
    for side in ("top", "right", "bottom"):
        ax.spines[side].set_visible(False)
    if drawn.n_merged:
        ax.set_xlabel(
            f"{n:,} minima, of which {drawn.n_merged:,} stand within a line of a deeper one",
            fontsize="small",
            color=palette.INK,
        )


# ---- colours ---------------------------------------------------------------------------------------


def _emphasise_way_down(
    lines: LineCollection, graph: DisconnectivityGraph, drawn: Branches
) -> None:
    """What holds the global minimum in a colour, over the rest."""
    lowest, segments = int(np.argmin(graph.losses)), graph.segments
    is_above = (segments.start <= lowest) & (lowest < segments.stop)
    is_way_down = is_above[drawn.is_drawn]
    colours = np.tile(_INK, (len(is_way_down), 1))
    colours[is_way_down] = to_rgba(palette.MINIMUM)
    _set_colours(lines, colours, drawn, is_way_down)


def _set_colours(
    lines: LineCollection,
    colours: Float[np.ndarray, "lines 4"],
    drawn: Branches,
    is_in_front: Bool[np.ndarray, " lines"],
) -> None:
    """Colour each line; those in front are drawn last, and thicker."""
    colours[drawn.is_joint, 3] *= _JOINT_ALPHA
    order = np.argsort(is_in_front, kind="stable")
    lines.set_segments([drawn.paths[k] for k in order])
    widths = (drawn.widths * np.where(is_in_front, 1.5, 1.0))[order]
    lines.set_linewidth(widths.tolist())
    lines.set_color([tuple(colour) for colour in colours[order]])


def _colour(
    lines: LineCollection,
    graph: DisconnectivityGraph,
    drawn: Branches,
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
        _colour_by_scale(lines, graph, drawn, values[graph.order], label, ax)
    else:
        _colour_by_group(lines, graph, drawn, values[graph.order], label, colours, ax)


def _colour_by_scale(
    lines: LineCollection,
    graph: DisconnectivityGraph,
    drawn: Branches,
    values: Float[np.ndarray, " drawn"],
    label: str,
    ax: Axes,
) -> None:
    segments = graph.segments
    scale, norm = colormaps[palette.VALUES], Normalize(np.nanmin(values), np.nanmax(values))
    # A stem is that of its lowest minimum; where nodes stand in the middle, what is shared has no colour.
    minimum = lowest_of(graph.losses, segments.start, segments.stop)
    is_coloured = np.isfinite(values[minimum])
    if graph.arrangement != "stems":
        is_coloured &= segments.stop - segments.start == 1
    colours = np.tile(_INK, (len(minimum), 1))
    colours[is_coloured] = scale(norm(values[minimum[is_coloured]]))
    _set_colours(lines, colours[drawn.is_drawn], drawn, np.zeros(len(drawn.paths), dtype=bool))
    ax.figure.colorbar(ScalarMappable(norm, scale), ax=ax, label=caption(label), shrink=0.7)


def _colour_by_group(
    lines: LineCollection,
    graph: DisconnectivityGraph,
    drawn: Branches,
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
    # What is to stand out among many is drawn thicker.
    is_in_front = of_named if colours is not None else np.zeros(len(of_named), dtype=bool)
    _set_colours(lines, branch_colours[drawn.is_drawn], drawn, is_in_front[drawn.is_drawn])
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
