"""What the explorer shows of several landscapes side by side, their minima matched."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from jaxtyping import Int

from ..analysis.across.matching import MinimaTracks, minima_tracks
from ..landscape.landscape import Landscape
from ..landscape.levels import DEFAULT_LEVELS
from ..landscape.network import Network
from ..numbers import Real, Whole
from .explorer_data import explorer_data, landscape_data
from .followed import Followed
from .packing import ExplorerData

_BY_CONTINUATION = "Minima match that continuation takes into each other."
_NO_SYMMETRY = "No minima match: a network by itself does not say which points are images of one."


@dataclass(frozen=True, eq=False)
class Comparison:
    """Several landscapes, each with the tracks of its minima.

    Attributes:
        parts: what is shown of each; its array `track` says which minima are one.
        notes: names, rules, and of a scan its parameter, values and folds; JSON can hold it.
    """

    parts: tuple[ExplorerData, ...]
    notes: dict[str, Any]


def comparison_of(
    landscapes: Sequence[Landscape | Network],
    *,
    names: Sequence[str] | None = None,
    followed: Followed | None = None,
    levels: Whole = DEFAULT_LEVELS,
    barrier_clip: Real | None = None,
) -> Comparison:
    """Put landscapes side by side, in the order in which they are given.

    Args:
        landscapes: two or more.
        names: of the landscapes; titles, or the values of a scan, if None.
        followed: what a scan says of them; else their minima are matched by `analysis.minima_tracks`.
        levels, barrier_clip: as in `explorer_data`.

    Raises:
        ValueError: for fewer than two, another number of names, or a scan of other landscapes.
    """
    if len(landscapes) < 2:
        raise ValueError(f"a comparison needs two landscapes or more, got {len(landscapes)}.")
    if names is not None and len(names) != len(landscapes):
        raise ValueError(f"there are {len(landscapes)} landscapes and {len(names)} names.")
    parts = [_shown(one, levels, barrier_clip) for one in landscapes]
    result = _tracks(landscapes, parts, followed)
    titles = names if names is not None else _names(parts, followed)
    notes = {
        "names": [str(name) for name in titles],
        "rules": list(result.rules),
        "are_matched": result.is_possible,
        "parameter": followed.parameter if followed else "",
        "values": list(followed.values) if followed else None,
        "folds": [vars(fold) for fold in followed.folds] if followed else [],
    }
    with_tracks = [
        replace(part, arrays={**part.arrays, "track": _of_drawn(track, part)})
        for part, track in zip(parts, result.tracks, strict=True)
    ]
    return Comparison(tuple(with_tracks), notes)


def _shown(
    landscape: Landscape | Network, levels: Whole, barrier_clip: Real | None
) -> ExplorerData:
    if isinstance(landscape, Network):
        return explorer_data(landscape, levels=levels, barrier_clip=barrier_clip)
    return landscape_data(landscape, levels=levels, barrier_clip=barrier_clip)


def _tracks(
    landscapes: Sequence[Landscape | Network],
    parts: Sequence[ExplorerData],
    followed: Followed | None,
) -> MinimaTracks:
    """The track of each minimum, and by what rules they match."""
    counts = [part.notes.get("n_all_minima", part.notes["n_minima"]) for part in parts]
    if followed is not None:
        of_scan = [len(track) for track in followed.tracks]
        if of_scan != counts:
            raise ValueError(
                f"the scan followed {of_scan} minima, and the landscapes have {counts}: they have grown, or "
                "are others. Scan them again."
            )
        return MinimaTracks(followed.tracks, (_BY_CONTINUATION,), True)
    whole = [one for one in landscapes if isinstance(one, Landscape)]
    if len(whole) == len(landscapes):
        return minima_tracks(whole)
    ends = np.cumsum([0, *counts])
    ranges = [np.arange(a, b) for a, b in pairwise(ends.tolist())]
    return MinimaTracks(tuple(ranges), (_NO_SYMMETRY,), False)


def _of_drawn(track: Int[np.ndarray, " minima"], part: ExplorerData) -> np.ndarray:
    """The tracks of those minima that are sent."""
    numbers = part.arrays.get("minimum_number")
    return track if numbers is None else track[numbers]


def _names(parts: Sequence[ExplorerData], followed: Followed | None) -> list[str]:
    if followed is not None:
        return [f"{followed.parameter} = {value:g}" for value in followed.values]
    titles = [str(part.notes["title"]) or "network" for part in parts]
    if len(set(titles)) == len(titles):
        return titles
    return [f"{number}: {title}" for number, title in enumerate(titles, start=1)]
