"""Covariance functions: their base class, sums and products.

A kernel is a choice, not numbers: its hyperparameters are a slice of the parameter vector, as natural
logarithms. A new one is a frozen dataclass with a `name`, `hyperparameters` and `covariance`; derivatives and
the record have defaults. `registry.register` lets landscape files rebuild it.
"""

import abc
import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import block_diag
from jaxtyping import Array, Float

from ...numbers import Real, real_number
from ..bounds import validated_bounds

Interval = tuple[float, float]
"""Lower and upper bound of a hyperparameter, in natural units."""
IntervalLike = Sequence[Real] | np.ndarray
"""An interval as people write it: two numbers of any library."""
LENGTHS: Interval = (1e-2, 1e2)


def as_interval(bounds: IntervalLike | Real, name: str) -> Interval:
    """Two numbers of any library as Python's.

    Raises:
        ValueError: if they are not two finite numbers.
    """
    numbers = tuple(bounds) if isinstance(bounds, Sequence | np.ndarray) else ()
    if len(numbers) != 2:
        raise ValueError(f"{name} must be two numbers, the lower one first, got {bounds!r}.")
    return real_number(numbers[0], name), real_number(numbers[1], name)


def _as_intervals(bounds: Any, name: str) -> Interval | tuple[Interval, ...]:
    """One pair of bounds, or a pair for each of several hyperparameters."""
    if np.ndim(bounds) == 2:
        return tuple(as_interval(pair, name) for pair in bounds)
    return as_interval(bounds, name)


@dataclass(frozen=True)
class Hyperparameter:
    """One coordinate of a landscape of marginal likelihoods.

    Attributes:
        name: for people, as "length scale of input 2".
        bounds: lower and upper bound, in natural units.
        keeps_bounds: whether the kernel is not known beyond the bounds, so that they hold even where a
            prior makes others unnecessary.
    """

    name: str
    bounds: Interval
    keeps_bounds: bool = False

    def __post_init__(self) -> None:
        validated_bounds(self.bounds, 1, name=f"bounds of {self.name}", must_be_positive=True)


@dataclass(frozen=True, eq=False)
class KernelDerivatives:
    """A covariance matrix of n points with its derivatives in the p logarithms of the hyperparameters.

    Attributes:
        covariance: K [n n].
        gradient: ∂ᵢK [p n n].
        contracted_hessian: for weights W [n n], the contraction ⟨W, ∂ᵢⱼK⟩ [p p]: second derivatives of a
            matrix are many, and the Hessian of a likelihood needs just this of them.
        has_scale: whether ∂₁K is K itself, as where a variance stands in front.
    """

    covariance: Float[Array, "n n"]
    gradient: Float[Array, "p n n"]
    contracted_hessian: Callable[[Float[Array, "n n"]], Float[Array, "p p"]]
    has_scale: bool = False


class Kernel(abc.ABC):
    """A covariance function k(x, x'), of unit variance unless it says that it has a variance."""

    name: ClassVar[str]
    """Name in files and configurations; every class has its own."""
    has_variance: ClassVar[bool] = False
    """Whether a variance is among its hyperparameters: a Gaussian process multiplies others by one."""

    def __post_init__(self) -> None:
        # Every kernel is a frozen dataclass; of its fields those that hold bounds are named so.
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            if field.name.endswith("bounds"):
                bounds = _as_intervals(getattr(self, field.name), field.name)
                object.__setattr__(self, field.name, bounds)

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
        """K(x, x) with its derivatives in `logs` [p]; by automatic differentiation by default."""

        def matrix(y: Float[Array, " p"]) -> Float[Array, "n n"]:
            return self.covariance(y, x, x)

        return KernelDerivatives(
            matrix(logs),
            jnp.moveaxis(jax.jacfwd(matrix)(logs), -1, 0),
            lambda weights: jax.hessian(lambda y: jnp.sum(weights * matrix(y)))(logs),
        )

    def choices(self) -> dict[str, Any]:
        """All that `from_choices` needs, as JSON-serialisable values; the fields of a dataclass by default.

        Raises:
            TypeError: for a kernel that is no dataclass.
        """
        if not dataclasses.is_dataclass(self):
            raise TypeError(
                f"{type(self).__name__} is not a dataclass; make it one (frozen), or override choices()."
            )
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {"kernel": self.name, **{name: _plain(value) for name, value in values.items()}}

    def parts(self) -> Iterator["Kernel"]:
        """The kernels that it is made of: itself, unless it is a sum or a product."""
        yield self

    @property
    def smoothness(self) -> float | Interval | None:
        """The smoothness ν, or its bounds where it is optimised; None for a kernel without."""
        return None

    def free_smoothness(self) -> "Kernel":
        """The kernel with every smoothness ν a hyperparameter."""
        return self

    def __add__(self, other: "Kernel") -> "Kernel":
        return Sum(self, other)

    def __mul__(self, other: "Kernel") -> "Kernel":
        return Product(self, other)


@dataclass(frozen=True)
class _Pair(Kernel):
    """Two kernels, whose hyperparameters stand one after the other."""

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

    def _members_derivatives(
        self, logs: Float[Array, " p"], x: Float[Array, "n inputs"]
    ) -> tuple[KernelDerivatives, KernelDerivatives]:
        n = len(self.left.hyperparameters(x.shape[1]))
        return self.left.derivatives(logs[:n], x), self.right.derivatives(logs[n:], x)

    def free_smoothness(self) -> Kernel:
        return type(self)(self.left.free_smoothness(), self.right.free_smoothness())

    def parts(self) -> Iterator[Kernel]:
        return itertools.chain(self.left.parts(), self.right.parts())


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
        left, right = self._members_derivatives(logs, x)
        return KernelDerivatives(
            left.covariance + right.covariance,
            jnp.concatenate([left.gradient, right.gradient]),
            lambda weights: block_diag(
                left.contracted_hessian(weights), right.contracted_hessian(weights)
            ),
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
        left, right = self._members_derivatives(logs, x)

        def contracted_hessian(weights: Float[Array, "n n"]) -> Float[Array, "p p"]:
            mixed_hessian = jnp.einsum("iab,jab->ij", left.gradient, weights * right.gradient)
            return jnp.block(
                [
                    [left.contracted_hessian(weights * right.covariance), mixed_hessian],
                    [mixed_hessian.T, right.contracted_hessian(weights * left.covariance)],
                ]
            )

        return KernelDerivatives(
            left.covariance * right.covariance,
            jnp.concatenate([left.gradient * right.covariance, left.covariance * right.gradient]),
            contracted_hessian,
            left.has_scale,
        )


def _plain(value: Any) -> Any:
    """A value in a form that JSON can hold."""
    if isinstance(value, Kernel):
        return value.choices()
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
