"""What a model gives on average as one input varies and the others stay as they are."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from sklearn import inspection
from sklearn.base import BaseEstimator, RegressorMixin

from ...display import shown
from ...numbers import Whole, whole_number
from ...problems.capabilities import HasOutputs
from ...problems.predictions import class_probabilities, predicted_values


@shown
@dataclass(frozen=True, eq=False)
class PartialDependence:
    """The mean prediction over some rows, with one input set to each value of a grid.

    Attributes:
        input: which input, from 0.
        grid: its values, ascending [points].
        average: mean class probabilities, or mean predicted values [points outputs].
        is_of_classes: whether the outputs are probabilities of classes.
    """

    input: int
    grid: Float[np.ndarray, " points"]
    average: Float[np.ndarray, "points outputs"]
    is_of_classes: bool


def partial_dependence(
    problem: HasOutputs,
    x: Float[np.ndarray, " d"],
    inputs: Float[np.ndarray, "N inputs"],
    input: Whole,
    *,
    resolution: Whole = 100,
    percentiles: tuple[float, float] = (0.05, 0.95),
) -> PartialDependence:
    """Partial dependence of the model with parameters `x` [d] on one input.

    PD(v) = 1/N Σ_i f(x_i with its input set to v), by `sklearn.inspection.partial_dependence`. Where inputs
    depend on one another, the mean runs over rows that cannot occur.

    Args:
        problem: predicts classes or values.
        x: parameters.
        inputs: rows over which the mean is taken; treated as the training inputs were.
        input: which input varies, from 0.
        resolution: points of the grid; an input with fewer different values has those.
        percentiles: of the input, as shares, between which the grid lies.

    Raises:
        ValueError: if there is no such input, there are no rows, or it is not known what the
            outputs are.

    Reference:
        Friedman, Ann. Statist. 29, 1189 (2001), section 8.2; scikit-learn, `inspection.partial_dependence`.
    """
    rows = np.asarray(inputs, dtype=np.float64)
    if not len(rows):
        raise ValueError("a mean over rows needs one row or more, got none.")
    number = whole_number(input, "input", least=0, most=rows.shape[1] - 1)
    points = whole_number(resolution, "resolution", least=2)
    is_of_classes = problem.require_output_kind().is_of_classes
    result = inspection.partial_dependence(
        _Model(problem, x, is_of_classes),
        rows,
        [number],
        method="brute",
        grid_resolution=points,
        percentiles=percentiles,
    )
    return PartialDependence(number, result["grid_values"][0], result["average"].T, is_of_classes)


class _Model(RegressorMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """A point as scikit-learn wants a model: the probability of each class is a value for it."""

    def __init__(
        self, problem: HasOutputs, x: Float[np.ndarray, " d"], is_of_classes: bool
    ) -> None:
        self.problem, self.x, self.is_of_classes = problem, x, is_of_classes

    def fit(self, inputs: object, targets: object = None) -> "_Model":
        """As scikit-learn asks; nothing is fitted."""
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def predict(self, inputs: Float[np.ndarray, "N inputs"]) -> Float[np.ndarray, "N outputs"]:
        """Class probabilities or values."""
        predicted = class_probabilities if self.is_of_classes else predicted_values
        return np.asarray(predicted(self.problem, self.x, inputs))
