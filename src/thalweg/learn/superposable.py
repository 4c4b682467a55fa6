"""Which landscapes have minima that can be superposed."""

from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from ..landscape.landscape import Landscape
from ..problems.capabilities import HasOutputs, Layered
from ..problems.neural_networks.activations import Activation
from ..problems.output_kind import OutputKind
from ..problems.symmetry import Symmetry


@runtime_checkable
class Superposable(Layered, HasOutputs, Protocol):
    """A network whose outputs are logits of classes, or values, of which minima can be superposed."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of every layer, inputs first."""

    @property
    def activation(self) -> Activation:
        """Activation of the hidden units."""

    @property
    def inputs(self) -> Any:
        """The data that the loss is over, with a last row of ones [inputs + 1, N]."""

    @property
    def symmetry(self) -> Symmetry:
        """The group of transformations that leave the loss unchanged."""


class LeakageWarning(UserWarning):
    """The landscape has seen rows that are not among those to fit: they may be test rows."""


def superposable_problem(
    landscape: Landscape, n_inputs: int, n_outputs: int, kind: OutputKind
) -> Superposable:
    """The problem of a landscape, for data of this shape.

    Raises:
        ValueError: if it is no network with outputs of this kind, or one of other inputs or outputs.
    """
    problem = landscape.problem
    # `TrainedNetwork` takes the softmax of logits alone.
    if not isinstance(problem, Superposable) or problem.output_kind is not kind:
        loss = "classification" if kind.is_of_classes else "regression"
        raise ValueError(
            f"minima of '{problem.name}' cannot be superposed for these targets: only those of a "
            f"NeuralNetwork with a {loss} loss can."
        )
    if (problem.sizes[0], problem.sizes[-1]) != (n_inputs, n_outputs):
        what = "classes" if kind.is_of_classes else "values"
        raise ValueError(
            f"the landscape is of a network with {problem.sizes[0]} inputs and "
            f"{problem.sizes[-1]} {what}; the data have {n_inputs} and {n_outputs}."
        )
    return problem


def rows_outside(problem: Superposable, inputs: Float[np.ndarray, "N inputs"]) -> int:
    """How many rows the landscape has seen that are not among these [N inputs]."""
    fitted_rows = {row.tobytes() for row in inputs}
    explored_rows = np.ascontiguousarray(np.asarray(problem.inputs[:-1]).T)
    return sum(row.tobytes() not in fitted_rows for row in explored_rows)
