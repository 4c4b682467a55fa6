"""What a covariance function is, and how covariance functions add and multiply.

A kernel is a choice, not numbers: its hyperparameters are a slice of the parameter vector, as natural
logarithms.
"""

import abc
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import block_diag
from jaxtyping import Array, Float

Bounds = tuple[float, float]
LENGTHS: Bounds = (1e-2, 1e2)


@dataclass(frozen=True)
class Hyperparameter:
    """One coordinate of a landscape of marginal likelihoods.

    Attributes:
        name: for people, as "length scale of input 2".
        bounds: lowest and highest value, in natural units.
    """

    name: str
    bounds: Bounds

    def __post_init__(self) -> None:
        low, high = self.bounds
        if not (np.isfinite(low) and np.isfinite(high) and 0 < low < high):
            raise ValueError(
                f"bounds of {self.name} must be two positive numbers, the lower first; got {self.bounds}."
            )


@dataclass(frozen=True, eq=False)
class KernelDerivatives:
    """A covariance matrix of n points with its derivatives in the p logarithms of the hyperparameters.

    Attributes:
        covariance: K [n n].
        rates: ∂ᵢK [p n n].
        bend: for weights W [n n], the contraction ⟨W, ∂ᵢⱼK⟩ [p p]: second derivatives of a matrix are
            many, and a Hessian needs just this of them.
        has_scale: whether ∂₁K is K itself, as where a variance stands in front.
    """

    covariance: Float[Array, "n n"]
    rates: Float[Array, "p n n"]
    bend: Callable[[Float[Array, "n n"]], Float[Array, "p p"]]
    has_scale: bool = False


class Kernel(abc.ABC):
    """A covariance function k(x, x') of unit variance, but for `Constant`, sums and products with it."""

    name: ClassVar[str]

    @abc.abstractmethod
    def hyperparameters(self, n_inputs: int) -> tuple[Hyperparameter, ...]:
        """What is optimised, in the order of the parameter vector."""

    @abc.abstractmethod
    def covariance(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> Float[Array, "n m"]:
        """k(x_i, z_j) [n m] for the logarithms of the hyperparameters [p]."""

    def derivatives(
        self, logs: Float[Array, " p"], x: Float[Array, "n inputs"]
    ) -> KernelDerivatives:
        """K(x, x) with its derivatives in `logs` [p]; by autodiff unless a kernel knows better."""

        def at(y: Float[Array, " p"]) -> Float[Array, "n n"]:
            return self.covariance(y, x, x)

        return KernelDerivatives(
            at(logs),
            jnp.moveaxis(jax.jacfwd(at)(logs), -1, 0),
            lambda weights: jax.hessian(lambda y: jnp.sum(weights * at(y)))(logs),
        )

    @abc.abstractmethod
    def choices(self) -> dict[str, Any]:
        """All that `from_choices` needs, as JSON-serialisable values."""

    def __add__(self, other: "Kernel") -> "Kernel":
        return Sum(self, other)

    def __mul__(self, other: "Kernel") -> "Kernel":
        return Product(self, other)

    def parts(self) -> Iterator["Kernel"]:
        """The kernel and all that it is made of."""
        yield self

    def free_smoothness(self) -> "Kernel":
        """The kernel with every smoothness ν a hyperparameter."""
        return self


@dataclass(frozen=True)
class Constant(Kernel):
    """The variance σ² as a factor: `Constant() * Matern(nu=2.5)`."""

    bounds: Bounds = (1e-3, 1e3)
    name = "constant"

    def hyperparameters(self, n_inputs: int) -> tuple[Hyperparameter, ...]:
        return (Hyperparameter("variance", self.bounds),)

    def covariance(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> Float[Array, "n m"]:
        return jnp.full((len(x), len(z)), jnp.exp(logs[0]))

    def derivatives(
        self, logs: Float[Array, " p"], x: Float[Array, "n inputs"]
    ) -> KernelDerivatives:
        value = self.covariance(logs, x, x)
        return KernelDerivatives(
            value,
            value[None],
            lambda weights: jnp.sum(weights * value)[None, None],
            has_scale=True,
        )

    def choices(self) -> dict[str, Any]:
        return {"kernel": self.name, "bounds": list(self.bounds)}


@dataclass(frozen=True)
class _Pair(Kernel):
    left: Kernel
    right: Kernel

    @staticmethod
    @abc.abstractmethod
    def join(left: Array, right: Array) -> Array:
        """The covariance of the pair from those of its members."""

    def hyperparameters(self, n_inputs: int) -> tuple[Hyperparameter, ...]:
        return self.left.hyperparameters(n_inputs) + self.right.hyperparameters(n_inputs)

    def covariance(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> Float[Array, "n m"]:
        n = len(self.left.hyperparameters(x.shape[1]))
        left = self.left.covariance(logs[:n], x, z)
        return self.join(left, self.right.covariance(logs[n:], x, z))

    def _pair(
        self, logs: Float[Array, " p"], x: Float[Array, "n inputs"]
    ) -> tuple[KernelDerivatives, KernelDerivatives]:
        n = len(self.left.hyperparameters(x.shape[1]))
        return self.left.derivatives(logs[:n], x), self.right.derivatives(logs[n:], x)

    def free_smoothness(self) -> Kernel:
        return type(self)(self.left.free_smoothness(), self.right.free_smoothness())

    def parts(self) -> Iterator[Kernel]:
        return itertools.chain(self.left.parts(), self.right.parts())

    def choices(self) -> dict[str, Any]:
        return {
            "kernel": self.name,
            "left": self.left.choices(),
            "right": self.right.choices(),
        }


@dataclass(frozen=True)
class Sum(_Pair):
    """The sum of two kernels."""

    name = "sum"

    @staticmethod
    def join(left: Array, right: Array) -> Array:
        return left + right

    def derivatives(
        self, logs: Float[Array, " p"], x: Float[Array, "n inputs"]
    ) -> KernelDerivatives:
        left, right = self._pair(logs, x)
        return KernelDerivatives(
            left.covariance + right.covariance,
            jnp.concatenate([left.rates, right.rates]),
            lambda weights: block_diag(left.bend(weights), right.bend(weights)),
        )


@dataclass(frozen=True)
class Product(_Pair):
    """The product of two kernels."""

    name = "product"

    @staticmethod
    def join(left: Array, right: Array) -> Array:
        return left * right

    def derivatives(
        self, logs: Float[Array, " p"], x: Float[Array, "n inputs"]
    ) -> KernelDerivatives:
        left, right = self._pair(logs, x)

        def bend(weights: Float[Array, "n n"]) -> Float[Array, "p p"]:
            mixed = jnp.einsum("iab,jab->ij", left.rates, weights * right.rates)
            return jnp.block(
                [
                    [left.bend(weights * right.covariance), mixed],
                    [mixed.T, right.bend(weights * left.covariance)],
                ]
            )

        return KernelDerivatives(
            left.covariance * right.covariance,
            jnp.concatenate([left.rates * right.covariance, left.covariance * right.rates]),
            bend,
            left.has_scale,
        )
