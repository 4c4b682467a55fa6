"""Groups of minima by what the landscape says of them, each under its name."""

import numpy as np
from jaxtyping import Int

from ..analysis.graph.basins import monotonic_sequence_basins
from ..analysis.graph.level_groups import level_groups
from ..analysis.graph.nodes import distinct_nodes
from ..landscape.levels import DEFAULT_LEVELS
from ..landscape.network import Network

Groups = dict[str, Int[np.ndarray, " _"]]
"""Indices of the minima of each group by its name, the largest group first."""


def groups_of(
    assignment: Int[np.ndarray, " minima"], *, least: int = 2
) -> list[Int[np.ndarray, " _"]]:
    """The minima of each group with at least `least` members, the largest group first.

    Args:
        assignment: number of the group of each minimum, negative for none [minima]; for example of
            `monotonic_sequence_basins` or `level_groups`.
        least: members that a group must have.
    """
    groups = [np.flatnonzero(assignment == k) for k in np.unique(assignment[assignment >= 0])]
    return sorted((g for g in groups if len(g) >= least), key=len, reverse=True)


def groups_at_level(network: Network, level: int | None = None) -> list[Int[np.ndarray, " _"]]:
    """The groups of `groups_by_level`, or of `groups_by_basin` without a level, without their names.

    Args:
        network: minima and transition states.
        level: as in `analysis.level_groups`; the monotonic sequence basins if None.

    Raises:
        ValueError: if the network has no minima, or there is no such level.
    """
    groups = groups_by_basin(network) if level is None else groups_by_level(network, level)
    return list(groups.values())


def groups_by_node(network: Network, *, levels: int = DEFAULT_LEVELS) -> Groups:
    """Every distinct node of every level of the disconnectivity graph with two minima or more.

    These are the published groups: minima that transition states separate from others. A node lies
    within those above it, so one minimum is in several groups. Names are `level_node`.

    Args:
        network: minima and transition states.
        levels: of the graph; level 1 is the highest, the last at the global minimum.

    Raises:
        ValueError: if the network has no minima.
    """
    return {node.name: node.members for node in distinct_nodes(network, levels=levels)}


def groups_by_level(network: Network, level: int, *, levels: int = DEFAULT_LEVELS) -> Groups:
    """The nodes of one level with two minima or more, which hold no minimum twice.

    Raises:
        ValueError: if the network has no minima, or there is no such level.
    """
    nodes = level_groups(network, level, levels=levels)
    return _largest_first(
        {name: np.flatnonzero(nodes.assignment == k) for k, name in enumerate(nodes.names)}
    )


def groups_by_basin(network: Network) -> Groups:
    """The monotonic sequence basins with two minima or more, named by the minimum at the bottom.

    Raises:
        ValueError: if the network has no minima.
    """
    assignment = monotonic_sequence_basins(network).assignment
    bottoms = np.unique(assignment).tolist()
    return _largest_first(
        {f"basin of minimum {k}": np.flatnonzero(assignment == k) for k in bottoms}
    )


def _largest_first(groups: Groups) -> Groups:
    by_size = sorted(groups.items(), key=lambda group: -len(group[1]))
    return {name: members for name, members in by_size if len(members) > 1}


def named_groups(
    network: Network, by: str = "nodes", *, level: int | None = None, levels: int = DEFAULT_LEVELS
) -> Groups:
    """The groups of `groups_by_node`, `groups_by_basin`, or `groups_by_level` if there is a level.

    Args:
        network: minima and transition states.
        by: nodes or basins.
        level: the nodes of this one alone.
        levels: of the graph.

    Raises:
        ValueError: if the network has no minima, `by` is none of these, or basins are asked for at a level.
    """
    if by not in ("nodes", "basins"):
        raise ValueError(f"groups are by nodes or basins, got {by!r}.")
    if by == "basins":
        if level is not None:
            raise ValueError("basins are at no level of the graph; leave the level out.")
        return groups_by_basin(network)
    if level is None:
        return groups_by_node(network, levels=levels)
    return groups_by_level(network, level, levels=levels)
