"""Families of problems that differ in one parameter, along which stationary points are followed."""

import abc

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ..precision import as_float64
from .fixed_coordinate import FixedCoordinate
from .problem import Problem


class OneParameterFamily(eqx.Module):
    """A problem for each value of a parameter, differentiable in it.

    A stationary point is followed in steps of a position along the family: the value of the parameter, or
    its logarithm.
    """

    @abc.abstractmethod
    def problem_at(self, value: Float[Array, ""] | float) -> Problem:
        """The problem at a value of the parameter, in natural units."""

    @property
    @abc.abstractmethod
    def label(self) -> str:
        """What is varied."""

    @property
    def is_logarithmic(self) -> bool:
        """Whether steps are measured in the logarithm of the parameter."""
        return False

    def value(self, position: Float[Array, ""] | float) -> Float[Array, ""]:
        """The value of the parameter, in natural units, at a position along the family."""
        return jnp.exp(position) if self.is_logarithmic else jnp.asarray(position)

    def gradient_and_rate(
        self, x: Float[Array, " d"], position: Float[Array, ""]
    ) -> tuple[Float[Array, " d"], Float[Array, " d"]]:
        """∇L [d] at `x` [d], and its derivative in the position [d]."""

        def gradient(t: Float[Array, ""]) -> Float[Array, " d"]:
            return self.problem_at(self.value(t)).value_and_gradient(x)[1]

        return jax.jvp(gradient, (position,), (jnp.ones_like(position),))

    def reduced(self) -> "OneParameterFamily":
        """The family in the coordinates that are searched (`Problem.reduction`)."""
        return self


class ParameterFamily(OneParameterFamily):
    """A problem with one of its own positive parameters varied: l2 of a network, nu of a Matérn kernel.

    Attributes:
        problem: for one value of the parameter.
        parameter: its name, one of `problem.parameters`.

    Raises:
        ValueError: if the problem has no such parameter.
    """

    problem: Problem
    parameter: str = eqx.field(static=True)

    def __check_init__(self) -> None:
        names = self.problem.parameters
        if self.parameter not in names:
            raise ValueError(
                f"{self.problem.name} has no parameter {self.parameter!r} to follow; "
                + (f"it has {', '.join(names)}." if names else "it has none.")
            )

    @property
    def label(self) -> str:
        return self.parameter

    def problem_at(self, value: Float[Array, ""] | float) -> Problem:
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

    def problem_at(self, value: Float[Array, ""] | float) -> Problem:
        return FixedCoordinate(self.problem, as_float64(value), self.index)
