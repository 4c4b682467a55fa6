"""Prove that minima are joined below a loss: certified disconnectivity from one side.

A path that need not be the lowest one is enough: from a stored transition state down both sides, as
steepest descent goes, in straight pieces, along each of which the loss is enclosed from above. Its ends
are images of stationary points that certificates have proved. Images of a path have the same losses, so
that paths which end in images of the same minimum join it on.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from jaxtyping import Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ..landscape.certificates import Certificate, Refusal
from ..landscape.landscape import Landscape
from ..landscape.merge_tree import merge_tree
from ..landscape.network import Network
from ..landscape.records import Minimum, TransitionState
from .certify import Certifier
from .pass_bound import PassBound, PassBounds
from .pass_path import OutOfTime, PassPaths

SECONDS_A_PASS = 60.0
"""CPU time for one pass: on the demo's landscape none takes more than five seconds."""


def pass_bounds(
    landscape: Landscape,
    *,
    lowest: int | None = None,
    most_seconds: float = SECONDS_A_PASS,
    progress: Callable[[str], None] = lambda _: None,
) -> PassBounds:
    """Prove bounds on the passes of the lowest paths between minima.

    Args:
        landscape: opened with its problem; it is only read.
        lowest: how many minima, from the lowest on, are to be joined; all by default. Those between them on
            the lowest paths are joined as well.
        most_seconds: CPU time for one pass, after which it counts as not proved.
        progress: called with what is being done.

    Raises:
        Unprovable: if the loss has a part of which no enclosure is known, or has kinks by nature.
        LandscapeError: if the problem cannot be rebuilt.
    """
    network = landscape.network()
    wanted = np.argsort(network.losses, kind="stable")[:lowest]
    branches = _branches(network, wanted)
    bounds = _bounds(landscape, network, branches, most_seconds, progress)
    return replace(bounds, unjoined=_unjoined(network, branches, wanted))


def pass_bound(landscape: Landscape, a: int, b: int) -> float:
    """A loss below which the minima `a` and `b` of a landscape are joined, proved.

    Raises:
        Unprovable: as `pass_bounds`.
        LandscapeError: if no stored transition states lead from one to the other, or one of them is not
            proved; the message says why.
    """
    network = landscape.network()
    branches = _branches(network, np.array([a, b]))
    bounds = _bounds(landscape, network, branches, SECONDS_A_PASS, lambda _: None)
    return bounds.between(a, b)


def _bounds(
    landscape: Landscape,
    network: Network,
    branches: list[int],
    most_seconds: float,
    progress: Callable[[str], None],
) -> PassBounds:
    paths = PassPaths(landscape.problem, most_seconds)
    states, minima = landscape.transition_states(), landscape.minima()
    proofs = _Proofs(landscape, minima)
    passes: list[PassBound] = []
    failures: list[tuple[int, str]] = []
    for n, k in enumerate(branches):
        progress(f"{n} of {len(branches)} passes")
        ends = [int(end) for end in network.edges[k]]
        of_ends = [proofs.of(i) for i in ends]
        result = _bound(paths, states[k], k, [minima[i] for i in ends], of_ends)
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


class _Proofs:
    """Proofs of minima: those that a landscape holds, and others as they are needed."""

    def __init__(self, landscape: Landscape, minima: Sequence[Minimum]) -> None:
        self._problem, self._minima = landscape.problem, minima
        known = landscape.certificates()
        held: tuple[Certificate | Refusal, ...] = (*known.certificates, *known.refusals)
        self._results = {one.id: one for one in held if one.kind == "minimum"}

    @cached_property
    def _certifier(self) -> Certifier:
        return Certifier(self._problem)

    def of(self, i: int) -> Certificate | Refusal:
        """Of one minimum, or why there is none."""
        if i not in self._results:
            self._results[i] = self._certifier.certify(self._minima[i], "minimum", i)
        return self._results[i]


def _bound(
    paths: PassPaths,
    state: TransitionState,
    k: int,
    ends: Sequence[Minimum],
    proofs: Sequence[Certificate | Refusal],
) -> PassBound | str:
    """A bound on the pass through transition state `k`, or why there is none."""
    for proof in proofs:
        if isinstance(proof, Refusal):
            return f"minimum {proof.id} is not proved: {proof.reason}"
    certificates = [proof for proof in proofs if isinstance(proof, Certificate)]
    try:
        result = paths.bound(state, ends, certificates)
    except OutOfTime as progress:
        return f"the time for one pass is over after {progress}"
    if isinstance(result, str):
        return result
    a, b = certificates
    return PassBound((a.id, b.id), k, state.loss, result.loss, result.n_pieces)
