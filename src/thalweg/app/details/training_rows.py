"""The rows on which a model was trained, as details show them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ...problems.capabilities import HasOutputs, TrainedOnRows
from .section import Subject

MOST_POINTS = 1500
"""Points that are drawn: more are no longer told apart."""


@dataclass(frozen=True, eq=False)
class TrainingRows:
    """A model with outputs, and the rows on which it was trained.

    Attributes:
        problem: whose outputs they are.
        inputs: [N inputs].
        classes: number of the class of each row; None if the problem predicts values [N].
    """

    problem: HasOutputs
    inputs: Float[np.ndarray, "N inputs"]
    classes: Int[np.ndarray, " N"] | None


def training_rows(subject: Subject) -> TrainingRows | None:
    """The rows of a problem that has them, and outputs of which it is known what they are."""
    problem = subject.problem
    if not isinstance(problem, HasOutputs) or not isinstance(problem, TrainedOnRows):
        return None
    if problem.output_kind is None:
        return None
    inputs, targets = np.asarray(problem.training_inputs), np.asarray(problem.training_targets)
    if inputs.ndim != 2:
        return None
    classes = None
    if problem.output_kind.is_of_classes:
        if targets.ndim != 1:
            return None
        classes = targets.astype(np.int64)
    return TrainingRows(problem, inputs.astype(np.float64), classes)


def spread(n: int, most: int = MOST_POINTS) -> Int[np.ndarray, " shown"]:
    """Which of `n` points are drawn: all, or as many as can be seen, evenly."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).astype(np.int64))


def how_many(n_shown: int, n: int) -> str:
    """Says so where not all points are drawn."""
    return "" if n_shown == n else f"{n_shown} of {n} points are drawn."
