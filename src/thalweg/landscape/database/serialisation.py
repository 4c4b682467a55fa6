"""Rows of the database from records, and back."""

import io
import json
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ...problems import Problem, from_record
from ..integer_text import integer_from_text, integer_to_text
from ..records import Minimum

Point = TypeVar("Point", bound=Minimum)


@dataclass(frozen=True, eq=False)
class StoredProblem:
    """What identifies the problem of a landscape and, if it is portable, rebuilds it.

    Attributes:
        kind, name, fingerprint: of the problem.
        choices: its choices as JSON.
        arrays: its arrays as a compressed `.npz`.
        is_portable: whether `kind`, `choices` and `arrays` are all of it.
        dimension: d, the number of parameters.
        symmetry_order: |G|, exactly, and `log_symmetry_order` its natural logarithm.
    """

    kind: str
    name: str
    fingerprint: str
    choices: str
    arrays: bytes
    is_portable: bool
    dimension: int
    symmetry_order: int
    log_symmetry_order: float

    def rebuild(self) -> Problem:
        """Rebuild the problem; comparing the fingerprints is left to the caller."""
        arrays = np.load(io.BytesIO(self.arrays), allow_pickle=False)
        return from_record(self.kind, json.loads(self.choices), dict(arrays))


def problem_row(problem: Problem) -> dict[str, Any]:
    """The row of a problem."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **problem.arrays())
    return {
        "kind": problem.kind,
        "name": problem.name,
        "fingerprint": problem.fingerprint,
        "choices": json.dumps(problem.stored_choices(), sort_keys=True),
        "arrays": buffer.getvalue(),
        "is_portable": problem.is_portable,
        "dimension": problem.dimension,
        "symmetry_order": integer_to_text(problem.symmetry.order),
        "log_symmetry_order": problem.symmetry.log_order,
    }


def problem_of(row: Any) -> StoredProblem:
    """The problem of a row, not yet rebuilt."""
    return StoredProblem(
        kind=row.kind,
        name=row.name,
        fingerprint=row.fingerprint,
        choices=row.choices,
        arrays=row.arrays,
        is_portable=row.is_portable,
        dimension=row.dimension,
        symmetry_order=integer_from_text(row.symmetry_order),
        log_symmetry_order=row.log_symmetry_order,
    )


def point_row(point: Minimum) -> dict[str, Any]:
    """The columns that minima and transition states share."""
    return {
        "loss": float(point.loss),
        "coordinates": np.ascontiguousarray(point.coordinates, dtype="<f8").tobytes(),
        "spectrum": np.ascontiguousarray(point.spectrum, dtype="<f8").tobytes(),
        "lpphe": point.lpphe,
        "lpphe_error": float(point.lpphe_error),
        "index_doubt": float(point.index_doubt),
        "n_modes": point.n_modes,
        "rms_gradient": float(point.rms_gradient),
        "tolerance": float(point.tolerance),
        "stabiliser_order": integer_to_text(point.stabiliser_order),
    }


def point_of(row: Any, kind: type[Point]) -> Point:
    """The point of a row, to the last bit."""
    spectrum = np.frombuffer(row.spectrum, dtype="<f8")
    is_partial = len(spectrum) < row.n_modes
    return kind(
        loss=row.loss,
        coordinates=np.frombuffer(row.coordinates, dtype="<f8"),
        spectrum=spectrum,
        kappa=row.n_modes if is_partial else None,
        log_product=row.lpphe if is_partial else None,
        lpphe_error=row.lpphe_error,
        index_doubt=row.index_doubt,
        rms_gradient=row.rms_gradient,
        tolerance=row.tolerance,
        stabiliser_order=integer_from_text(row.stabiliser_order),
    )
