"""Prove the stationary points of a landscape."""

from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from itertools import islice

import numpy as np

from ..landscape.certificates import Certificate, LandscapeCertificate, Refusal
from ..landscape.errors import LandscapeError
from ..landscape.landscape import Landscape
from ..landscape.records import Minimum, TransitionState
from ..problems.capabilities import SumOfClusterSquares
from ..problems.problem import Problem
from .apart import pairs_alike
from .arbs import HOW_TO_INSTALL, has_arbs
from .balls import Balls, gamma
from .clusters import Clusters
from .definition import Definition
from .invariance import generators_of
from .krawczyk import Proof, prove
from .problem_enclosure import ProblemEnclosures
from .truth import Switched, Unprovable

_SLACK = 10.0
"""Times its tolerance that the gradient of a stored point may be on a machine that rounds in another way."""
_RECORDED_AT_ONCE = 20
"""Points in one transaction: some tenths of a second that a run which is killed may lose."""
_ROUNDING = 1e-14
"""Of the change of coordinates, relative to their size: some tens of operations."""


def certify(
    landscape: Landscape,
    *,
    again: bool = False,
    record: bool = True,
    progress: Callable[[str], None] = lambda _: None,
) -> LandscapeCertificate:
    """Prove every minimum and transition state of a landscape, and that no two are the same.

    Of each point: within a stated distance there is exactly one stationary point of the loss of these very
    floating-point data in real arithmetic, and its Hessian has this index (Krawczyk's operator, Sylvester,
    Gershgorin). First in float64 with every rounding counted; what fails there in Arb balls, of twice the
    precision each time. Nothing is said of points that were not found.

    What is proved is kept in the landscape (`Landscape.certificates`), some points at a time, so that a run
    that is killed loses little; what it holds already is not proved again. It is a function, not a method of
    the landscape: a landscape is read and written without the arithmetic of proofs.

    Args:
        landscape: opened with its problem.
        again: whether to prove anew what was proved, or refused, before.
        record: whether to keep the proofs; without it the landscape is only read.
        progress: called with what is being done.

    Raises:
        Unprovable: if the loss has a part of which no enclosure is known; the message names it.
        LandscapeError: if the problem cannot be rebuilt, or the landscape cannot be written.
    """
    known = landscape.certificates(with_basis=not record or again)
    wanted = _all_points(landscape) if again else (*known.untried, *_worth_another_try(known))
    if record and (wanted or known.uncompared) and landscape.is_read_only:
        raise LandscapeError(
            f"{landscape.location} can be read but not written, and {len(wanted)} of its points are still to "
            "be proved. Pass `record=False` (`--no-record`), or copy it to another place."
        )
    proofs = _proofs(landscape, wanted, progress)
    if not record:
        return _with_proofs(landscape, known, list(proofs))
    for chunk in _chunks(proofs):
        landscape.record_proofs([result for result, _ in chunk], [point for _, point in chunk])
    stored = landscape.certificates()
    if stored.uncompared:
        progress("comparing")
        landscape.record_comparison(stored.certificates, _alike(landscape, stored.certificates))
    return landscape.certificates(with_basis=True)


def _all_points(landscape: Landscape) -> list[tuple[str, int]]:
    return [
        *(("minimum", i) for i in range(landscape.n_minima)),
        *(("transition state", i) for i in range(landscape.n_transition_states)),
    ]


def _worth_another_try(known: LandscapeCertificate) -> list[tuple[str, int]]:
    """Points that were refused by another version, or for want of a package that is there now."""
    this_version = version("thalweg")
    return [
        (one.kind, one.id)
        for one in known.refusals
        if one.version != this_version or (HOW_TO_INSTALL in one.reason and has_arbs())
    ]


def _points(landscape: Landscape) -> dict[tuple[str, int], Minimum]:
    return {
        **{("minimum", i): point for i, point in enumerate(landscape.minima())},
        **{("transition state", i): p for i, p in enumerate(landscape.transition_states())},
    }


def _proofs(
    landscape: Landscape, wanted: Sequence[tuple[str, int]], progress: Callable[[str], None]
) -> Iterator[tuple[Certificate | Refusal, Minimum]]:
    """The proofs of some points, each with its point as it was."""
    if not wanted:
        return
    certifier, points = Certifier(landscape.problem), _points(landscape)
    for k, (kind, i) in enumerate(wanted):
        progress(f"{k} of {len(wanted)} points")
        yield certifier.certify(points[kind, i], kind, i), points[kind, i]


def _chunks(
    proofs: Iterator[tuple[Certificate | Refusal, Minimum]],
) -> Iterator[list[tuple[Certificate | Refusal, Minimum]]]:
    while chunk := list(islice(proofs, _RECORDED_AT_ONCE)):
        yield chunk


def _alike(landscape: Landscape, certificates: Sequence[Certificate]) -> list[tuple[str, int, int]]:
    coordinates = {key: point.coordinates for key, point in _points(landscape).items()}
    # Images by motions are too many to be listed: the invariants alone tell such points apart.
    are_listed = generators_of(landscape.problem) is None
    symmetry = landscape.problem.symmetry if are_listed else None
    return list(pairs_alike(certificates, coordinates, symmetry))


def _with_proofs(
    landscape: Landscape,
    known: LandscapeCertificate,
    proofs: Sequence[tuple[Certificate | Refusal, Minimum]],
) -> LandscapeCertificate:
    """What a landscape holds, with proofs that it does not hold in place of what it says of these points."""
    new = {(result.kind, result.id): result for result, _ in proofs}
    held: tuple[Certificate | Refusal, ...] = (*known.certificates, *known.refusals)
    old = {(one.kind, one.id): one for one in held}
    results = [result for _, result in sorted({**old, **new}.items(), key=lambda item: item[0])]
    certificates = [one for one in results if isinstance(one, Certificate)]
    return LandscapeCertificate(
        tuple(certificates),
        tuple(one for one in results if isinstance(one, Refusal)),
        tuple(_alike(landscape, certificates)),
    )


class Certifier:
    """Proves points of one problem.

    Raises:
        Unprovable: if the loss does not change along directions that nobody has stated.
    """

    def __init__(self, problem: Problem) -> None:
        self._clusters = Clusters(problem) if isinstance(problem, SumOfClusterSquares) else None
        self._reduction = problem.reduction()
        reduced = self._reduction.problem
        self._generators = generators_of(reduced)
        self._definition = Definition(reduced)
        self._enclosures = ProblemEnclosures(self._definition.problem)

    def certify(self, point: Minimum, kind: str, point_id: int) -> Certificate | Refusal:
        """A proof about one point, or why there is none."""
        if self._clusters is not None:
            return _certify_clusters(self._clusters, point, kind, point_id)
        z = np.asarray(self._reduction.contract(point.coordinates[None]))[0]
        hessian, tiers = self._enclosures.near(z)
        tier = reason = ""
        for tier, enclosure in tiers:
            try:
                with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                    most = _SLACK * (point.tolerance + self._definition.rms_gap(z))
                    result = prove(enclosure, z, hessian, most, self._generators)
            except Switched as switch:
                reason = f"the loss may not be smooth there: it switches ({switch})"
                continue
            if isinstance(result, Proof):
                return self._certificate(result, point, kind, point_id, tier)
            reason = result.reason
        would_go_on = tier == Balls.name and not has_arbs()
        return Refusal(kind, point_id, f"{reason}; {HOW_TO_INSTALL}" if would_go_on else reason)

    def _certificate(
        self, proof: Proof, point: Minimum, kind: str, point_id: int, tier: str
    ) -> Certificate | Refusal:
        wanted = 1 if isinstance(point, TransitionState) else 0
        if proof.index != wanted:
            reason = f"the Hessian there has {proof.index} negative eigenvalues, not {wanted}"
            return Refusal(kind, point_id, reason)
        centre = np.asarray(self._reduction.expand(proof.centre[None]))[0]
        size = float(np.linalg.norm(point.coordinates)) + 1.0
        shift = float(np.linalg.norm(point.coordinates - centre)) + _ROUNDING * size
        diagonal, h = np.diag(proof.hessian.mid), proof.hessian
        trace_error = float(np.diag(h.radius).sum()) + _ROUNDING * float(np.abs(diagonal).sum())
        square = float((h.mid**2).sum())
        square_error = float((h.radius * (2 * np.abs(h.mid) + h.radius)).sum()) + _ROUNDING * square
        return Certificate(
            kind=kind,
            id=point_id,
            index=proof.index,
            distance=(shift + float(np.linalg.norm(proof.radii))) * (1 + _ROUNDING),
            tier=tier,
            contraction=proof.contraction,
            loss=proof.loss,
            trace=(float(diagonal.sum()) - trace_error, float(diagonal.sum()) + trace_error),
            square=(square - square_error, square + square_error),
            centre=proof.centre,
            basis=proof.basis,
            rho=proof.rho,
        )


def _certify_clusters(
    clusters: Clusters, point: Minimum, kind: str, point_id: int
) -> Certificate | Refusal:
    """A proof in whole numbers about one point of a sum of squares of clusters, or why there is none."""
    is_pass = isinstance(point, TransitionState)
    x = np.asarray(point.coordinates, dtype=np.float64)
    if not np.isfinite(x).all():
        return Refusal(kind, point_id, "its coordinates are not finite")
    try:
        proof = (clusters.transition_state if is_pass else clusters.minimum)(x)
    except Unprovable as reason:
        return Refusal(kind, point_id, str(reason))
    shift = x - proof.centre
    slopes = 2 * proof.weights[:, None] * shift.reshape(len(proof.weights), -1)
    if np.sqrt(np.mean(slopes**2)) > _SLACK * point.tolerance:
        return Refusal(kind, point_id, "its gradient is larger than its tolerance")
    d = len(x)
    # The sum of d squares is off by γ of d + 1 at most, whatever its order.
    distance = (float(np.linalg.norm(shift)) + np.sqrt(d) * proof.radius) * (1 + gamma(d + 9))
    return Certificate(
        kind=kind,
        id=point_id,
        index=int(is_pass),
        distance=distance,
        tier="exact",
        contraction=0.0,
        loss=proof.loss,
        trace=proof.trace,
        square=proof.square,
        centre=proof.centre,
        basis=np.eye(d),
        rho=proof.radius,
    )
