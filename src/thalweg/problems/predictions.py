"""What the model of a problem predicts: the one way from parameters and inputs to classes or values."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from .capabilities import HasOutputs

_NORMALISED = 1e-6
"""How far the probabilities of one point may be from a sum of one: rounding leaves 1e-15, and what was
computed in single precision somewhere 1e-7; outputs that are no probabilities are far off."""


@dataclass(frozen=True, eq=False)
class ClassPrediction:
    """Class probabilities of some points, and their logarithms, which do not underflow.

    Attributes:
        probabilities: [N classes].
        log_probabilities: [N classes].
    """

    probabilities: Float[np.ndarray, "N classes"]
    log_probabilities: Float[np.ndarray, "N classes"]


def class_prediction(
    problem: HasOutputs, x: Float[np.ndarray, " d"], inputs: Any
) -> ClassPrediction:
    """Class probabilities of the model with parameters `x` [d] for `inputs`, one row a point.

    Raises:
        ValueError: if the problem has no model, it is not known what its outputs are, they are no classes,
            they are not what they are said to be, or the model does not take the inputs.
    """
    kind = problem.require_output_kind()
    outputs = _outputs(problem, x, inputs)
    try:
        prediction = ClassPrediction(kind.probabilities(outputs), kind.log_probabilities(outputs))
    except ValueError as error:
        raise ValueError(f"'{problem.name}' has no class probabilities: {error}") from error
    sums = prediction.probabilities.sum(axis=1)
    if not (np.abs(sums - 1) < _NORMALISED).all() or not (prediction.probabilities >= 0).all():
        raise ValueError(
            f"the outputs of '{problem.name}' are no {kind.replace('_', '-')}: those of one point sum to "
            f"{sums[np.argmax(np.abs(sums - 1))]:.6g} in place of 1. Say what they are when the problem "
            "is made (outputs='logits' if there is no softmax), or normalise them in the model."
        )
    return prediction


def class_probabilities(
    problem: HasOutputs, x: Float[np.ndarray, " d"], inputs: Any
) -> Float[np.ndarray, "N classes"]:
    """As `class_prediction`, the probabilities alone."""
    return class_prediction(problem, x, inputs).probabilities


def predicted_values(
    problem: HasOutputs, x: Float[np.ndarray, " d"], inputs: Any
) -> Float[np.ndarray, "N outputs"]:
    """Values that the model with parameters `x` [d] predicts for `inputs`, one row a point.

    Raises:
        ValueError: if the problem has no model, it is not known what its outputs are, or they are classes.
    """
    kind = problem.require_output_kind()
    try:
        return np.asarray(kind.values(_outputs(problem, x, inputs)))
    except ValueError as error:
        raise ValueError(f"'{problem.name}' predicts no values: {error}") from error


def require_classes(problem: HasOutputs) -> None:
    """Raise ValueError unless the problem predicts classes."""
    kind = problem.require_output_kind()
    if not kind.is_of_classes:
        raise ValueError(f"'{problem.name}' predicts {kind}, no classes.")


def _outputs(problem: HasOutputs, x: Float[np.ndarray, " d"], inputs: Any) -> np.ndarray:
    try:
        outputs = np.asarray(problem.outputs(x, inputs), dtype=np.float64)
    except Exception as error:
        # A model of the user's own may raise anything.
        raise ValueError(
            f"'{problem.name}' gives no array of outputs for inputs of shape {np.shape(inputs)}: {error}"
        ) from error
    if outputs.shape[:1] != np.shape(inputs)[:1]:
        raise ValueError(
            f"'{problem.name}' gives outputs of shape {outputs.shape} for {len(inputs)} rows of inputs; "
            "it must give one row each."
        )
    return outputs
