"""Rows of the database from records, and back."""

import io
import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, TypeVar

import numpy as np
import sqlalchemy as sa
from jaxtyping import Float

from ...archive import read_arrays
from ...problems import Problem, from_record
from ..integer_text import integer_from_text, integer_to_text
from ..records import Minimum, Saddle, TransitionState
from ..tolerances import Tolerances
from . import schema
from .rows import RowError, checksums, decoding

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

    @classmethod
    def of(cls, problem: Problem) -> "StoredProblem":
        """What a landscape of `problem` stores."""
        return problem_of(SimpleNamespace(**problem_row(problem)))

    def rebuild(self) -> Problem:
        """Rebuild the problem; comparing the fingerprints is left to the caller.

        Raises:
            RowError: if choices or arrays are no record of a problem.
            NotImplementedError, ValueError, TypeError, KeyError: if no problem can be made of them.
        """
        try:
            arrays = read_arrays(io.BytesIO(self.arrays))
            choices = json.loads(self.choices)
        except (RecursionError, ValueError) as error:
            raise RowError(schema.problem, None, f"its choices or arrays: {error}") from error
        return from_record(self.kind, choices, arrays)

    def complete(self, problem: Problem) -> Problem:
        """The problem that was passed in again, with what is stored of it and it does not know itself."""
        try:
            choices = json.loads(self.choices)
        except (RecursionError, ValueError):
            # It was passed in, and needs nothing of a damaged record.
            return problem
        return problem.completed_by(choices) if isinstance(choices, dict) else problem


def problem_row(problem: Problem) -> dict[str, Any]:
    """The row of a problem."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **problem.arrays())
    values = {
        "id": 1,
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
    return {**values, **checksums(schema.problem, values)}


def problem_of(row: Any) -> StoredProblem:
    """The problem of a row, not yet rebuilt.

    Raises:
        RowError: if the order of its group is no number.
    """
    with decoding(schema.problem, row):
        order = integer_from_text(row.symmetry_order)
    return StoredProblem(
        kind=row.kind,
        name=row.name,
        fingerprint=row.fingerprint,
        choices=row.choices,
        arrays=row.arrays,
        is_portable=row.is_portable,
        dimension=row.dimension,
        symmetry_order=order,
        # A damaged row may hold the integer in its place, which is the same number.
        log_symmetry_order=float(row.log_symmetry_order),
    )


def tolerances_row(tolerances: Tolerances) -> dict[str, Any]:
    """The row of the tolerances."""
    values = {"id": 1, **vars(tolerances)}
    return {**values, **checksums(schema.tolerances, values)}


def tolerances_of(row: Any) -> Tolerances:
    """The tolerances of a row.

    Raises:
        RowError: if they are no positive numbers.
    """
    with decoding(schema.tolerances, row):
        return Tolerances(row.edifftol, row.rms_tolerance)


def point_row(point: Minimum, columns: dict[str, Any]) -> dict[str, Any]:
    """The row of a point, with the columns that do not follow from it (its id, its ends)."""
    values = {
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
        **columns,
    }
    return {**values, **checksums(table_of(type(point)), values)}


def table_of(kind: type[Minimum]) -> sa.Table:
    """The table of minima, of transition states or of saddles."""
    if issubclass(kind, Saddle):
        return schema.saddles
    return schema.transition_states if issubclass(kind, TransitionState) else schema.minima


def point_of(row: Any, kind: type[Point], dimension: int) -> Point:
    """The point of a row, to the last bit.

    Raises:
        RowError: if the row is none of a point with that many coordinates.
    """
    table = table_of(kind)
    with decoding(table, row):
        coordinates = coordinates_of(row, table, dimension)
        spectrum = np.frombuffer(row.spectrum, dtype="<f8")
        if not 0 < len(spectrum) <= row.n_modes <= dimension:
            raise ValueError(
                f"{len(spectrum)} eigenvalues of {row.n_modes} in {dimension} coordinates cannot be"
            )
        is_partial = len(spectrum) < row.n_modes
        return kind(
            loss=row.loss,
            coordinates=coordinates,
            spectrum=spectrum,
            kappa=row.n_modes if is_partial else None,
            log_product=row.lpphe if is_partial else None,
            lpphe_error=row.lpphe_error,
            index_doubt=row.index_doubt,
            rms_gradient=row.rms_gradient,
            tolerance=row.tolerance,
            stabiliser_order=stabiliser_order_of(row, table),
        )


def coordinates_of(row: Any, table: sa.Table, dimension: int) -> Float[np.ndarray, " d"]:
    """The coordinates of a row [d].

    Raises:
        RowError: if there are not so many, or one is not finite.
    """
    n_bytes = len(row.coordinates)
    if n_bytes != 8 * dimension:
        raise RowError(
            table,
            row,
            f"{n_bytes} bytes of coordinates, {8 * dimension} expected for {dimension} numbers",
        )
    coordinates: Float[np.ndarray, " d"] = np.frombuffer(row.coordinates, dtype="<f8")
    if not np.isfinite(coordinates).all():
        raise RowError(table, row, "a coordinate is not finite")
    return coordinates


def stabiliser_order_of(row: Any, table: sa.Table) -> int:
    """The order of the stabiliser in a row.

    Raises:
        RowError: if it is no positive integer.
    """
    with decoding(table, row):
        order = integer_from_text(row.stabiliser_order)
    if order < 1:
        raise RowError(table, row, f"a stabiliser of order {order} cannot be")
    return order
