"""Prove that minima are joined below a loss: certified disconnectivity from one side.

A path that need not be the lowest one is enough: from a stored transition state down both sides, as
steepest descent goes, in straight pieces, along each of which the loss is enclosed from above. Its ends
are images of stationary points that certificates have proved. Images of a path have the same losses, so
that paths which end in images of the same minimum join it on.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ..landscape.certificates import Certificate
from ..landscape.landscape import Landscape
from ..landscape.merge_tree import merge_tree
from ..landscape.network import Network
from ..landscape.records import TransitionState
from ..problems.problem import Problem
from ..search.steepest_paths import steepest_paths
from .certify import Certifier
from .pass_bound import PassBound, PassBounds
from .path_enclosure import PathEnclosure
from .truth import Unprovable

_ALLOWED = 1e-11
"""Excess over the loss of the pass, relative to it and 1, that is not worth shorter pieces."""
_MOST_PARTS = 64
"""Into which a piece between two points of the path is cut, before its bound is taken as it is."""
_ROUNDING = 1e-13
"""Of an image of a point under rotations, relative to its size."""


def pass_bounds(
    landscape: Landscape,
    *,
    lowest: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> PassBounds:
    """Prove bounds on the passes of the lowest paths between minima.

    Args:
        landscape: opened with its problem; it is only read.
        lowest: how many minima, from the lowest on, are to be joined; all by default. Those between them on
            the lowest paths are joined as well.
        progress: called with what is being done.

    Raises:
        Unprovable: if the loss has a part of which no enclosure is known, or has kinks by nature.
        LandscapeError: if the problem cannot be rebuilt.
    """
    network = landscape.network()
    wanted = np.argsort(network.losses, kind="stable")[:lowest]
    branches = _branches(network, wanted)
    bounds = _bounds(landscape, network, branches, progress)
    return replace(bounds, unjoined=_unjoined(network, branches, wanted))


def pass_bound(landscape: Landscape, a: int, b: int) -> float:
    """A loss below which the minima `a` and `b` of a landscape are joined, proved.

    Raises:
        Unprovable: as `pass_bounds`.
        LandscapeError: if no stored transition states lead from one to the other, or one of them is not
            proved; the message says why.
    """
    network = landscape.network()
    bounds = _bounds(landscape, network, _branches(network, np.array([a, b])), lambda _: None)
    return bounds.between(a, b)


def _bounds(
    landscape: Landscape, network: Network, branches: list[int], progress: Callable[[str], None]
) -> PassBounds:
    paths = _Paths(landscape)
    states = landscape.transition_states()
    passes: list[PassBound] = []
    failures: list[tuple[int, str]] = []
    for n, k in enumerate(branches):
        progress(f"{n} of {len(branches)} passes")
        a, b = (int(end) for end in network.edges[k])
        result = paths.bound(states[k], k, (a, b))
        if isinstance(result, PassBound):
            passes.append(result)
        else:
            failures.append((k, result))
    return PassBounds(tuple(passes), tuple(failures))


def _unjoined(
    network: Network, branches: list[int], wanted: Int[np.ndarray, " n"]
) -> tuple[int, ...]:
    """Those of the minima `wanted` that no branches lead to from the first of them."""
    n, (a, b) = network.n_minima, network.edges[branches].T
    part = connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(n, n)))[1]
    return tuple(int(i) for i in wanted if part[i] != part[wanted[0]])


def _branches(network: Network, wanted: Int[np.ndarray, " n"]) -> list[int]:
    """Transition states of the tree of lowest paths that join the minima `wanted`, and no others."""
    tree = [int(k) for k in merge_tree(network).transition_states] if network.n_minima else []
    keep = set(wanted.tolist())
    while True:
        ends = np.bincount(network.edges[tree].ravel(), minlength=network.n_minima)
        # Twigs that end in a minimum which nobody asked for.
        twigs = [
            k
            for k in tree
            if any(ends[i] == 1 and i not in keep for i in network.edges[k].tolist())
        ]
        if not twigs:
            break
        tree = [k for k in tree if k not in set(twigs)]
    return tree


class _Paths:
    """Paths through transition states, with the proofs of the minima at their ends."""

    def __init__(self, landscape: Landscape) -> None:
        problem: Problem = landscape.problem
        if problem.native_search is not None:
            raise Unprovable(
                f"the passes of '{problem.name}' lie on kinks of the loss, along which no path of steepest "
                "descent leads; certify() proves each of them."
            )
        self._problem = problem
        self._certifier = Certifier(problem)
        defined = problem.as_defined().without_switches()
        self._loss = PathEnclosure(defined.loss, defined.dimension)
        self._minima = landscape.minima()
        self._proofs: dict[int, Certificate | str] = {}

    def bound(self, state: TransitionState, k: int, ends: tuple[int, int]) -> PassBound | str:
        """A bound on the path through a transition state, or why there is none."""
        proofs = [self._proof(i) for i in ends]
        for proof in proofs:
            if not isinstance(proof, Certificate):
                return proof
        x = np.asarray(state.coordinates)
        sides = steepest_paths(self._problem, x)
        bound, n_pieces = self._loss.at(x), 0
        for side, i in zip(self._in_order(sides, ends), ends, strict=True):
            proof = self._proof(i)
            assert isinstance(proof, Certificate)
            image = self._problem.symmetry.align(self._minima[i].coordinates, side[-1])
            path = np.vstack([x, side, image])
            high, n = _highest(self._loss, path, bound + _ALLOWED * (1 + abs(bound)))
            radius = proof.distance + _ROUNDING * (1 + float(np.linalg.norm(image)))
            bound = max(bound, high, self._loss.near(image, radius))
            n_pieces += n
        if not np.isfinite(bound):
            return "the loss has no finite enclosure along the path"
        return PassBound(ends, k, state.loss, bound, n_pieces)

    def _proof(self, i: int) -> Certificate | str:
        if i not in self._proofs:
            result = self._certifier.certify(self._minima[i], "minimum", i)
            if isinstance(result, Certificate):
                self._proofs[i] = result
            else:
                self._proofs[i] = f"minimum {i} is not proved: {result.reason}"
        return self._proofs[i]

    def _in_order(
        self, sides: Sequence[Float[np.ndarray, "_ d"]], ends: tuple[int, int]
    ) -> list[Float[np.ndarray, "_ d"]]:
        """The sides, the one first that leads to the first end."""

        def gap(side: int, i: int) -> float:
            return float(
                self._problem.symmetry.distance(sides[side][-1], self._minima[i].coordinates)
            )

        straight = gap(0, ends[0]) + gap(1, ends[1])
        crossed = gap(1, ends[0]) + gap(0, ends[1])
        return [sides[0], sides[1]] if straight <= crossed else [sides[1], sides[0]]


def _highest(
    loss: PathEnclosure, path: Float[np.ndarray, "points d"], allowed: float
) -> tuple[float, int]:
    """An upper bound along a path, and how many straight pieces it was made of.

    As many points as possible are skipped: any way that stays below `allowed` will do.
    """
    highest, n_pieces, i, step, has_failed = -np.inf, 0, 0, 1, False
    while i < len(path) - 1:
        j = min(i + step, len(path) - 1)
        bound = loss.between(path[i], path[j])
        if bound > allowed and j > i + 1:
            step, has_failed = max(1, (j - i) // 2), True
            continue
        n = 1
        if bound > allowed:
            bound, n = _halved(loss, path[i], path[j], bound, allowed)
        highest, n_pieces, i = max(highest, bound), n_pieces + n, j
        # What a longer piece has just failed at is not tried again at once.
        step, has_failed = step if has_failed else 2 * step, False
    return highest, n_pieces


def _halved(
    loss: PathEnclosure,
    x: Float[np.ndarray, " d"],
    y: Float[np.ndarray, " d"],
    bound: float,
    allowed: float,
) -> tuple[float, int]:
    """A bound on a piece from those on its parts: the worst is halved, again and again."""
    parts = [(bound, x, y)]
    while len(parts) < _MOST_PARTS:
        worst = max(range(len(parts)), key=lambda k: parts[k][0])
        high, start, end = parts[worst]
        if high <= allowed:
            break
        middle = 0.5 * (start + end)
        halves = [(loss.between(*ends), *ends) for ends in ((start, middle), (middle, end))]
        if np.isfinite(high) and max(half[0] for half in halves) >= high:
            break
        parts[worst : worst + 1] = halves
    return max(part[0] for part in parts), len(parts)
