"""The lines of a drawn disconnectivity graph."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from ...display import shown
from .arrangement import Placement
from .superbasins import Level, holders

_Ends = Float[np.ndarray, "lines 2"]
_Lines = tuple[_Ends, _Ends, Int[np.ndarray, " lines"], Int[np.ndarray, " lines"]]
"""Upper ends, lower ends, start and stop of some lines."""
_Events = Int[np.ndarray, "superbasins 2"]
"""Superbasins, as one number each, and the level at which each is first or last there."""


@shown
@dataclass(frozen=True, eq=False)
class Segments:
    """Lines of the drawn graph.

    Attributes:
        ends: (x, loss) of the upper and the lower end [segments 2 2].
        start, stop: which minima hang below, as positions in the order of the minima [segments].
    """

    ends: Float[np.ndarray, "segments 2 2"]
    start: Int[np.ndarray, " segments"]
    stop: Int[np.ndarray, " segments"]


def segments_of(places: Placement, levels: tuple[Level, ...]) -> Segments:
    """Every branch once: slanted where it leaves its superbasin, straight down until it splits.

    A superbasin that stays the same over several levels is one line, so their number grows with the
    minima, not with the levels.
    """
    pieces = [*_lines_of_superbasins(places, levels), *_lines_of_minima(places, levels)]
    upper = np.concatenate([piece[0] for piece in pieces])
    lower = np.concatenate([piece[1] for piece in pieces])
    start = np.concatenate([piece[2] for piece in pieces])
    stop = np.concatenate([piece[3] for piece in pieces])
    has_length = np.any(upper != lower, axis=1)
    ends = np.stack([upper, lower], axis=1)
    return Segments(ends[has_length], start[has_length], stop[has_length])


def _points(
    x: Float[np.ndarray, " lines"] | Int[np.ndarray, " lines"],
    loss: Float[np.ndarray, " lines"] | float,
) -> _Ends:
    return np.stack(np.broadcast_arrays(1.0 * x, loss), axis=1)


def _lines_of_superbasins(places: Placement, levels: tuple[Level, ...]) -> list[_Lines]:
    """Lines of the superbasins with more than one minimum."""
    size = 1 + max(int(level.stop.max(initial=0)) for level in levels)
    lines: list[_Lines] = []
    before = np.zeros(0, dtype=np.int64)
    first_events: list[_Events] = []
    last_events: list[_Events] = []
    for number, level in enumerate(levels):
        codes = np.where(level.is_shared, level.start * size + level.stop, -1)
        new = np.flatnonzero((codes >= 0) & ~np.isin(codes, before))
        first_events.append(np.stack([codes[new], np.full(len(new), number)], axis=1))
        if number > 0:
            above = levels[number - 1]
            x = above.x[holders(above, level)[new]]
            upper, lower = _points(x, above.loss), _points(level.x[new], level.loss)
            lines.append((upper, lower, level.start[new], level.stop[new]))
            split_superbasins = before[~np.isin(before, codes)]
            last_events.append(
                np.stack([split_superbasins, np.full(len(split_superbasins), number - 1)], axis=1)
            )
        before = codes[codes >= 0]
    last_events.append(np.stack([before, np.full(len(before), len(levels) - 1)], axis=1))
    # A superbasin that is gone never comes back: each has one first and one last level.
    first, last = (np.concatenate(events) for events in (first_events, last_events))
    first, last = first[np.argsort(first[:, 0])], last[np.argsort(last[:, 0])]
    start, stop = first[:, 0] // size, first[:, 0] % size
    thresholds, x = np.array([level.loss for level in levels]), places.of_nodes(start, stop)
    upper, lower = _points(x, thresholds[first[:, 1]]), _points(x, thresholds[last[:, 1]])
    return [*lines, (upper, lower, start, stop)]


def _lines_of_minima(places: Placement, levels: tuple[Level, ...]) -> Iterator[_Lines]:
    """Lines of the single minima: down from where each leaves the last superbasin it shares."""
    losses, is_undrawn = places.losses, np.ones(len(places.losses), dtype=bool)
    for number, level in enumerate(levels):
        alone = np.flatnonzero(is_undrawn & ~_is_in_company(len(losses), level))
        is_undrawn[alone] = False
        if number == 0:
            x = places.x[alone]
            yield _points(x, level.loss), _points(x, losses[alone]), alone, alone + 1
            continue
        yield from _branch_off(places, levels[number - 1], alone, level.loss)
    undrawn = np.flatnonzero(is_undrawn)
    yield from _branch_off(places, levels[-1], undrawn, -np.inf)


def _branch_off(
    places: Placement, above: Level, alone: Int[np.ndarray, " some"], below: float
) -> Iterator[_Lines]:
    """Slanted to the threshold `below`, or to the minimum itself if it lies higher; then down."""
    x_above = above.x[np.searchsorted(above.start, alone, side="right") - 1]
    x, losses = places.x[alone], places.losses[alone]
    knee = np.maximum(losses, below)
    yield _points(x_above, above.loss), _points(x, knee), alone, alone + 1
    yield _points(x, knee), _points(x, losses), alone, alone + 1


def _is_in_company(n: int, level: Level) -> Bool[np.ndarray, " n"]:
    """Whether each minimum shares its superbasin with another."""
    change = np.zeros(n + 1, dtype=np.int64)
    change[level.start[level.is_shared]] += 1
    change[level.stop[level.is_shared]] -= 1
    return np.cumsum(change)[:-1] > 0
