"""Problems that differ in one number: what a stationary point is followed through."""

import abc

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ..precision import as_float64
from .fixed_coordinate import FixedCoordinate
from .problem import Problem


class OneParameterFamily(eqx.Module):
    """A problem for each value of a parameter, differentiable in it."""

    @abc.abstractmethod
    def at(self, value: Float[Array, ""] | float) -> Problem:
        """The problem at a value of the parameter, in natural units."""

    @property
    @abc.abstractmethod
    def label(self) -> str:
        """What is varied."""

    @property
    def is_logarithmic(self) -> bool:
        """Whether steps are measured in the logarithm of the parameter."""
        return False

    def value(self, place: Float[Array, ""] | float) -> Float[Array, ""]:
        """The parameter in natural units where steps have led to `place`."""
        return jnp.exp(place) if self.is_logarithmic else jnp.asarray(place)

    def gradient_and_rate(
        self, x: Float[Array, " d"], place: Float[Array, ""]
    ) -> tuple[Float[Array, " d"], Float[Array, " d"]]:
        """∇L [d] at `x` [d], and its derivative in `place` [d]."""

        def gradient(at: Float[Array, ""]) -> Float[Array, " d"]:
            return self.at(self.value(at)).value_and_gradient(x)[1]

        return jax.jvp(gradient, (place,), (jnp.ones_like(place),))

    def reduced(self) -> "OneParameterFamily":
        """The family in the coordinates that are searched."""
        return self


class ParameterFamily(OneParameterFamily):
    """A problem with one of its own positive parameters varied: l2 of a network, nu of a Matérn kernel.

    Raises:
        ValueError: if the problem has no such parameter.
    """

    problem: Problem
    parameter: str = eqx.field(static=True)

    def __check_init__(self) -> None:
        known = self.problem.parameters
        if self.parameter not in known:
            raise ValueError(
                f"{self.problem.name} has no parameter {self.parameter!r} to follow; "
                + (f"it has {', '.join(known)}." if known else "it has none.")
            )

    @property
    def label(self) -> str:
        return self.parameter

    def at(self, value: Float[Array, ""] | float) -> Problem:
        return self.problem.with_parameter(self.parameter, value)

    @property
    def is_logarithmic(self) -> bool:
        return True

    def reduced(self) -> "ParameterFamily":
        return ParameterFamily(self.problem.reduction().problem, self.parameter)


class CoordinateFamily(OneParameterFamily):
    """A problem with one of its coordinates taken for the parameter, as in `Function` of (x, p).

    Attributes:
        problem: over d + 1 coordinates.
        index: which of them is the parameter.
        parameter: its name.
    """

    problem: Problem
    index: int = eqx.field(static=True)
    parameter: str = eqx.field(static=True, default="parameter")

    @property
    def label(self) -> str:
        return self.parameter

    def at(self, value: Float[Array, ""] | float) -> Problem:
        return FixedCoordinate(self.problem, as_float64(value), self.index)
