"""Disconnectivity graphs: which minima can reach each other below a given loss."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int

from ...landscape.merge_tree import MergeTree, merge_tree
from ...landscape.network import Network


@dataclass(frozen=True, eq=False)
class Level:
    """The superbasins at one threshold: places start … stop − 1 in the order of the minima.

    Attributes:
        loss: the threshold.
        start, stop: bounds of each superbasin, left to right [superbasins].
    """

    loss: float
    start: Int[np.ndarray, " superbasins"]
    stop: Int[np.ndarray, " superbasins"]

    @property
    def x(self) -> Float[np.ndarray, " superbasins"]:
        """Where each superbasin stands: in the middle of its minima."""
        return (self.start + self.stop - 1) / 2


@dataclass(frozen=True, eq=False)
class Segments:
    """Lines of the drawn graph.

    Attributes:
        ends: (x, loss) of the upper and the lower end [segments 2 2].
        start, stop: which minima hang below, as places in the order of the minima [segments].
    """

    ends: Float[np.ndarray, "segments 2 2"]
    start: Int[np.ndarray, " segments"]
    stop: Int[np.ndarray, " segments"]


@dataclass(frozen=True, eq=False)
class DisconnectivityGraph:
    """A disconnectivity graph, laid out: the exact merge tree read at equally spaced levels.

    Attributes:
        order: indices of the drawn minima, left to right; a minimum stands at x = its place [drawn].
        losses: loss of each drawn minimum, in that order [drawn].
        levels: level 1 first, which is the highest.
        segments: the lines to draw.
    """

    order: Int[np.ndarray, " drawn"]
    losses: Float[np.ndarray, " drawn"]
    levels: tuple[Level, ...]
    segments: Segments

    @cached_property
    def place(self) -> dict[int, int]:
        """Where each drawn minimum stands, left to right."""
        return {int(minimum): at for at, minimum in enumerate(self.order)}

    def members(self, node: str) -> Int[np.ndarray, " members"]:
        """Indices of the minima in a node, given by its name level_node.

        Raises:
            KeyError: if there is no such node.
        """
        try:
            level, number = (int(part) for part in node.split("_"))
            if level < 1 or number < 1:
                raise IndexError
            at = self.levels[level - 1]
            return self.order[at.start[number - 1] : at.stop[number - 1]]
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
                parents = [f"{number - 1}_{k + 1}" for k in _under(above, level)]
            frames.append(
                pd.DataFrame(
                    {
                        "name": names,
                        "level": number,
                        "loss": level.loss,
                        "parent": parents,
                        "x": level.x,
                        "n_minima": level.stop - level.start,
                        "lowest_loss": _lowest(self.losses, level),
                    }
                )
            )
            above = level
        return pd.concat(frames, ignore_index=True)


def disconnectivity_graph(
    network: Network,
    *,
    levels: int = 60,
    barrier_clip: float | None = None,
    only_joined: bool = False,
) -> DisconnectivityGraph:
    """The disconnectivity graph of a network, laid out without crossings.

    Two minima are in one superbasin at a level if a path of transition states with losses up to that
    level joins them. Level 1 lies at the highest transition state that is needed (or at
    `barrier_clip`), the others follow at equal distances down to the global minimum. Components that
    no path joins are trees of their own, side by side.

    Args:
        network: minima and transition states.
        levels: number of thresholds, at least one.
        barrier_clip: loss to which higher transition states and minima are lowered in the graph.
        only_joined: whether to leave out minima that no path joins to the global minimum.

    Raises:
        ValueError: if the network has no minima, `levels` is below one, or the clip lies below the
            global minimum.

    Reference:
        Becker & Karplus, J. Chem. Phys. 106, 1495 (1997); Wales, Miller & Walsh, Nature 394, 758 (1998).
    """
    if levels < 1:
        raise ValueError(f"levels must be at least 1, got {levels}.")
    tree = merge_tree(network)
    lowest = float(network.losses.min())
    if barrier_clip is not None and not barrier_clip > lowest:
        raise ValueError(
            f"barrier_clip must lie above the global minimum ({lowest:g}), got {barrier_clip:g}."
        )
    order, walls = _leaf_order(tree)
    if only_joined:
        order, walls = _kept(order, walls, network.is_joined)
    losses = network.losses[order]
    if barrier_clip is not None:
        losses = np.minimum(losses, barrier_clip)
        walls = np.where(np.isfinite(walls), np.minimum(walls, barrier_clip), walls)
    read = tuple(_levels(losses, walls, levels))
    return DisconnectivityGraph(order, losses, read, _segments(losses, read))


def _leaf_order(
    tree: MergeTree,
) -> tuple[Int[np.ndarray, " minima"], Float[np.ndarray, " minima_less_one"]]:
    """Minima from left to right, and the loss at which each meets its right neighbour.

    Each merge puts the superbasin that lies less deep to the side of the deeper one's lowest minimum
    where fewer minima stand, so that the deepest branch of every superbasin is in its middle.
    """
    n = tree.n_minima
    sequences: dict[int, _Sequence] = {i: _Sequence.of(i, tree.losses[i]) for i in range(n)}
    following, walls = np.full(n, -1, dtype=np.int64), np.full(n, np.inf)
    for k, (a, b) in enumerate(tree.children):
        deep, other = sequences.pop(int(a)), sequences.pop(int(b))
        if other.lowest < deep.lowest:
            deep, other = other, deep
        to_right = deep.n_right <= deep.n_left
        left, right = (deep, other) if to_right else (other, deep)
        following[left.last], walls[left.last] = right.first, tree.losses[n + k]
        sequences[n + k] = deep.joined(other, to_right=to_right)
    order = []
    for sequence in sorted(sequences.values(), key=lambda s: s.lowest):
        at = sequence.first
        while at >= 0:
            order.append(at)
            at = int(following[at])
    ordered = np.array(order, dtype=np.int64)
    return ordered, walls[ordered][:-1]


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


def _kept(
    order: Int[np.ndarray, " minima"],
    walls: Float[np.ndarray, " walls"],
    is_kept: Bool[np.ndarray, " minima"],
) -> tuple[Int[np.ndarray, " kept"], Float[np.ndarray, " kept_less_one"]]:
    """Leave out whole trees: what is kept stands in one piece."""
    places = np.flatnonzero(is_kept[order])
    return order[places], walls[places[:-1]]


def _levels(
    losses: Float[np.ndarray, " n"], walls: Float[np.ndarray, " n_less_one"], levels: int
) -> list[Level]:
    finite = walls[np.isfinite(walls)]
    bottom, top = float(losses.min()), float(max(losses.max(), finite.max(initial=-np.inf)))
    thresholds = top - (top - bottom) / levels * np.arange(levels)
    read = []
    for threshold in thresholds:
        start = np.concatenate([[0], 1 + np.flatnonzero(walls > threshold)])
        stop = np.append(start[1:], len(losses))
        # A lone minimum above the threshold is not there yet.
        is_there = (stop - start > 1) | (losses[start] <= threshold)
        read.append(Level(float(threshold), start[is_there], stop[is_there]))
    return read


def _under(above: Level, below: Level) -> Int[np.ndarray, " superbasins"]:
    """For each superbasin of a level, the one that holds it a level higher."""
    return np.searchsorted(above.start, below.start, side="right") - 1


def _lowest(losses: Float[np.ndarray, " n"], level: Level) -> Float[np.ndarray, " superbasins"]:
    padded = np.append(losses, np.inf)
    bounds = np.stack([level.start, level.stop], axis=1).ravel()
    return np.minimum.reduceat(padded, bounds)[::2] if len(bounds) else np.zeros(0)


def _segments(losses: Float[np.ndarray, " n"], levels: tuple[Level, ...]) -> Segments:
    """Every branch once: slanted where it leaves its superbasin, straight down until it splits.

    A superbasin that stays the same over several levels is one line, so their number grows with the
    minima, not with the levels.
    """
    pieces = [*_lines_of_superbasins(levels), *_lines_of_minima(losses, levels)]
    upper = np.concatenate([piece[0] for piece in pieces])
    lower = np.concatenate([piece[1] for piece in pieces])
    start = np.concatenate([piece[2] for piece in pieces])
    stop = np.concatenate([piece[3] for piece in pieces])
    has_length = np.any(upper != lower, axis=1)
    ends = np.stack([upper, lower], axis=1)
    return Segments(ends[has_length], start[has_length], stop[has_length])


_Lines = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Upper ends, lower ends, start and stop of some lines."""


def _points(x: np.ndarray, loss: np.ndarray | float) -> Float[np.ndarray, "lines 2"]:
    return np.stack(np.broadcast_arrays(1.0 * x, loss), axis=1)


def _lines_of_superbasins(levels: tuple[Level, ...]) -> list[_Lines]:
    """Lines of the superbasins with more than one minimum."""
    size = 1 + max(int(level.stop.max(initial=0)) for level in levels)
    lines, before = [], np.zeros(0, dtype=np.int64)
    came: list[np.ndarray] = []
    gone: list[np.ndarray] = []
    for at, level in enumerate(levels):
        codes = np.where(level.stop - level.start > 1, level.start * size + level.stop, -1)
        new = np.flatnonzero((codes >= 0) & ~np.isin(codes, before))
        came.append(np.stack([codes[new], np.full(len(new), at)], axis=1))
        if at > 0:
            above = levels[at - 1]
            x = above.x[_under(above, level)[new]]
            upper, lower = _points(x, above.loss), _points(level.x[new], level.loss)
            lines.append((upper, lower, level.start[new], level.stop[new]))
            ended = before[~np.isin(before, codes)]
            gone.append(np.stack([ended, np.full(len(ended), at - 1)], axis=1))
        before = codes[codes >= 0]
    gone.append(np.stack([before, np.full(len(before), len(levels) - 1)], axis=1))
    # A superbasin that is gone never comes back: each has one first and one last level.
    first, last = (np.concatenate(events) for events in (came, gone))
    first, last = first[np.argsort(first[:, 0])], last[np.argsort(last[:, 0])]
    start, stop = first[:, 0] // size, first[:, 0] % size
    thresholds, x = np.array([level.loss for level in levels]), (start + stop - 1) / 2
    upper, lower = _points(x, thresholds[first[:, 1]]), _points(x, thresholds[last[:, 1]])
    return [*lines, (upper, lower, start, stop)]


def _lines_of_minima(
    losses: Float[np.ndarray, " n"], levels: tuple[Level, ...]
) -> Iterator[_Lines]:
    """Lines of the single minima: down from where each leaves the last superbasin it shares."""
    waiting = np.ones(len(losses), dtype=bool)
    for at, level in enumerate(levels):
        shared = _in_company(len(losses), level)
        alone = np.flatnonzero(waiting & ~shared)
        waiting[alone] = False
        if at == 0:
            yield _points(alone, level.loss), _points(alone, losses[alone]), alone, alone + 1
            continue
        yield from _branch_off(losses, levels[at - 1], alone, level.loss)
    last = np.flatnonzero(waiting)
    yield from _branch_off(losses, levels[-1], last, -np.inf)


def _branch_off(
    losses: Float[np.ndarray, " n"], above: Level, alone: Int[np.ndarray, " some"], below: float
) -> Iterator[_Lines]:
    """Slanted to the threshold `below`, or to the minimum itself if it lies higher; then down."""
    x = above.x[np.searchsorted(above.start, alone, side="right") - 1]
    knee = np.maximum(losses[alone], below)
    yield _points(x, above.loss), _points(alone, knee), alone, alone + 1
    yield _points(alone, knee), _points(alone, losses[alone]), alone, alone + 1


def _in_company(n: int, level: Level) -> Bool[np.ndarray, " n"]:
    """Whether each minimum shares its superbasin with another."""
    many = level.stop - level.start > 1
    change = np.zeros(n + 1, dtype=np.int64)
    change[level.start[many]] += 1
    change[level.stop[many]] -= 1
    return np.cumsum(change)[:-1] > 0
