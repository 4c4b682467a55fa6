"""Which minima of two landscapes, or of several, are one and the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float, Int

from ...display import shown
from ...landscape.errors import LandscapeError
from ...landscape.identity import PointIndex
from ...landscape.landscape import Landscape
from ...landscape.neighbours import nearest
from ...problems.capabilities import HasHyperparameters, Layered
from ...problems.problem import Problem
from ...problems.symmetry import Symmetry

MOST_MATCHED = 2_000
"""Minima of either landscape up to which nearest ones are looked for: each is aligned with many others."""

NONE = -1
"""Partner of a minimum that has none."""


@shown
@dataclass(frozen=True, eq=False)
class Matching:
    """Which minimum of a second landscape each minimum of a first one is.

    Attributes:
        partners: number of the minimum in the second landscape, `NONE` where there is none [minima].
        distances: to it, after alignment; NaN where there is none [minima].
        rule: in one sentence, by what rule they match, or why nothing can be matched.
        is_possible: whether the two have the same coordinates, so that minima can be matched at all.
    """

    partners: Int[np.ndarray, " minima"]
    distances: Float[np.ndarray, " minima"]
    rule: str
    is_possible: bool


@shown
@dataclass(frozen=True, eq=False)
class MinimaTracks:
    """Minima of several landscapes, matched from each to the next.

    Attributes:
        tracks: for each landscape the track of each minimum; minima of one track are matched.
        rules: of `Matching`, each once, in the order in which they occur.
        is_possible: whether any two neighbours have the same coordinates.
    """

    tracks: tuple[Int[np.ndarray, " _"], ...]
    rules: tuple[str, ...]
    is_possible: bool


def match_minima(first: Landscape, second: Landscape) -> Matching:
    """Match the minima of two landscapes, over all symmetry images.

    Of one problem, minima match that are the same point, within the tolerance of either. Of two problems
    with the same coordinates (the same loss with another penalty, other data, another loss of the same
    network) a pair matches if it is less than half as far apart as either is from any other minimum of its
    own landscape, so that each is the other's nearest and no third lies between: that says which have hardly
    moved, not that one becomes the other, which `analysis.scan` follows. Problems with other coordinates
    have no minima in common: that two are both the lowest does not make them one.

    Args:
        first, second: the landscapes; their problems must be at hand.
    """
    n = first.n_minima
    reason = _not_comparable(first, second)
    if reason:
        return Matching(np.full(n, NONE), np.full(n, np.nan), f"No minima match: {reason}.", False)
    if first.fingerprint == second.fingerprint:
        return _identical(first, second)
    if max(n, second.n_minima) > MOST_MATCHED:
        reason = f"one has more than {MOST_MATCHED:,}, too many to be aligned"
        return Matching(np.full(n, NONE), np.full(n, np.nan), f"No minima match: {reason}.", False)
    partners, distances = _nearest_pairs(
        first.problem.symmetry, first.network().coordinates, second.network().coordinates
    )
    rule = (
        "Two problems: those match that hardly moved, less than half as far as either lies from any other "
        "minimum of its own landscape, over all symmetry images."
    )
    return Matching(partners, distances, rule, True)


def minima_tracks(landscapes: Sequence[Landscape]) -> MinimaTracks:
    """Match the minima of each landscape with those of the next, as `match_minima` does.

    A minimum without a partner before it begins a track.

    Args:
        landscapes: in the order of what is varied; one or more.
    """
    if not landscapes:
        raise ValueError(
            "minima are matched between landscapes, and there is none: pass one or more."
        )
    tracks = [np.arange(landscapes[0].n_minima)]
    n_tracks, is_possible = landscapes[0].n_minima, False
    rules: list[str] = []
    for before, after in pairwise(landscapes):
        matching = match_minima(before, after)
        rules.append(matching.rule)
        is_possible |= matching.is_possible
        track = np.full(after.n_minima, NONE)
        matched = np.flatnonzero(matching.partners >= 0)
        track[matching.partners[matched]] = tracks[-1][matched]
        new = np.flatnonzero(track < 0)
        track[new] = n_tracks + np.arange(len(new))
        n_tracks += len(new)
        tracks.append(track)
    return MinimaTracks(tuple(tracks), tuple(dict.fromkeys(rules)), is_possible)


def _not_comparable(first: Landscape, second: Landscape) -> str:
    """Why the two have no minima in common; empty if they may."""
    try:
        one, other = first.problem, second.problem
    except LandscapeError:
        return (
            "a file cannot rebuild its problem, whose symmetry tells which points are images of one"
        )
    if _coordinates(one) != _coordinates(other):
        return f"'{one.name}' and '{other.name}' have different coordinates"
    return ""


def _coordinates(problem: Problem) -> tuple[object, ...]:
    """What the coordinates of a problem are, as far as it says."""
    parts: list[object] = [problem.kind, problem.dimension, problem.symmetry.order]
    if isinstance(problem, Layered):
        parts += [np.shape(layer) for layer in problem.layers(np.zeros(problem.dimension))]
    if isinstance(problem, HasHyperparameters):
        parts += [one.name for one in problem.hyperparameters]
    return tuple(parts)


def _identical(first: Landscape, second: Landscape) -> Matching:
    problem, known = first.problem, second.minima()
    index = PointIndex(problem.symmetry, problem.loss_unit)
    index.add_all(enumerate(known))
    minima = first.minima()
    numbers = [index.find(minimum) for minimum in minima]
    distances = [
        np.nan if j is None else problem.symmetry.distance(known[j].coordinates, one.coordinates)
        for one, j in zip(minima, numbers, strict=True)
    ]
    partners = np.array([NONE if j is None else j for j in numbers], dtype=np.int64)
    rule = "One problem: minima match that are the same point, up to symmetry and within tolerance."
    return Matching(partners, np.array(distances, dtype=np.float64), rule, True)


def _nearest_pairs(
    symmetry: Symmetry,
    first: Float[np.ndarray, "minima d"],
    second: Float[np.ndarray, "others d"],
) -> tuple[Int[np.ndarray, " minima"], Float[np.ndarray, " minima"]]:
    """Pairs less than half as far apart as either lies from any other of its own: so of nobody else."""
    partners, distances = np.full(len(first), NONE), np.full(len(first), np.nan)
    if not len(second):
        return partners, distances
    for i, x in enumerate(first):
        near = nearest(symmetry, x, second, 1)
        j, distance = int(near.indices[0]), float(near.distances[0])
        if all(
            distance < 0.5 * _spacing(symmetry, points, k)
            for points, k in ((first, i), (second, j))
        ):
            partners[i], distances[i] = j, distance
    return partners, distances


def _spacing(symmetry: Symmetry, points: Float[np.ndarray, "points d"], i: int) -> float:
    """How far the nearest other point lies; infinite if there is none."""
    others = np.delete(points, i, axis=0)
    return float(nearest(symmetry, points[i], others, 1).distances[0]) if len(others) else np.inf
