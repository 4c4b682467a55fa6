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

from ..landscape.certificates import Certificate, LandscapeCertificate, Refusal
from ..landscape.landscape import Landscape
from ..landscape.merge_tree import merge_tree
from ..landscape.network import Network
from ..landscape.pass_bound import PassBound, PassBounds
from ..landscape.records import Minimum, TransitionState
from .certify import Certifier
from .pass_path import OutOfTime, PassPaths

SECONDS_A_PASS = 60.0
"""CPU time for one pass: on the demo's landscape none takes more than five seconds."""


def pass_bounds(
    landscape: Landscape,
    *,
    lowest: int | None = None,
    most_seconds: float = SECONDS_A_PASS,
    again: bool = False,
    record: bool = True,
    proofs: LandscapeCertificate | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> PassBounds:
    """Prove bounds on the passes of the lowest paths between minima.

    A bound is kept as soon as it is proved (`Landscape.proved_passes`), and not proved again; what is not
    proved is tried anew each time.

    Args:
        landscape: opened with its problem.
        lowest: how many minima, from the lowest on, are to be joined; all by default. Those between them on
            the lowest paths are joined as well.
        most_seconds: CPU time for one pass, after which it counts as not proved.
        again: whether to prove anew what the landscape holds.
        record: whether to keep the bounds; what can be read alone is only read.
        proofs: of the minima, as `certify` has just given them; by default those that the landscape holds.
            What is in neither is proved here.
        progress: called with what is being done.

    Raises:
        Unprovable: if the loss has a part of which no enclosure is known, or has kinks by nature.
        LandscapeError: if the problem cannot be rebuilt.
    """
    network = landscape.network()
    wanted = np.argsort(network.losses, kind="stable")[:lowest]
    branches = _branches(network, wanted)
    known = landscape.certificates() if proofs is None else proofs
    prover = _Passes(landscape, network, known, most_seconds, again=again, record=record)
    bounds = prover.bounds(branches, progress)
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
    known = landscape.certificates()
    prover = _Passes(landscape, network, known, SECONDS_A_PASS, again=False, record=False)
    bounds = prover.bounds(branches, lambda _: None)
    return bounds.between(a, b)


class _Passes:
    """Passes of a landscape: the bounds that it holds, and others as they are asked for."""

    def __init__(
        self,
        landscape: Landscape,
        network: Network,
        known: LandscapeCertificate,
        most_seconds: float,
        *,
        again: bool,
        record: bool,
    ) -> None:
        self._landscape, self._network = landscape, network
        self._paths = PassPaths(landscape.problem, most_seconds)
        self._states, self._minima = landscape.transition_states(), landscape.minima()
        self._proofs = _Proofs(landscape, known, self._minima)
        self._records = record and not landscape.is_read_only
        held = () if again else landscape.proved_passes()
        self._held = {one.transition_state: one for one in held}

    def bounds(self, branches: list[int], progress: Callable[[str], None]) -> PassBounds:
        """The bounds of some, by transition state, and why others have none."""
        passes: list[PassBound] = []
        failures: list[tuple[int, str]] = []
        for n, k in enumerate(branches):
            progress(f"{n} of {len(branches)} passes")
            result = self._held.get(k) or self._prove(k)
            if isinstance(result, PassBound):
                passes.append(result)
            else:
                failures.append((k, result))
        return PassBounds(tuple(passes), tuple(failures))

    def _prove(self, k: int) -> PassBound | str:
        numbers = [int(end) for end in self._network.edges[k]]
        of_ends = [self._proofs.of(i) for i in numbers]
        ends = [self._minima[i] for i in numbers]
        result = _bound(self._paths, self._states[k], k, ends, of_ends)
        if self._records and isinstance(result, PassBound):
            self._landscape.record_pass_bound(result, self._states[k], ends)
        return result


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
    """Proofs of minima: those that are known, and others as they are needed."""

    def __init__(
        self, landscape: Landscape, known: LandscapeCertificate, minima: Sequence[Minimum]
    ) -> None:
        self._problem, self._minima = landscape.problem, minima
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
