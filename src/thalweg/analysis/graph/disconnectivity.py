"""Disconnectivity graphs: which minima can reach each other below a given loss."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from ...display import shown
from ...landscape.levels import DEFAULT_LEVELS, MOST_LEVELS
from ...landscape.merge_tree import MergeTree, merge_tree
from ...landscape.network import Network
from ...numbers import Real, Whole, real_number, whole_number
from .arrangement import placement
from .segments import Segments, segments_of
from .superbasins import Level, holders, superbasin_levels


@shown
@dataclass(frozen=True, eq=False)
class DisconnectivityGraph:
    """A disconnectivity graph, laid out: the exact merge tree read at equally spaced levels.

    Attributes:
        order: indices of the drawn minima, left to right [drawn].
        losses: loss of each drawn minimum, in that order [drawn].
        levels: level 1 first, which is the highest.
        segments: the lines to draw.
        x: where each drawn minimum stands, in that order, ascending [drawn].
        barriers: loss at which each drawn minimum meets its right neighbour; infinite if never [drawn − 1].
        arrangement: by what rule they stand there.
    """

    order: Int[np.ndarray, " drawn"]
    losses: Float[np.ndarray, " drawn"]
    levels: tuple[Level, ...]
    segments: Segments
    x: Float[np.ndarray, " drawn"]
    barriers: Float[np.ndarray, " drawn_less_one"]
    arrangement: str

    @cached_property
    def position(self) -> dict[int, int]:
        """Position of each drawn minimum, by its index, from left to right."""
        return {int(minimum): position for position, minimum in enumerate(self.order)}

    def members(self, node: str) -> Int[np.ndarray, " members"]:
        """Indices of the minima in a node, given by its name level_node.

        Raises:
            KeyError: if there is no such node.
        """
        try:
            level, number = (int(part) for part in node.split("_"))
            if level < 1 or number < 1:
                raise IndexError
            row = self.levels[level - 1]
            return self.order[row.start[number - 1] : row.stop[number - 1]]
        except (ValueError, IndexError):
            raise KeyError(
                f"no node {node!r}; names are level_node, with levels 1 … {len(self.levels)}."
            ) from None

    def to_frame(self) -> pd.DataFrame:
        """One row for each node: name, level, loss, parent, x, n_minima, lowest_loss."""
        frames, above = [], None
        for number, level in enumerate(self.levels, start=1):
            names = [f"{number}_{k}" for k in range(1, len(level.start) + 1)]
            parents: list[str | None] = [None] * len(names)
            if above is not None:
                parents = [f"{number - 1}_{k + 1}" for k in holders(above, level)]
            frames.append(
                pd.DataFrame(
                    {
                        "name": names,
                        "level": number,
                        "loss": level.loss,
                        "parent": parents,
                        "x": level.x,
                        "n_minima": level.stop - level.start,
                        "lowest_loss": level.lowest(self.losses),
                    }
                )
            )
            above = level
        return pd.concat(frames, ignore_index=True)


def disconnectivity_graph(
    network: Network,
    *,
    levels: Whole = DEFAULT_LEVELS,
    barrier_clip: Real | None = None,
    only_joined: bool = False,
    arrangement: str = "published",
) -> DisconnectivityGraph:
    """The disconnectivity graph of a network, laid out without crossings.

    Two minima are in one superbasin at a level if a path of transition states with losses up to that
    level joins them. Level 1 lies at the highest transition state that is needed (or at
    `barrier_clip`), the others follow at equal distances, the last at the global minimum. Components
    that no path joins are trees of their own, side by side.

    Args:
        network: minima and transition states.
        levels: number of thresholds, from one to 10,000.
        barrier_clip: loss to which higher transition states and minima are lowered in the graph.
        only_joined: whether to leave out minima that no path joins to the global minimum.
        arrangement: where minima and nodes stand, from left to right (`ARRANGEMENTS`).

    Raises:
        ValueError: if the network has no minima, `levels` is no such number, the clip lies below the global
            minimum, or there is no such arrangement.

    Reference:
        Becker & Karplus, J. Chem. Phys. 106, 1495 (1997); Wales, Miller & Walsh, Nature 394, 758 (1998).
    """
    n_levels = whole_number(levels, "levels", least=1, most=MOST_LEVELS)
    tree = merge_tree(network)
    lowest = network.lowest_loss
    clip = None if barrier_clip is None else real_number(barrier_clip, "barrier_clip")
    if clip is not None and not clip > lowest:
        raise ValueError(
            f"barrier_clip must lie above the global minimum ({lowest:g}), got {clip:g}."
        )
    order, barriers = _leaf_order(tree)
    if only_joined:
        # Whole trees are left out, so what remains is in one piece.
        positions = np.flatnonzero(network.is_joined[order])
        order, barriers = order[positions], barriers[positions[:-1]]
    losses = network.losses[order]
    if clip is not None:
        losses = np.minimum(losses, clip)
        is_clipped = np.isfinite(barriers) & (barriers > clip)
        barriers = np.where(is_clipped, clip, barriers)
    places = placement(losses, barriers, arrangement)
    superbasins = superbasin_levels(places, barriers, n_levels)
    segments = segments_of(places, superbasins)
    return DisconnectivityGraph(
        order, losses, superbasins, segments, places.x, barriers, arrangement
    )


def _leaf_order(
    tree: MergeTree,
) -> tuple[Int[np.ndarray, " minima"], Float[np.ndarray, " minima_less_one"]]:
    """Minima from left to right, and the loss at which each meets its right neighbour.

    Each merge puts the superbasin that lies less deep to the side of the deeper one's lowest minimum
    where fewer minima stand, so that the deepest branch of every superbasin is in its middle.
    """
    n = tree.n_minima
    sequences: dict[int, _Sequence] = {i: _Sequence.of(i, tree.losses[i]) for i in range(n)}
    right_neighbour, barriers = np.full(n, -1, dtype=np.int64), np.full(n, np.inf)
    for k, (a, b) in enumerate(tree.children):
        deep, other = sequences.pop(int(a)), sequences.pop(int(b))
        if other.lowest < deep.lowest:
            deep, other = other, deep
        to_right = deep.n_right <= deep.n_left
        left, right = (deep, other) if to_right else (other, deep)
        right_neighbour[left.last], barriers[left.last] = right.first, tree.losses[n + k]
        sequences[n + k] = deep.joined(other, to_right=to_right)
    order = []
    for sequence in sorted(sequences.values(), key=lambda s: s.lowest):
        minimum = sequence.first
        while minimum >= 0:
            order.append(minimum)
            minimum = int(right_neighbour[minimum])
    leaves = np.array(order, dtype=np.int64)
    return leaves, barriers[leaves][:-1]


@dataclass(frozen=True)
class _Sequence:
    """Minima of one superbasin in their order: both ends, and what lies around the lowest one."""

    first: int
    last: int
    lowest: float
    n_left: int
    n_right: int

    @classmethod
    def of(cls, minimum: int, loss: float) -> "_Sequence":
        return cls(minimum, minimum, float(loss), 0, 0)

    def joined(self, other: "_Sequence", *, to_right: bool) -> "_Sequence":
        size = other.n_left + other.n_right + 1
        if to_right:
            return _Sequence(self.first, other.last, self.lowest, self.n_left, self.n_right + size)
        return _Sequence(other.first, self.last, self.lowest, self.n_left + size, self.n_right)
