"""Covariance functions of Gaussian processes, differentiable in all that they are made of.

A kernel is a choice, not numbers: its hyperparameters are a slice of the parameter vector, as natural
logarithms. Kernels add and multiply.
"""

import abc
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln
from jaxtyping import Array, Float

from .bessel import log_bessel_k

Bounds = tuple[float, float]
_LENGTHS: Bounds = (1e-2, 1e2)
_NEAREST = 1e-16
"""Squared scaled distance below which two points are one."""


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

    def choices(self) -> dict[str, Any]:
        return {"kernel": self.name, "bounds": list(self.bounds)}


@dataclass(frozen=True)
class _Stationary(Kernel):
    """A function of the scaled distance, with one length scale, or one for each input.

    Attributes:
        ard: whether every input has a length scale of its own.
        length_bounds: of every length scale.
    """

    ard: bool = True
    length_bounds: Bounds = _LENGTHS

    def hyperparameters(self, n_inputs: int) -> tuple[Hyperparameter, ...]:
        if not self.ard:
            return (Hyperparameter("length scale", self.length_bounds), *self._own())
        lengths = (
            Hyperparameter(f"length scale of input {k}", self.length_bounds)
            for k in range(1, n_inputs + 1)
        )
        return (*lengths, *self._own())

    def _own(self) -> tuple[Hyperparameter, ...]:
        """What it has besides length scales."""
        return ()

    def _squared_distances(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> tuple[Float[Array, "n m"], Float[Array, " own"]]:
        """Of all pairs in units of the length scales, and the other hyperparameters."""
        n = x.shape[1] if self.ard else 1
        weights = jnp.broadcast_to(jnp.exp(-2 * logs[:n]), (x.shape[1],))
        squares = jnp.zeros((len(x), len(z)))
        for k in range(x.shape[1]):
            squares = squares + weights[k] * (x[:, k, None] - z[None, :, k]) ** 2
        return squares, logs[n:]

    def choices(self) -> dict[str, Any]:
        return {"kernel": self.name, "ard": self.ard, "length_bounds": list(self.length_bounds)}


@dataclass(frozen=True)
class RBF(_Stationary):
    """exp(−r²/2): infinitely smooth."""

    name = "rbf"

    def covariance(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> Float[Array, "n m"]:
        return jnp.exp(-0.5 * self._squared_distances(logs, x, z)[0])


@dataclass(frozen=True)
class Matern(_Stationary):
    """2^{1−ν}/Γ(ν) (√(2ν) r)^ν K_ν(√(2ν) r) for any smoothness ν > 0.

    Half-integer ν up to 5/2 have closed forms.

    Attributes:
        nu: the smoothness, or bounds within which it is optimised.
    """

    nu: float | Bounds = 2.5
    name = "matern"

    def __init__(
        self, nu: float | Bounds = 2.5, ard: bool = True, length_bounds: Bounds = _LENGTHS
    ) -> None:
        fixed = np.atleast_1d(np.asarray(nu, dtype=np.float64))
        if fixed.shape not in ((1,), (2,)) or not np.all((fixed >= 0.05) & (fixed <= 50)):
            raise ValueError(
                f"nu must be a number from 0.05 to 50, or two of them as bounds; got {nu}. For a smoother "
                "process use RBF."
            )
        object.__setattr__(
            self, "nu", tuple(fixed.tolist()) if len(fixed) == 2 else float(fixed[0])
        )
        object.__setattr__(self, "ard", ard)
        object.__setattr__(self, "length_bounds", length_bounds)

    def _own(self) -> tuple[Hyperparameter, ...]:
        return (Hyperparameter("smoothness", self.nu),) if isinstance(self.nu, tuple) else ()

    def covariance(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> Float[Array, "n m"]:
        squares, own = self._squared_distances(logs, x, z)
        is_one = squares < _NEAREST
        # The distance has no derivative at zero, where the covariance is 1 whatever the parameters.
        r = jnp.sqrt(jnp.where(is_one, 1.0, squares))
        form = _MATERN.get(self.nu) if isinstance(self.nu, float) else None
        if form is not None:
            value = form(r)
        else:
            value = _general_matern(jnp.exp(own[0]) if len(own) else jnp.asarray(self.nu), r)
        return jnp.where(is_one, 1.0, value)

    def choices(self) -> dict[str, Any]:
        nu = list(self.nu) if isinstance(self.nu, tuple) else self.nu
        return {**super().choices(), "nu": nu}


_MATERN: Mapping[float, Callable[[Array], Array]] = {
    0.5: lambda r: jnp.exp(-r),
    1.5: lambda r: (1 + np.sqrt(3) * r) * jnp.exp(-np.sqrt(3) * r),
    2.5: lambda r: (1 + np.sqrt(5) * r + 5 / 3 * r * r) * jnp.exp(-np.sqrt(5) * r),
}


def _general_matern(nu: Float[Array, ""], r: Float[Array, "n m"]) -> Float[Array, "n m"]:
    scaled = jnp.sqrt(2 * nu) * r
    logs = (1 - nu) * jnp.log(2.0) - gammaln(nu) + nu * jnp.log(scaled) + log_bessel_k(nu, scaled)
    return jnp.exp(logs)


@dataclass(frozen=True)
class RationalQuadratic(_Stationary):
    """(1 + r²/2α)^−α: a mixture of RBFs of many length scales."""

    alpha_bounds: Bounds = (1e-2, 1e2)
    name = "rational_quadratic"

    def _own(self) -> tuple[Hyperparameter, ...]:
        return (Hyperparameter("alpha", self.alpha_bounds),)

    def covariance(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> Float[Array, "n m"]:
        squares, own = self._squared_distances(logs, x, z)
        alpha = jnp.exp(own[0])
        return jnp.exp(-alpha * jnp.log1p(squares / (2 * alpha)))

    def choices(self) -> dict[str, Any]:
        return {**super().choices(), "alpha_bounds": list(self.alpha_bounds)}


@dataclass(frozen=True)
class Periodic(Kernel):
    """exp(−2 Σ_k sin²(π |x_k − z_k|/p)/l²), of one period and one length scale."""

    length_bounds: Bounds = _LENGTHS
    period_bounds: Bounds = (1e-2, 1e2)
    name = "periodic"

    def hyperparameters(self, n_inputs: int) -> tuple[Hyperparameter, ...]:
        return (
            Hyperparameter("length scale", self.length_bounds),
            Hyperparameter("period", self.period_bounds),
        )

    def covariance(
        self,
        logs: Float[Array, " p"],
        x: Float[Array, "n inputs"],
        z: Float[Array, "m inputs"],
    ) -> Float[Array, "n m"]:
        phases = jnp.pi * (x[:, None] - z[None]) * jnp.exp(-logs[1])
        return jnp.exp(-2 * jnp.exp(-2 * logs[0]) * jnp.sum(jnp.sin(phases) ** 2, axis=2))

    def choices(self) -> dict[str, Any]:
        return {
            "kernel": self.name,
            "length_bounds": list(self.length_bounds),
            "period_bounds": list(self.period_bounds),
        }


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


@dataclass(frozen=True)
class Product(_Pair):
    """The product of two kernels."""

    name = "product"

    @staticmethod
    def join(left: Array, right: Array) -> Array:
        return left * right


KERNELS: dict[str, type[Kernel]] = {
    kind.name: kind for kind in (Constant, RBF, Matern, RationalQuadratic, Periodic, Sum, Product)
}


def from_choices(choices: Mapping[str, Any]) -> Kernel:
    """The kernel whose `choices` these are.

    Raises:
        ValueError: for a kernel that is not known.
    """
    options = {name: value for name, value in choices.items() if name != "kernel"}
    kind = choices.get("kernel")
    if kind not in KERNELS:
        raise ValueError(f"kernel must be one of {', '.join(KERNELS)}, got {kind!r}.")
    for name, value in options.items():
        if isinstance(value, Mapping):
            options[name] = from_choices(value)
        elif isinstance(value, list):
            options[name] = tuple(value)
    return KERNELS[kind](**options)
