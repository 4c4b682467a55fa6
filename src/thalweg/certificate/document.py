"""Proofs as a document that others can check: x̃, Y and r of each point, and the problem."""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import numpy as np

from ..landscape.certificates import OUTDATED, Certificate
from ..landscape.errors import LandscapeError
from ..landscape.landscape import Landscape
from ..landscape.records import Minimum
from ..problems.problem import Problem
from .balls import gamma, most_length
from .definition import as_defined
from .exported_box import proved_boxes
from .problem_enclosure import ProblemEnclosures
from .removed import reduction_of

FORMAT = "thalweg certificate 1"

_NO_BOX = "no box in all coordinates is proved around it"

_STATEMENT = (
    "For the loss of this problem in real arithmetic, and each point: the box x ± r holds exactly one "
    "stationary point; no more than `distance` lies between `stored` and that point; and everywhere in the "
    "box the Hessian has `index` negative eigenvalues and no zero one. With the gradient g, the Hessian H "
    "and X = x ± r, |Y g(x)| + |Y H(X) - 1| r < r, component by component, proves the first (Krawczyk), and "
    "that H has as many negative eigenvalues as the symmetric Y: no matrix between its inverse and H is "
    "singular."
)


def certificate_document(
    landscape: Landscape, *, progress: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """What is proved of a landscape, with all that is needed to check it: JSON can hold it.

    Of each proved point `x` [d], `Y` [d d] and `r` [d] in the coordinates in which it is stored, and what
    is not proved with the reason; of the problem its choices and arrays, of which the fingerprint is the
    hash. `checker_source` is a program that checks it and shares nothing with this package.

    Args:
        landscape: opened with its problem; it is only read.
        progress: called with what is being done.

    Raises:
        LandscapeError: if nothing is proved, or the problem has proofs of another kind.
    """
    result = landscape.certificates(with_basis=True)
    if not result.certificates:
        raise LandscapeError(
            f"{landscape.location} holds no proofs; `thalweg certify {landscape.location}` makes them."
        )
    problem = landscape.problem
    for one in result.certificates:
        _require_krawczyk(one, problem)
    points: dict[str, Sequence[Minimum]] = {
        "minimum": landscape.minima(),
        "transition state": landscape.transition_states(),
        "saddle": landscape.saddles(),
    }
    enclosures = ProblemEnclosures(as_defined(problem))
    documents = []
    reasons = [(one.kind, one.id, one.reason) for one in result.refusals]
    reasons += [(*one, "no proof was tried") for one in result.untried]
    reasons += [(*one, OUTDATED) for one in result.outdated]
    for k, one in enumerate(result.certificates):
        progress(f"{k} of {len(result.certificates)} points")
        proved = _point_document(one, points[one.kind][one.id], problem, enclosures)
        if proved is None:
            reasons.append((one.kind, one.id, _NO_BOX))
        else:
            documents.append(proved)
    return {
        "format": FORMAT,
        "made by": f"thalweg {version('thalweg')}",
        "statement": _STATEMENT,
        "problem": _problem_document(problem),
        "points": documents,
        "not_proved": [{"kind": kind, "id": i, "reason": reason} for kind, i, reason in reasons],
    }


def checker_source() -> str:
    """The program that checks a document by itself, in Python."""
    return files(__package__).joinpath("independent_checker.py").read_text(encoding="utf-8")


def _require_krawczyk(one: Certificate, problem: Problem) -> None:
    """Refuse proofs that are no boxes in all coordinates around a point with a Hessian.

    Raises:
        LandscapeError: for these.
    """
    removed = problem.dimension - len(one.centre)
    has_lines = removed != len(reduction_of(problem).complement_spectrum)
    is_slice = one.basis is not None and one.basis.shape[1] < len(one.centre)
    if one.tier == "exact" or has_lines or is_slice:
        raise LandscapeError(
            f"the proofs of '{problem.name}' are no boxes around isolated points: "
            + ("they are in whole numbers" if one.tier == "exact" else "whole lines are stationary")
            + ". `thalweg certify FILE --json` gives what they are."
        )


def _point_document(
    one: Certificate, point: Minimum, problem: Problem, enclosures: ProblemEnclosures
) -> dict[str, Any] | None:
    """What is stated of a point, all of which is proved here; None if that cannot be done."""
    x = np.asarray(reduction_of(problem).expand(one.centre[None]))[0]
    for radius, inverse in proved_boxes(enclosures, x, one.index):
        away = (np.abs(point.coordinates - x) + radius) * (1 + gamma(9))
        return {
            "kind": one.kind,
            "id": one.id,
            "index": one.index,
            "distance": most_length(away),
            "stored": point.coordinates.tolist(),
            "x": x.tolist(),
            "r": radius.tolist(),
            "Y": inverse.tolist(),
        }
    return None


def _problem_document(problem: Problem) -> dict[str, Any]:
    return {
        "name": problem.name,
        "kind": problem.kind,
        "fingerprint": problem.fingerprint,
        "choices": problem.choices(),
        "arrays": {
            name: {"dtype": np.asarray(array).dtype.str, "values": np.asarray(array).tolist()}
            for name, array in problem.arrays().items()
        },
    }
