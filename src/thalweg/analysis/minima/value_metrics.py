"""Quality of each minimum as a predictor of values without an uncertainty: its errors on some data."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Shaped

from ...display import shown
from ...landscape.network import Network
from ...problems.capabilities import HasOutputs
from ...problems.predictions import predicted_values


@shown
@dataclass(frozen=True, eq=False)
class ValueMetrics:
    """How well each minimum predicts values: means over points and outputs (all [minima]).

    Attributes:
        mean_squared_error: in squared units of the targets.
        mean_absolute_error: in units of the targets.
    """

    mean_squared_error: Float[np.ndarray, " minima"]
    mean_absolute_error: Float[np.ndarray, " minima"]


def value_metrics(
    network: Network,
    problem: HasOutputs,
    inputs: Shaped[np.ndarray, "N ..."],
    targets: Float[np.ndarray, "N ..."],
) -> ValueMetrics:
    """Errors of every minimum on `inputs` [N inputs] and `targets` [N] or [N outputs].

    Args:
        network: minima with coordinates.
        problem: predicts values; for example a `NeuralNetwork` with `MeanSquaredError`.
        inputs, targets: treated as those of the problem were.

    Raises:
        ValueError: if there are no data or the shapes do not fit, the network has no coordinates, the problem
            predicts no values, or it is not known what its outputs are.
    """
    if len(inputs) == 0 or len(inputs) != len(targets):
        raise ValueError(
            f"inputs and targets must hold the same number of points, at least one; got {len(inputs)} "
            f"and {len(targets)}."
        )
    network.require_coordinates()
    columns = np.asarray(targets, dtype=np.float64).reshape(len(targets), -1)
    errors = []
    for x in network.coordinates:
        values = predicted_values(problem, x, inputs)
        if values.shape != columns.shape:
            raise ValueError(
                f"targets must have the shape of what is predicted, {values.shape}, got "
                f"{np.shape(targets)}."
            )
        residuals = values - columns
        errors.append((np.mean(residuals**2), np.mean(np.abs(residuals))))
    return ValueMetrics(*np.array(errors, dtype=np.float64).reshape(-1, 2).T)
