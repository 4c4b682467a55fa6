"""What a classifier decides: regions over two inputs, and where two minima disagree."""

import numpy as np
from jaxtyping import Float, Int

from ...analysis.minima.decision_regions import decision_regions
from ...problems.capabilities import HasOutputs, Prediction, TrainedOnRows
from ...problems.predictions import class_probabilities
from .section import Section, Subject

_RESOLUTION = 72
_MOST_POINTS = 1500


def decisions(subject: Subject) -> Section | None:
    """The most probable class over the plane of two inputs, and the training points."""
    data = _rows(subject)
    problem = subject.problem
    if data is None or not subject.is_single or not isinstance(problem, HasOutputs):
        return None
    inputs, targets = data
    if inputs.shape[1] != 2:
        return None
    regions = decision_regions(
        problem, subject.points[0].coordinates, inputs, resolution=_RESOLUTION
    )
    shown = _spread(len(inputs))
    values = {
        "u": regions.u,
        "v": regions.v,
        "classes": regions.classes,
        "points": inputs[shown],
        "targets": targets[shown],
    }
    return Section("Decisions", "decisions", values, _how_many(shown, inputs))


def disagreement(subject: Subject) -> Section | None:
    """The training points on which two minima decide differently, sized by the right class's probability."""
    data, problem = _rows(subject), subject.problem
    if data is None or subject.is_single or not isinstance(problem, HasOutputs):
        return None
    inputs, targets = data
    both = [class_probabilities(problem, point.coordinates, inputs) for point in subject.points]
    decided = [p.argmax(axis=1) for p in both]
    differ = np.flatnonzero(decided[0] != decided[1])
    n, first_right = len(differ), int((decided[0][differ] == targets[differ]).sum())
    second_right = int((decided[1][differ] == targets[differ]).sum())
    words = (
        f"They decide differently on {n} of {len(inputs)} training points; minimum {subject.numbers[0]} "
        f"is right on {first_right} of these, minimum {subject.numbers[1]} on {second_right}."
    )
    if inputs.shape[1] != 2 or not n:
        return Section("Disagreement", "numbers", {"rows": []}, words)
    shown = differ[_spread(n)]
    probability = np.mean([p[shown, targets[shown]] for p in both], axis=0)
    values = {"points": inputs[shown], "groups": targets[shown], "weights": probability}
    note = f"{words} Sizes: mean probability of the right class."
    return Section("Disagreement", "points", values, f"{note} {_how_many(shown, differ)}".strip())


def _rows(
    subject: Subject,
) -> tuple[Float[np.ndarray, "N inputs"], Int[np.ndarray, " N"]] | None:
    """Inputs and classes of the training rows, if the problem is one of classes."""
    problem = subject.problem
    if problem is None or problem.prediction is not Prediction.CLASS_PROBABILITIES:
        return None
    if not isinstance(problem, TrainedOnRows):
        return None
    inputs, targets = np.asarray(problem.training_inputs), np.asarray(problem.training_targets)
    if inputs.ndim != 2 or targets.ndim != 1:
        return None
    return inputs.astype(np.float64), targets.astype(np.int64)


def _spread(n: int) -> Int[np.ndarray, " shown"]:
    """Which of `n` points are drawn: all, or as many as can be seen, evenly."""
    return np.unique(np.linspace(0, n - 1, min(n, _MOST_POINTS)).astype(np.int64))


def _how_many(shown: np.ndarray, points: np.ndarray) -> str:
    return "" if len(shown) == len(points) else f"{len(shown)} of {len(points)} points are drawn."
