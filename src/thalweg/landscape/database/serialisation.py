"""Rows of the database from records, and back."""

import io
import json
from typing import Any

import numpy as np

from ...problems import Problem
from ..records import Minimum


def problem_row(problem: Problem) -> dict[str, Any]:
    """The row that identifies a problem and, if it is portable, rebuilds it."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **problem.arrays())  # type: ignore[arg-type]
    return {
        "kind": problem.kind,
        "name": problem.name,
        "fingerprint": problem.fingerprint,
        "choices": json.dumps(problem.choices(), sort_keys=True),
        "arrays": buffer.getvalue(),
        "is_portable": problem.is_portable,
        "dimension": problem.dimension,
        "symmetry_order": str(problem.symmetry.order),
        "log_symmetry_order": problem.symmetry.log_order,
    }


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
        "stabiliser_order": str(point.stabiliser_order),
    }


def point_of(row: Any) -> Minimum:
    """The point of a row, to the last bit."""
    spectrum = np.frombuffer(row.spectrum, dtype="<f8")
    is_partial = len(spectrum) < row.n_modes
    return Minimum(
        loss=row.loss,
        coordinates=np.frombuffer(row.coordinates, dtype="<f8"),
        spectrum=spectrum,
        kappa=row.n_modes if is_partial else None,
        log_product=row.lpphe if is_partial else None,
        lpphe_error=row.lpphe_error,
        index_doubt=row.index_doubt,
        rms_gradient=row.rms_gradient,
        tolerance=row.tolerance,
        stabiliser_order=int(row.stabiliser_order),
    )
