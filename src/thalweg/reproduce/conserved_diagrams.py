"""The published arrangement of figures 2.14 and 2.15: groups on the graph, their weights beside it."""

from typing import TYPE_CHECKING

from ..learn.conserved import separate_groups
from .conserving_groups import ConservingGroups

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_EXAMPLES = 3
"""Groups that are shown, as published."""


def draw_groups(study: ConservingGroups, figure: "Figure") -> None:
    """The graph with up to three groups in colours of their own, and the conserved weights of each.

    The first is the largest group around the global minimum, if it conserves a weight.
    """
    from .. import plot

    first = study.around_the_lowest
    preferred = [*([first] if first is not None else []), *study.conserving]
    examples = separate_groups(preferred, most=_EXAMPLES)
    grid = figure.add_gridspec(max(len(examples), 1), 2, width_ratios=[2, 1.3])
    graph = plot.coloured_groups(study.network, examples, figure.add_subplot(grid[:, 0]))
    legend = graph.get_legend()
    if legend is not None:
        # Above the graph: beside it stand the networks.
        legend.set_loc("lower left")
        legend.set_bbox_to_anchor((0.0, 1.0))
        legend.set_ncols(2)
    if not examples:
        panel = figure.add_subplot(grid[0, 1])
        panel.set_axis_off()
        panel.set_title("no group conserves a weight", fontsize=9)
    for k, group in enumerate(examples):
        panel = figure.add_subplot(grid[k, 1])
        names = study.data.input_names
        plot.conserved_diagram(
            group,
            study.problem.sizes,
            panel,
            input_names=names if len(names) < 10 else [str(i) for i in range(1, len(names) + 1)],
            colour=plot.palette.GROUPS[k],
        )
        panel.set_title(f"{group.name}: σ ≤ {group.epsilon:.2g}", fontsize=9)
