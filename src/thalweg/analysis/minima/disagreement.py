"""On which data two minima of a classifier decide differently."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from ...display import shown
from ...problems.capabilities import HasOutputs
from ...problems.predictions import class_probabilities


@shown
@dataclass(frozen=True, eq=False)
class Disagreement:
    """The rows of some data on which two points decide differently.

    Attributes:
        rows: which they are, ascending [differ].
        first_right, second_right: whether the first, and the second point, is right there [differ].
        right_probability: mean of the two probabilities of the right class there [differ].
        n_rows: of the data.
    """

    rows: Int[np.ndarray, " differ"]
    first_right: Bool[np.ndarray, " differ"]
    second_right: Bool[np.ndarray, " differ"]
    right_probability: Float[np.ndarray, " differ"]
    n_rows: int


def disagreement(
    problem: HasOutputs,
    first: Float[np.ndarray, " d"],
    second: Float[np.ndarray, " d"],
    inputs: Float[np.ndarray, "N inputs"],
    targets: Int[np.ndarray, " N"],
) -> Disagreement:
    """Where the most probable classes of two points differ.

    Args:
        problem: predicts classes.
        first, second: parameters [d].
        inputs, targets: data [N inputs] and class numbers [N]; treated as the training inputs were.

    Raises:
        ValueError: if the problem predicts no classes.
    """
    both = [class_probabilities(problem, x, inputs) for x in (first, second)]
    decided = [p.argmax(axis=1) for p in both]
    rows = np.flatnonzero(decided[0] != decided[1])
    right = targets[rows]
    return Disagreement(
        rows,
        decided[0][rows] == right,
        decided[1][rows] == right,
        np.mean([p[rows, right] for p in both], axis=0),
        len(inputs),
    )
