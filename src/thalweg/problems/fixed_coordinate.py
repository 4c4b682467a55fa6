"""A problem with one of its coordinates held fixed."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from .problem import Problem


class FixedCoordinate(Problem):
    """`problem` over all coordinates but one, which is held at `value`.

    The value is an array, so that a jitted search serves every value, and derivatives in it exist.

    Attributes:
        problem: over d + 1 coordinates.
        value: of the coordinate that is held.
        index: which one.
    """

    problem: Problem
    value: Float[np.ndarray | Array, ""]
    index: int = eqx.field(static=True)

    kind = "held"

    @property
    def dimension(self) -> int:
        return self.problem.dimension - 1

    def whole(self, x: Float[Array, " d"]) -> Float[Array, " d_plus_1"]:
        """The point of the whole problem."""
        held = jnp.asarray(self.value)[None]
        return jnp.concatenate([x[: self.index], held, x[self.index :]])

    @property
    def _kept(self) -> np.ndarray:
        return np.delete(np.arange(self.problem.dimension), self.index)

    def loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return self.problem.loss(self.whole(x))

    def value_and_gradient(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        value, gradient = self.problem.value_and_gradient(self.whole(x))
        return value, gradient[self._kept]

    def value_gradient_hessian_noise(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"], Float[Array, ""]]:
        kept = self._kept
        value, gradient, hessian, noise = self.problem.value_gradient_hessian_noise(self.whole(x))
        return value, gradient[kept], hessian[kept[:, None], kept[None]], noise

    def value_gradient_hessian(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"]]:
        return self.value_gradient_hessian_noise(x)[:3]

    def gradient_noise(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return self.problem.gradient_noise(self.whole(x))

    @property
    def bounds(self) -> Any:
        if self.problem.bounds is None:
            return None
        return tuple(bound[self._kept] for bound in self.problem.bounds)

    @property
    def length_scale(self) -> float:
        return self.problem.length_scale

    @property
    def walkers_per_chunk(self) -> int:
        return self.problem.walkers_per_chunk

    def start(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        return self.problem.start(key)[self._kept]

    def choices(self) -> dict[str, Any]:
        return {"kind": self.problem.kind, "of": self.problem.choices(), "index": self.index}

    def arrays(self) -> dict[str, np.ndarray]:
        return {**self.problem.arrays(), "held value": np.asarray(self.value)}

    @property
    def is_portable(self) -> bool:
        return False

    @property
    def name(self) -> str:
        return f"{self.problem.name}, coordinate {self.index} held at {float(self.value):g}"
