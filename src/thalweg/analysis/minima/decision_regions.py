"""Which class a classifier with two inputs gives each point of the plane."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ...display import shown
from ...problems.capabilities import HasOutputs
from ...problems.predictions import class_probabilities

_MARGIN = 0.05
"""Room around the data, as a share of their extent."""


@shown
@dataclass(frozen=True, eq=False)
class DecisionRegions:
    """The most probable class on a grid over the plane of two inputs.

    Attributes:
        u, v: the grid along the first and the second input [columns], [rows].
        classes: number of the most probable class [rows columns].
        n_classes: how many classes the classifier has.
    """

    u: Float[np.ndarray, " columns"]
    v: Float[np.ndarray, " rows"]
    classes: Int[np.ndarray, "rows columns"]
    n_classes: int


def decision_regions(
    problem: HasOutputs,
    x: Float[np.ndarray, " d"],
    inputs: Float[np.ndarray, "N inputs"],
    *,
    resolution: int = 200,
) -> DecisionRegions:
    """The most probable class over the area of some data, for parameters `x` [d].

    Args:
        problem: predicts classes.
        x: parameters.
        inputs: data whose extent the grid has, with a margin; treated as the training inputs were.
        resolution: points of the grid along either input.

    Raises:
        ValueError: if the data do not have two inputs, or the problem predicts no classes.
    """
    if inputs.ndim != 2 or inputs.shape[1] != 2:
        raise ValueError(
            f"decision regions are drawn over two inputs, got data of shape {inputs.shape}. Pass data "
            "with two columns."
        )
    lower, upper = inputs.min(axis=0), inputs.max(axis=0)
    margin = _MARGIN * (upper - lower)
    u, v = (
        np.linspace(a, b, resolution) for a, b in zip(lower - margin, upper + margin, strict=True)
    )
    grid = np.stack(np.meshgrid(u, v), axis=-1).reshape(-1, 2)
    probabilities = class_probabilities(problem, x, grid)
    classes = probabilities.argmax(axis=1).reshape(resolution, resolution)
    return DecisionRegions(u, v, classes, probabilities.shape[1])
