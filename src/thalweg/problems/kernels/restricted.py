"""A kernel with some hyperparameters held fixed, and a kernel of some of the inputs."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from .base import Hyperparameter, Kernel, KernelDerivatives
from .registry import register


@register
@dataclass(frozen=True)
class WithFixed(Kernel):
    """`base` with some of its hyperparameters held: they are no coordinates of the landscape.

    Attributes:
        base: with all the hyperparameters.
        values: of those that are held, by name, in natural units: `WithFixed(Periodic(), {"period": 7.0})`.
    """

    base: Kernel
    values: tuple[tuple[str, float], ...]
    name = "with_fixed"

    def __init__(
        self, base: Kernel, values: Mapping[str, float] | tuple[tuple[str, float], ...]
    ) -> None:
        pairs = tuple((str(name), float(value)) for name, value in dict(values).items())
        if not all(0 < value < np.inf for _, value in pairs):
            raise ValueError(
                f"values of hyperparameters must be positive and finite, got {dict(pairs)}."
            )
        object.__setattr__(self, "base", base)
        object.__setattr__(self, "values", pairs)

    def hyperparameters(self, n_inputs: int) -> tuple[Hyperparameter, ...]:
        every_one = self.base.hyperparameters(n_inputs)
        names = [one.name for one in every_one]
        for name, _ in self.values:
            if names.count(name) != 1:
                raise ValueError(
                    f"{name!r} must name one hyperparameter of the kernel: {', '.join(names)}. In a sum or a "
                    "product hold it in the member that it belongs to."
                )
        held_names = dict(self.values)
        return tuple(one for one in every_one if one.name not in held_names)

    def covariance(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> Float[Array, "n m"]:
        return self.base.covariance(self._all_logs(logs, x.shape[1])[0], x, z)

    def derivatives(
        self, logs: Float[Array, " p"], x: Float[Array, "n inputs"]
    ) -> KernelDerivatives:
        all_logs, free = self._all_logs(logs, x.shape[1])
        inner = self.base.derivatives(all_logs, x)
        return KernelDerivatives(
            inner.covariance,
            inner.gradient[free],
            lambda weights: inner.contracted_hessian(weights)[free[:, None], free[None]],
            inner.has_scale and 0 in free,
        )

    def parts(self) -> Iterator[Kernel]:
        return self.base.parts()

    def free_smoothness(self) -> "WithFixed":
        return WithFixed(self.base.free_smoothness(), self.values)

    def _all_logs(
        self, logs: Float[Array, " p"], n_inputs: int
    ) -> tuple[Float[Array, " q"], np.ndarray]:
        """Logarithms [q] of all hyperparameters of `base`, and which of them are free [p]."""
        held = dict(self.values)
        names = [one.name for one in self.base.hyperparameters(n_inputs)]
        free = np.array([k for k, name in enumerate(names) if name not in held], dtype=int)
        values = np.log([held.get(name, 1.0) for name in names])
        return jnp.asarray(values).at[free].set(logs), free


@register
@dataclass(frozen=True)
class OnInputs(Kernel):
    """`base` of some of the inputs alone.

    Attributes:
        base: of len(columns) inputs.
        columns: the inputs that it sees, counted from 0.
    """

    base: Kernel
    columns: tuple[int, ...]
    name = "on_inputs"

    def hyperparameters(self, n_inputs: int) -> tuple[Hyperparameter, ...]:
        if not self.columns or min(self.columns) < 0 or max(self.columns) >= n_inputs:
            raise ValueError(
                f"columns must name some of the {n_inputs} inputs, counted from 0; got {self.columns}."
            )
        inputs = ", ".join(str(column + 1) for column in self.columns)
        return tuple(
            dataclasses.replace(one, name=f"{one.name} (of inputs {inputs})")
            for one in self.base.hyperparameters(len(self.columns))
        )

    def covariance(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> Float[Array, "n m"]:
        columns = np.array(self.columns)
        return self.base.covariance(logs, x[:, columns], z[:, columns])

    def derivatives(
        self, logs: Float[Array, " p"], x: Float[Array, "n inputs"]
    ) -> KernelDerivatives:
        return self.base.derivatives(logs, x[:, np.array(self.columns)])

    def parts(self) -> Iterator[Kernel]:
        return self.base.parts()

    def free_smoothness(self) -> "OnInputs":
        return OnInputs(self.base.free_smoothness(), self.columns)
