"""Prove the stationary points of a landscape."""

from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from itertools import islice

from ..landscape.certificates import METHOD, Certificate, LandscapeCertificate, PointKey, Refusal
from ..landscape.errors import LandscapeError
from ..landscape.landscape import Landscape
from ..landscape.records import Minimum
from ..problems.problem import Problem
from .apart import pairs_alike
from .arbs import HOW_TO_INSTALL, has_arbs
from .invariance import generators_of
from .provers import prover_of
from .smooth_prover import SmoothProver

_RECORDED_AT_ONCE = 20
"""Points in one transaction: some tenths of a second that a run which is killed may lose."""


def certify(
    landscape: Landscape,
    *,
    again: bool = False,
    record: bool = True,
    progress: Callable[[str], None] = lambda _: None,
) -> LandscapeCertificate:
    """Prove every minimum, transition state and saddle of a landscape, and that no two are the same.

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
    wanted = (
        _all_points(landscape)
        if again
        else (*known.untried, *known.outdated, *_worth_another_try(known))
    )
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
        *(("saddle", i) for i in range(landscape.n_saddles)),
    ]


def _worth_another_try(known: LandscapeCertificate) -> list[tuple[str, int]]:
    """Points that were refused by another version or method, or for want of a package that is there now."""
    this_version = version("thalweg")
    return [
        (one.kind, one.id)
        for one in known.refusals
        if one.version != this_version
        or one.method < METHOD
        or (HOW_TO_INSTALL in one.reason and has_arbs())
    ]


def _points(landscape: Landscape) -> dict[tuple[str, int], Minimum]:
    return {
        **{("minimum", i): point for i, point in enumerate(landscape.minima())},
        **{("transition state", i): p for i, p in enumerate(landscape.transition_states())},
        **{("saddle", i): point for i, point in enumerate(landscape.saddles())},
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


def _alike(
    landscape: Landscape, certificates: Sequence[Certificate]
) -> list[tuple[PointKey, PointKey]]:
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
    refusals = [one for one in results if isinstance(one, Refusal)]
    return LandscapeCertificate.of(certificates, refusals, _alike(landscape, certificates))


class Certifier:
    """Proves points of one problem, by the prover that is registered for its kind (`register_prover`).

    Raises:
        Unprovable: if the loss does not change along directions that nobody has stated.
    """

    def __init__(self, problem: Problem) -> None:
        self._prover = prover_of(problem, otherwise=SmoothProver)

    def certify(self, point: Minimum, kind: str, point_id: int) -> Certificate | Refusal:
        """A proof about one point, or why there is none."""
        return self._prover.certify(point, kind, point_id)
