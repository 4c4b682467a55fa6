"""One path over a pass: down both sides of a transition state, and how high it goes at most."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..landscape.certificates import Certificate
from ..landscape.records import Minimum, TransitionState
from ..problems.own_word import own_word
from ..problems.problem import Problem
from ..problems.symmetry import Symmetry
from ..search.steepest_paths import steepest_paths, which_side
from .balls import require_float64
from .definition import as_defined
from .path_enclosure import PathEnclosure
from .truth import Unprovable

_ALLOWED = 1e-11
"""Excess over the loss of the pass, relative to it and 1, that is not worth shorter pieces."""
_MOST_HALVINGS = 12
"""Of one piece, before its bound is taken as it is."""
_LONGER = 1.2
"""Times the last piece that the next one is, once longer ones have failed."""
_ROUNDING = 1e-13
"""Of an image of a point under rotations, relative to the size of either."""


@dataclass(frozen=True)
class PathBound:
    """How high a path goes at most.

    Attributes:
        loss: no point of the path lies above it.
        n_pieces: straight pieces of the path.
    """

    loss: float
    n_pieces: int


class OutOfTime(Exception):
    """The time that was given to one path is over; says how far it came."""


class PassPaths:
    """Paths through transition states of one problem.

    Args:
        problem: with a loss that is smooth enough for steepest descent.
        most_seconds: CPU time that one path may take.

    Raises:
        Unprovable: if the passes of the problem lie on kinks by nature, or this process does not round as
            it has to.
    """

    def __init__(self, problem: Problem, most_seconds: float) -> None:
        if problem.native_search is not None:
            raise Unprovable(
                f"the passes of '{problem.name}' lie on kinks of the loss, along which no path of steepest "
                "descent leads; certify() proves each of them."
            )
        require_float64()
        self._problem, self._most_seconds = problem, most_seconds
        self._symmetry: Symmetry = own_word(problem, "symmetry", Symmetry())
        defined = as_defined(problem)
        defined = own_word(defined, "without_switches", lambda: defined)()
        self._loss = PathEnclosure(defined.loss, defined.dimension)

    def bound(
        self,
        state: TransitionState,
        ends: Sequence[Minimum],
        proofs: Sequence[Certificate],
    ) -> PathBound | str:
        """A bound on the path from one minimum to the other, or why there is none.

        Args:
            state: that the path goes through.
            ends: the two minima.
            proofs: of the stationary points near them.

        Raises:
            OutOfTime: after `most_seconds`.
            Unprovable: if the loss has a part of which no enclosure is known.
        """
        latest = time.process_time() + self._most_seconds
        x = np.asarray(state.coordinates)
        descents = steepest_paths(self._problem, x)
        order, _ = which_side(self._problem, descents, [end.coordinates for end in ends])
        sides = [descents[k] for k in order]
        highest, n_pieces = self._loss.at(x), 0
        allowed = highest + _ALLOWED * (1 + abs(highest))
        for side, end, proof in zip(sides, ends, proofs, strict=True):
            image = self._symmetry.align(end.coordinates, side[-1])
            path = np.vstack([x, side, image])
            of_side = _highest(self._loss, path, allowed, latest)
            size = max(float(np.linalg.norm(point)) for point in (image, end.coordinates))
            radius = proof.distance + _ROUNDING * (1 + size)
            highest = max(highest, of_side.loss, self._loss.near(image, radius))
            n_pieces += of_side.n_pieces
        if not np.isfinite(highest):
            return "the loss has no finite enclosure along the path"
        return PathBound(highest, n_pieces)


def _highest(
    loss: PathEnclosure, path: Float[np.ndarray, "points d"], allowed: float, latest: float
) -> PathBound:
    """An upper bound along a way from the first to the last point of a path.

    The pieces are as long as their bounds stay below `allowed`, whatever points of the path they pass by: any
    way that does will do. Of a path that is not finite there is no bound.
    """
    lengths = np.linalg.norm(np.diff(path, axis=0), axis=1)
    # A piece from a point to itself leads nowhere, however often it is taken.
    path, lengths = path[np.append(True, lengths != 0)], lengths[lengths != 0]
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    if not np.isfinite(along[-1]):
        return PathBound(np.inf, 0)
    if not len(lengths):
        return PathBound(loss.at(path[0]), 0)
    here, at, step = 0.0, path[0], float(along[1])
    highest, n_pieces, n_halvings, has_failed = -np.inf, 0, 0, False
    while here < along[-1]:
        if time.process_time() > latest:
            raise OutOfTime(f"{here / along[-1]:.0%} of one side of the path, in {n_pieces} pieces")
        there = here + step
        point = path[-1] if there >= along[-1] else _point(along, path, there)
        bound = loss.between(at, point)
        if bound > allowed and n_halvings < _MOST_HALVINGS:
            step, n_halvings, has_failed = 0.5 * min(step, along[-1] - here), n_halvings + 1, True
            continue
        highest, n_pieces = max(highest, bound), n_pieces + 1
        if not np.isfinite(bound):
            break
        # What a longer piece has just failed at is not tried again at once.
        step *= _LONGER if has_failed else 2.0
        here, at, n_halvings = there, point, 0
    return PathBound(highest, n_pieces)


def _point(
    along: Float[np.ndarray, " points"], path: Float[np.ndarray, "points d"], there: float
) -> Float[np.ndarray, " d"]:
    """The point of a path at a length along it."""
    k = int(np.searchsorted(along, there, side="right")) - 1
    share = (there - along[k]) / (along[k + 1] - along[k])
    return np.asarray((1 - share) * path[k] + share * path[k + 1])
