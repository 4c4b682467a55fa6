"""Where the weights of each layer stand in the parameter vector of a network."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Shaped

Vectors = Shaped[Array | np.ndarray, "*points d"]


@dataclass(frozen=True)
class Layout:
    """The order of the parameters of a layered network.

    The vector holds, layer after layer, the matrix [units, inputs + 1] of incoming weights with the
    bias as the last column, in row-major order.

    Attributes:
        sizes: units of every layer, inputs first.
    """

    sizes: tuple[int, ...]

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Shape (units, inputs + 1) of each layer's matrix."""
        return tuple((n, m + 1) for m, n in itertools.pairwise(self.sizes))

    @property
    def ends(self) -> tuple[int, ...]:
        """Index in the vector at which each layer ends."""
        return tuple(itertools.accumulate(n * m for n, m in self.shapes))

    @property
    def dimension(self) -> int:
        """d, the number of parameters."""
        return self.ends[-1]

    def split(self, x: Vectors) -> list[Any]:
        """The matrices [*points units inputs+1] of all layers, views of the vectors `x` [*points d].

        Raises:
            ValueError: if the vectors have another length.
        """
        if x.shape[-1] != self.dimension:
            raise ValueError(
                f"a network with layers of {', '.join(map(str, self.sizes))} units has "
                f"{self.dimension} parameters, got {x.shape[-1]}."
            )
        starts = (0, *self.ends)
        return [
            x[..., start:end].reshape(*x.shape[:-1], *shape)
            for (start, end), shape in zip(itertools.pairwise(starts), self.shapes, strict=True)
        ]

    @staticmethod
    def join(matrices: Sequence[Any]) -> Any:
        """The vectors [*points d] of these matrices [*points units inputs+1]: undoes `split`."""
        rows = [a.reshape(*a.shape[:-2], a.shape[-2] * a.shape[-1]) for a in matrices]
        is_numpy = all(isinstance(row, np.ndarray) for row in rows)
        return np.concatenate(rows, axis=-1) if is_numpy else jnp.concatenate(rows, axis=-1)

    @property
    def is_bias(self) -> Bool[np.ndarray, " d"]:
        """Which parameters are biases [d]."""
        masks = [np.zeros(shape, dtype=bool) for shape in self.shapes]
        for mask in masks:
            mask[:, -1] = True
        return np.asarray(self.join(masks))

    @property
    def belongs_to_unit(self) -> Bool[np.ndarray, "units d"]:
        """Which parameters are incoming weights, bias or outgoing weights of each hidden unit."""
        masks = np.zeros((sum(self.sizes[1:-1]), self.dimension), dtype=bool)
        layers, row = self.split(masks), 0
        for layer, n_units in enumerate(self.sizes[1:-1]):
            for unit in range(n_units):
                layers[layer][row, unit] = True
                layers[layer + 1][row, :, unit] = True
                row += 1
        return masks
