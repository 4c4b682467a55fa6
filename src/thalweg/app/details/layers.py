"""The weights of a neural network."""

import numpy as np

from ...problems.capabilities import Layered
from .section import Section, Subject

_MOST_WEIGHTS = 4000


def layers(subject: Subject) -> Section | None:
    """The network drawn with its weights, or where there are too many their sizes."""
    problem = subject.problem
    if not subject.is_single or not isinstance(problem, Layered):
        return None
    matrices = [np.asarray(layer) for layer in problem.layers(subject.points[0].coordinates)]
    if sum(matrix.size for matrix in matrices) > _MOST_WEIGHTS:
        rows = [
            (f"layer {k}", f"{len(m)} units, largest weight {np.abs(m).max():.3g}")
            for k, m in enumerate(matrices, start=1)
        ]
        return Section("Weights", "numbers", {"rows": rows})
    note = "Blue: positive; orange, dashed: negative. The size of a unit is its bias."
    return Section("Weights", "network", {"layers": matrices}, note)
