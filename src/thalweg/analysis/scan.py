"""Landscapes over a parameter: which minima are the same, and where they are born and die."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from sklearn.cluster import KMeans

from ..landscape.store import Landscape
from ..problems.family import Family
from ..problems.symmetry import Symmetry
from .continuation import Branch, BranchEnd, Fold, follow, mergers

_SAME = 1e-4
"""Distance after alignment below which two points are one."""


@dataclass(frozen=True)
class Catastrophe:
    """A fold between two values of a scan.

    Attributes:
        fold: where a minimum and a transition state merge.
        value: the scanned value at which both were known.
        minimum, transition_state: their numbers in the landscape of that value.
    """

    fold: Fold
    value: float
    minimum: int
    transition_state: int

    @property
    def kind(self) -> str:
        """Birth or death of the minimum as the parameter grows."""
        return "birth" if self.fold.towards > 0 else "death"


@dataclass(frozen=True, eq=False)
class Scan:
    """Minima followed through landscapes of growing values of a parameter.

    Attributes:
        parameter: its name.
        values: scanned values, ascending [v].
        tracks: for each value the track of each minimum; minima of one track are one minimum, followed
            from value to value.
        catastrophes: folds between minima and transition states, by critical value.
        branches: of all minima and transition states, between neighbouring values.
        missed: minima that arrive from a neighbouring value and are not in the landscape there.
    """

    parameter: str
    values: Float[np.ndarray, " v"]
    tracks: tuple[Int[np.ndarray, " minima"], ...]
    catastrophes: tuple[Catastrophe, ...]
    branches: tuple[Branch, ...]
    missed: int

    @property
    def n_tracks(self) -> int:
        """How many different minima there are over all values."""
        return len(np.unique(np.concatenate(self.tracks))) if self.tracks else 0


def scan(family: Family, landscapes: Sequence[tuple[float, Landscape]]) -> Scan:
    """Follow every minimum and transition state from each value to the next, up and down.

    Args:
        family: the problem for each value of the parameter.
        landscapes: one for each value.

    Raises:
        ValueError: for fewer than two values, or one that occurs twice.
    """
    landscapes = sorted(landscapes, key=lambda pair: pair[0])
    values = np.array([value for value, _ in landscapes])
    if len(values) < 2 or len(np.unique(values)) < len(values):
        raise ValueError(f"a scan needs two or more different values, got {values.tolist()}.")
    symmetry = family.at(float(values[0])).symmetry
    points = [_stationary(landscape) for _, landscape in landscapes]
    tracks = [np.arange(points[0][1])]
    newest, missed = points[0][1], 0
    branches: list[Branch] = []
    catastrophes: list[Catastrophe] = []
    for k in range(1, len(values)):
        ends = float(values[k - 1]), float(values[k])
        (below, n_below), (above, n_above) = points[k - 1], points[k]
        up = follow(family, below, *ends)
        down = follow(family, above, *ends[::-1])
        branches += [*up, *down]
        catastrophes += _catastrophes(up, n_below, ends[0], symmetry)
        catastrophes += _catastrophes(down, n_above, ends[1], symmetry)
        there, lost = _continued(up[:n_below], above[:n_above], tracks[-1], symmetry)
        backwards = _continued(down[:n_above], below[:n_below], np.arange(n_above), symmetry)
        missed += lost + backwards[1]
        is_new = there < 0
        there[is_new] = newest + np.arange(is_new.sum())
        newest += int(is_new.sum())
        tracks.append(there)
    catastrophes.sort(key=lambda one: one.fold.value)
    return Scan(family.label, values, tuple(tracks), tuple(catastrophes), tuple(branches), missed)


def group_by_kmeans(
    losses: Sequence[Float[np.ndarray, " minima"]],
    errors: Sequence[Float[np.ndarray, " minima"]],
    *,
    seed: int = 0,
) -> tuple[Int[np.ndarray, " minima"], ...]:
    """Group the minima of all values by (loss, error), as published: a comparison for `Scan.tracks`.

    k-means with k the largest number of minima at any value, on both quantities scaled to unit variance.

    Args:
        losses: of the minima at each value.
        errors: mean squared test errors of the same.
        seed: of the k-means.

    Raises:
        ValueError: if there is no minimum.
    """
    sizes = [len(values) for values in losses]
    if not sum(sizes):
        raise ValueError("there are no minima to group.")
    pairs = np.column_stack([np.concatenate(losses), np.concatenate(errors)])
    spread = pairs.std(axis=0)
    scaled = (pairs - pairs.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    labels = KMeans(max(sizes), n_init=10, random_state=seed).fit_predict(scaled)
    return tuple(np.split(labels, np.cumsum(sizes)[:-1]))


def _stationary(landscape: Landscape) -> tuple[Float[np.ndarray, "points d"], int]:
    """Coordinates of all minima, then of all transition states, and how many are minima."""
    minima = [point.coordinates for point in landscape.minima()]
    saddles = [point.coordinates for point in landscape.transition_states()]
    return np.array(minima + saddles).reshape(-1, landscape.dimension), len(minima)


def _catastrophes(
    branches: Sequence[Branch], n_minima: int, value: float, symmetry: Symmetry
) -> list[Catastrophe]:
    return [
        Catastrophe(one.fold, value, one.pair[0], one.pair[1] - n_minima)
        for one in mergers(branches, symmetry, tolerance=_SAME)
        if one.pair[0] < n_minima <= one.pair[1]
    ]


def _continued(
    branches: Sequence[Branch],
    known: Float[np.ndarray, "minima d"],
    tracks: Int[np.ndarray, " branches"],
    symmetry: Symmetry,
) -> tuple[Int[np.ndarray, " minima"], int]:
    """The track of each known minimum, −1 where no branch arrives, and how many arrive at none."""
    found, lost = np.full(len(known), -1), 0
    for i, branch in enumerate(branches):
        if branch.end is not BranchEnd.REACHED or branch.index[-1] != 0:
            continue
        apart = [symmetry.distance(x, branch.coordinates[-1]) for x in known]
        if apart and min(apart) < _SAME:
            found[int(np.argmin(apart))] = tracks[i]
        else:
            lost += 1
    return found, lost
