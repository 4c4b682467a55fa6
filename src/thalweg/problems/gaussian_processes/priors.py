"""Prior densities of hyperparameters, as models fitted elsewhere bring them."""

import abc
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import jax.numpy as jnp
from jax.scipy.stats import gamma, norm
from jaxtyping import Array, Float


@dataclass(frozen=True)
class Prior(abc.ABC):
    """A density over the value of a hyperparameter, in natural units."""

    name: ClassVar[str]

    @abc.abstractmethod
    def log_density(self, value: Float[Array, ""]) -> Float[Array, ""]:
        """ln p(value), up to a constant."""


@dataclass(frozen=True)
class Gamma(Prior):
    """Density ∝ v^(a−1) exp(−b v).

    Attributes:
        concentration: a.
        rate: b.
    """

    concentration: float
    rate: float
    name = "gamma"

    def log_density(self, value: Float[Array, ""]) -> Float[Array, ""]:
        return gamma.logpdf(value, self.concentration, scale=1 / self.rate)


@dataclass(frozen=True)
class Normal(Prior):
    """Normal density of the value itself.

    Attributes:
        mean: of the value.
        width: its standard deviation.
    """

    mean: float
    width: float
    name = "normal"

    def log_density(self, value: Float[Array, ""]) -> Float[Array, ""]:
        return norm.logpdf(value, self.mean, self.width)


@dataclass(frozen=True)
class LogNormal(Prior):
    """Density of a value whose logarithm is normal.

    Attributes:
        mean: of the logarithm.
        width: its standard deviation.
    """

    mean: float
    width: float
    name = "log_normal"

    def log_density(self, value: Float[Array, ""]) -> Float[Array, ""]:
        logarithm = jnp.log(value)
        return norm.logpdf(logarithm, self.mean, self.width) - logarithm


@dataclass(frozen=True)
class HalfCauchy(Prior):
    """Density ∝ 1/(1 + (v/s)²) of a positive value.

    Attributes:
        scale: s.
    """

    scale: float
    name = "half_cauchy"

    def log_density(self, value: Float[Array, ""]) -> Float[Array, ""]:
        return -jnp.log1p((value / self.scale) ** 2)


PRIORS: dict[str, type[Prior]] = {
    kind.name: kind for kind in (Gamma, Normal, LogNormal, HalfCauchy)
}
"""Class of each prior, by its name in files."""

PriorOf = tuple[int, Prior]
"""A hyperparameter, by its place in the parameter vector, and its prior."""


def negative_log_priors(priors: Sequence[PriorOf], x: Float[Array, " d"]) -> Float[Array, ""]:
    """−Σ ln p(θ_k) for the logarithms `x` [d] of the hyperparameters, up to a constant.

    Densities are those of the values, not of their logarithms: a change of variables would move the optimum.
    """
    return -sum((prior.log_density(jnp.exp(x[k])) for k, prior in priors), start=jnp.zeros(()))


def prior_choices(priors: Sequence[PriorOf]) -> list[dict[str, Any]]:
    """The priors as JSON-serialisable values."""
    return [
        {"coordinate": k, "prior": prior.name, **dataclasses.asdict(prior)} for k, prior in priors
    ]


def priors_from_choices(choices: Sequence[Mapping[str, Any]]) -> tuple[PriorOf, ...]:
    """The priors whose `prior_choices` these are."""
    return tuple(
        (
            int(one["coordinate"]),
            PRIORS[one["prior"]](
                **{name: v for name, v in one.items() if name not in ("coordinate", "prior")}
            ),
        )
        for one in choices
    )
