"""What a model gives on average as each of its inputs varies."""

import numpy as np

from ...analysis.minima.partial_dependence import PartialDependence, partial_dependence
from .section import Section, Subject
from .training_rows import spread, training_rows

_RESOLUTION = 24
_MOST_ROWS = 300
_MOST_INPUTS = 40
"""Inputs that are looked at: each takes as many evaluations of the model as the grid has points."""
_MOST_PANELS = 9


def dependence(subject: Subject) -> Section | None:
    """Partial dependence on the inputs that matter most, where no map of two inputs shows everything."""
    rows = training_rows(subject)
    if rows is None or not subject.is_single:
        return None
    n_inputs = rows.inputs.shape[1]
    if not n_inputs or (rows.classes is not None and n_inputs == 2):
        return None
    some = rows.inputs[spread(len(rows.inputs), _MOST_ROWS)]
    x = subject.points[0].coordinates
    curves = [
        partial_dependence(rows.problem, x, some, number, resolution=_RESOLUTION)
        for number in range(min(n_inputs, _MOST_INPUTS))
    ]
    shown = sorted(curves, key=lambda one: -_range(one))[:_MOST_PANELS]
    panels = [
        {"name": f"x{one.input + 1}", "grid": one.grid, "average": one.average.T} for one in shown
    ]
    word = "probability of each class" if rows.classes is not None else "prediction"
    notes = [f"Mean {word} over {len(some)} of {len(rows.inputs)} training points."]
    if n_inputs > _MOST_INPUTS:
        notes.append(f"Of {n_inputs} inputs the first {_MOST_INPUTS} were looked at.")
    if len(curves) > len(shown):
        notes.append(f"The {len(shown)} that change it most are drawn.")
    values = {"panels": panels, "is_of_classes": rows.classes is not None}
    return Section("Partial dependence", "dependence", values, " ".join(notes))


def _range(curve: PartialDependence) -> float:
    """By how much the output that varies most does."""
    return float(np.ptp(curve.average, axis=0).max())
