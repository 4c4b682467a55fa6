"""Landscapes over a parameter: which minima are the same, and where they are born and die."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from ...landscape.landscape import Landscape
from ...problems.family import OneParameterFamily
from ...problems.symmetry import Symmetry
from .continuation import Branch, BranchEnd, Fold, follow, mergers

_SAME = 1e-4
"""Distance after alignment below which two points are one."""


@dataclass(frozen=True)
class Catastrophe:
    """A fold between two values of a scan.

    Attributes:
        fold: where a minimum and a transition state merge.
        value: the scanned value at which both were known.
        minimum: its number in the landscape of that value.
        transition_state: its number there, or None if it was found by following the minimum alone.
    """

    fold: Fold
    value: float
    minimum: int
    transition_state: int | None

    @property
    def kind(self) -> str:
        """Birth or death of the minimum as the parameter grows."""
        return "birth" if self.fold.towards > 0 else "death"


@dataclass(frozen=True)
class Departure:
    """A minimum that leaves the box of the problem between two values of a scan.

    Attributes:
        value: the scanned value at which it was known.
        last: the last value of the parameter at which it was inside.
        minimum: its number in the landscape of `value`.
    """

    value: float
    last: float
    minimum: int


@dataclass(frozen=True, eq=False)
class Scan:
    """Minima followed through landscapes of growing values of a parameter.

    Attributes:
        parameter: its name.
        values: scanned values, ascending [v].
        tracks: for each value the track of each minimum; minima of one track are one minimum, followed
            from value to value.
        catastrophes: folds between minima and transition states, by critical value.
        departures: minima that leave the box.
        branches: of minima and transition states between neighbouring values, each once.
        missed: minima that arrive from a neighbouring value and are not in the landscape there.
    """

    parameter: str
    values: Float[np.ndarray, " v"]
    tracks: tuple[Int[np.ndarray, " _"], ...]
    catastrophes: tuple[Catastrophe, ...]
    departures: tuple[Departure, ...]
    branches: tuple[Branch, ...]
    missed: int

    @property
    def n_tracks(self) -> int:
        """How many different minima there are over all values."""
        return len(np.unique(np.concatenate(self.tracks))) if self.tracks else 0


def scan(family: OneParameterFamily, landscapes: Sequence[tuple[float, Landscape]]) -> Scan:
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
    departures: list[Departure] = []
    for k in range(1, len(values)):
        ends = float(values[k - 1]), float(values[k])
        (below, n_below), (above, n_above) = points[k - 1], points[k]
        up = follow(family, below, *ends)
        down = follow(family, above, *ends[::-1])
        branches += _once(up, n_below, down[:n_above])
        for value, found, n in ((ends[0], up, n_below), (ends[1], down, n_above)):
            catastrophes += _catastrophes(found, n, value, symmetry)
            departures += _departures(found[:n], value)
        there, lost = _continued(up[:n_below], above[:n_above], tracks[-1], symmetry)
        backwards = _continued(down[:n_above], below[:n_below], np.arange(n_above), symmetry)
        missed += lost + backwards[1]
        is_new = there < 0
        there[is_new] = newest + np.arange(is_new.sum())
        newest += int(is_new.sum())
        tracks.append(there)
    catastrophes.sort(key=lambda one: one.fold.value)
    return Scan(
        family.label,
        values,
        tuple(tracks),
        tuple(catastrophes),
        tuple(departures),
        tuple(branches),
        missed,
    )


def group_by_kmeans(
    losses: Sequence[Float[np.ndarray, " _"]],
    errors: Sequence[Float[np.ndarray, " _"]],
    *,
    seed: int = 0,
) -> tuple[Int[np.ndarray, " _"], ...]:
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


def agreement_with_kmeans(
    scan: Scan,
    losses: Sequence[Float[np.ndarray, " _"]],
    errors: Sequence[Float[np.ndarray, " _"]],
    *,
    seed: int = 0,
) -> float:
    """How well the published grouping finds the minima that are one: adjusted Rand index, at most 1.

    Args:
        scan: which says which minima are one.
        losses, errors, seed: as for `group_by_kmeans`, in the order of the scan's values.
    """
    groups = np.concatenate(group_by_kmeans(losses, errors, seed=seed))
    return float(adjusted_rand_score(np.concatenate(scan.tracks), groups))


def _stationary(landscape: Landscape) -> tuple[Float[np.ndarray, "points d"], int]:
    """Coordinates of all minima, then of all transition states, and how many are minima."""
    minima = [point.coordinates for point in landscape.minima()]
    saddles = [point.coordinates for point in landscape.transition_states()]
    return np.array(minima + saddles).reshape(-1, landscape.dimension), len(minima)


def _catastrophes(
    branches: Sequence[Branch], n_minima: int, value: float, symmetry: Symmetry
) -> list[Catastrophe]:
    """Minima that came back through a fold, with the transition state on which they arrived."""
    found = []
    for one in mergers(branches, symmetry, tolerance=_SAME):
        minimum, partner = one.pair
        if minimum < n_minima:
            saddle = None if partner is None else partner - n_minima
            found.append(Catastrophe(one.fold, value, minimum, saddle))
    return found


def _once(up: Sequence[Branch], n_minima: int, births: Sequence[Branch]) -> list[Branch]:
    """Upwards all, downwards the minima that are born on the way; a pair in a fold by its minimum alone."""
    saddles = [branch for branch in up[n_minima:] if branch.end is not BranchEnd.RETURNED]
    born = [branch for branch in births if branch.end is BranchEnd.RETURNED]
    return [*up[:n_minima], *saddles, *born]


def _departures(minima: Sequence[Branch], value: float) -> list[Departure]:
    return [
        Departure(value, float(branch.values[-1]), i)
        for i, branch in enumerate(minima)
        if branch.end is BranchEnd.BOX
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
