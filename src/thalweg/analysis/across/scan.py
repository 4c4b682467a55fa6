"""Landscapes over a parameter: which minima are the same, and where they are born and die."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from ...display import shown
from ...landscape.landscape import Landscape
from ...landscape.network import require_minima
from ...problems.family import OneParameterFamily
from ...problems.symmetry import Symmetry
from .branches import Branch, BranchEnd, Fold
from .continuation import follow
from .mergers import SAME_POINT, mergers


@dataclass(frozen=True)
class Catastrophe:
    """A fold between two values of a scan.

    Attributes:
        fold: where a minimum and a transition state merge.
        value: the scanned value from which they were followed.
        minimum: its number in the landscape of that value.
        transition_state: its number there, or None if only the minimum was followed to it.
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
    """A minimum that leaves the bounds of the problem between two values of a scan.

    Attributes:
        value: the scanned value from which it was followed.
        last: the last value of the parameter at which it was within them.
        minimum: its number in the landscape of `value`.
    """

    value: float
    last: float
    minimum: int


@shown
@dataclass(frozen=True, eq=False)
class Scan:
    """Minima followed through landscapes of growing values of a parameter.

    Attributes:
        parameter: its name.
        values: scanned values, ascending [v].
        tracks: for each value the track of each minimum; minima of one track are one minimum, followed
            from value to value.
        catastrophes: folds between minima and transition states, by critical value.
        departures: minima that leave the bounds.
        branches: of minima and transition states between neighbouring values, each once.
        n_missed: minima that arrive from a neighbouring value and are not in the landscape there.
    """

    parameter: str
    values: Float[np.ndarray, " v"]
    tracks: tuple[Int[np.ndarray, " _"], ...]
    catastrophes: tuple[Catastrophe, ...]
    departures: tuple[Departure, ...]
    branches: tuple[Branch, ...]
    n_missed: int

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
    symmetry = family.problem_at(float(values[0])).symmetry
    points = [_StationaryPoints.of(landscape) for _, landscape in landscapes]
    tracks = [np.arange(points[0].n_minima)]
    n_tracks, n_missed = points[0].n_minima, 0
    branches: list[Branch] = []
    catastrophes: list[Catastrophe] = []
    departures: list[Departure] = []
    for k in range(1, len(values)):
        ends = float(values[k - 1]), float(values[k])
        below, above = points[k - 1], points[k]
        up = follow(family, below.coordinates, *ends)
        down = follow(family, above.coordinates, *ends[::-1])
        branches += _different(up, below.n_minima, down[: above.n_minima])
        for value, branches_one_way, n in (
            (ends[0], up, below.n_minima),
            (ends[1], down, above.n_minima),
        ):
            catastrophes += _catastrophes(branches_one_way, n, value, symmetry)
            departures += _departures(branches_one_way[:n], value)
        arrivals = _arrivals(up[: below.n_minima], above.minima, symmetry)
        backwards = _arrivals(down[: above.n_minima], below.minima, symmetry)
        n_missed += arrivals.n_missed + backwards.n_missed
        is_new = arrivals.branch < 0
        track = np.empty(above.n_minima, dtype=np.int64)
        track[~is_new] = tracks[-1][arrivals.branch[~is_new]]
        track[is_new] = n_tracks + np.arange(is_new.sum())
        n_tracks += int(is_new.sum())
        tracks.append(track)
    catastrophes.sort(key=lambda catastrophe: catastrophe.fold.value)
    return Scan(
        family.label,
        values,
        tuple(tracks),
        tuple(catastrophes),
        tuple(departures),
        tuple(branches),
        n_missed,
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
    require_minima(sum(sizes), "the scan", "a grouping")
    pairs = np.column_stack([np.concatenate(losses), np.concatenate(errors)])
    spread = pairs.std(axis=0)
    standardised_pairs = (pairs - pairs.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    labels = KMeans(max(sizes), n_init=10, random_state=seed).fit_predict(standardised_pairs)
    return tuple(np.split(labels, np.cumsum(sizes)[:-1]))


def agreement_with_kmeans(
    scan: Scan,
    losses: Sequence[Float[np.ndarray, " _"]],
    errors: Sequence[Float[np.ndarray, " _"]],
    *,
    seed: int = 0,
) -> float:
    """How well the published grouping agrees with the tracks of a scan: adjusted Rand index, at most 1.

    Args:
        scan: whose tracks say which minima are one.
        losses, errors, seed: as for `group_by_kmeans`, in the order of the scan's values.
    """
    groups = np.concatenate(group_by_kmeans(losses, errors, seed=seed))
    return float(adjusted_rand_score(np.concatenate(scan.tracks), groups))


@dataclass(frozen=True, eq=False)
class _StationaryPoints:
    """Coordinates of all minima, then of all transition states [points d], and how many are minima."""

    coordinates: Float[np.ndarray, "points d"]
    n_minima: int

    @classmethod
    def of(cls, landscape: Landscape) -> "_StationaryPoints":
        minima = [point.coordinates for point in landscape.minima()]
        transition_states = [point.coordinates for point in landscape.transition_states()]
        coordinates = np.array(minima + transition_states).reshape(-1, landscape.dimension)
        return cls(coordinates, len(minima))

    @property
    def minima(self) -> Float[np.ndarray, "minima d"]:
        return self.coordinates[: self.n_minima]


def _catastrophes(
    branches: Sequence[Branch], n_minima: int, value: float, symmetry: Symmetry
) -> list[Catastrophe]:
    """Minima that came back through a fold, with the transition state on which they arrived."""
    catastrophes = []
    for merger in mergers(branches, symmetry, tolerance=SAME_POINT):
        minimum, partner = merger.pair
        if minimum < n_minima:
            transition_state = None if partner is None else partner - n_minima
            catastrophes.append(Catastrophe(merger.fold, value, minimum, transition_state))
    return catastrophes


def _different(up: Sequence[Branch], n_minima: int, down: Sequence[Branch]) -> list[Branch]:
    """Each branch once: all upwards but transition states that fold, and births from `down`.

    A pair that merges in a fold is known by its minimum alone.
    """
    transition_states = [branch for branch in up[n_minima:] if branch.end is not BranchEnd.RETURNED]
    births = [branch for branch in down if branch.end is BranchEnd.RETURNED]
    return [*up[:n_minima], *transition_states, *births]


def _departures(minima: Sequence[Branch], value: float) -> list[Departure]:
    return [
        Departure(value, float(branch.values[-1]), i)
        for i, branch in enumerate(minima)
        if branch.end is BranchEnd.LEFT_BOUNDS
    ]


@dataclass(frozen=True, eq=False)
class _Arrivals:
    """Which branch arrives at each minimum, −1 for none [minima], and how many arrive at none."""

    branch: Int[np.ndarray, " minima"]
    n_missed: int


def _arrivals(
    branches: Sequence[Branch], minima: Float[np.ndarray, "minima d"], symmetry: Symmetry
) -> _Arrivals:
    arrivals, n_missed = np.full(len(minima), -1), 0
    for i, branch in enumerate(branches):
        if branch.end is not BranchEnd.REACHED or branch.index[-1] != 0:
            continue
        distances = [symmetry.distance(x, branch.coordinates[-1]) for x in minima]
        if distances and min(distances) < SAME_POINT:
            arrivals[int(np.argmin(distances))] = i
        else:
            n_missed += 1
    return _Arrivals(arrivals, n_missed)
