"""Where a problem came from: the arrays of the user's model, and how to make that model again."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Parameter:
    """One array of a model, in the order in which the parameter vector holds them.

    Attributes:
        name: path of the array in the model, its last part after a dot or in brackets.
        shape: shape of the array.
    """

    name: str
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Number of its elements."""
        return int(np.prod(self.shape, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Origin:
    """The model that a problem was made from, and the way back to it.

    Attributes:
        framework: 'torch', 'jax', 'equinox', 'flax', 'scikit-learn' or 'numpy'.
        label: what the model is, for people.
        parameters: its arrays, in the order of the parameter vector.
        rebuild: the user's model with these arrays (NumPy, float64) for its parameters.
        precision: type of the model's numbers as it came; it is computed in float64.
    """

    framework: str
    label: str
    parameters: tuple[Parameter, ...]
    rebuild: Callable[[list[np.ndarray]], Any]
    precision: str = "float64"

    @property
    def dimension(self) -> int:
        """d, the number of parameters."""
        return sum(p.size for p in self.parameters)

    def split(self, x: Any) -> list[Any]:
        """The arrays of the parameter vector `x` [d], NumPy or JAX."""
        arrays, start = [], 0
        for parameter in self.parameters:
            stop = start + parameter.size
            arrays.append(x[start:stop].reshape(parameter.shape))
            start = stop
        return arrays


def narrowest(types: Iterable[str]) -> str:
    """The type with the fewest bits among names of floating-point types."""
    return min(types, key=lambda name: (int(re.sub(r"\D", "", name)), name))
