"""What a problem may be able to do besides having a loss: the protocols by which others ask for it.

No module asks which class a problem is of; it asks for one of these.
"""

import enum
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Array, Float, Int


class Prediction(enum.Enum):
    """What the parameters of a problem predict for inputs."""

    CLASS_PROBABILITIES = "class probabilities"
    VALUES = "values"
    DISTRIBUTION = "a distribution of values"


@runtime_checkable
class Classifier(Protocol):
    """A problem whose parameters give class probabilities."""

    def predict(
        self, x: Float[Array, " d"], inputs: Float[Array, "N inputs"]
    ) -> Float[Array, "N classes"]:
        """Class probabilities [N classes] of the model with parameters `x` [d]."""


@runtime_checkable
class Layered(Protocol):
    """A problem whose parameters are the matrices of a network's layers."""

    def layers(self, x: Any) -> Sequence[Any]:
        """The matrices [units, inputs + 1] of all layers, biases last, of the parameters `x` [d]."""


@runtime_checkable
class Resamplable(Protocol):
    """A problem over rows of data, which can be had with other rows."""

    @property
    def n_rows(self) -> int:
        """How many rows the data have."""

    def with_rows(self, rows: Int[np.ndarray, " N"]) -> Any:
        """The same problem over these rows [N] of its data; a row may occur more than once."""
