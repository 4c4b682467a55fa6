"""A problem with one of its coordinates held fixed."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from .bounds import Bounds
from .forwarding import ForwardingProblem
from .own_word import DERIVATIVES, is_own_word, own_word
from .problem import Problem, StartLaw
from .registry import from_record, register

_VALUE = "held value"
"""Name of the fixed value among the arrays of a record."""


@register
class FixedCoordinate(ForwardingProblem):
    """`problem` over all coordinates but one, which is held at `value`.

    The value is an array, so that a jitted search serves every value, and derivatives in it exist.

    Attributes:
        problem: (inherited) over d + 1 coordinates.
        value: of the coordinate that is held.
        index: which one.
    """

    value: Float[np.ndarray | Array, ""]
    index: int = eqx.field(static=True)

    kind = "held"

    @property
    def dimension(self) -> int:
        return self.problem.dimension - 1

    def full_point(self, x: Float[Array, " d"]) -> Float[Array, " d_plus_1"]:
        """The point [d + 1] of the full problem at `x` [d]."""
        value = jnp.asarray(self.value)[None]
        return jnp.concatenate([x[: self.index], value, x[self.index :]])

    @property
    def _free(self) -> Int[np.ndarray, " d"]:
        """Indices [d] of the coordinates that are not held."""
        return np.delete(np.arange(self.problem.dimension), self.index)

    # ---- derivatives ----------------------------------------------------------------------------

    def loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return self.problem.loss(self.full_point(x))

    def value_and_gradient(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        value, gradient = self.problem.value_and_gradient(self.full_point(x))
        return value, gradient[self._free]

    def value_gradient_hessian_noise(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"], Float[Array, ""]]:
        free = self._free
        value, gradient, hessian, noise = self.problem.value_gradient_hessian_noise(
            self.full_point(x)
        )
        return value, gradient[free], hessian[free[:, None], free[None]], noise

    def gradient_noise(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return self.problem.gradient_noise(self.full_point(x))

    # ---- proofs ---------------------------------------------------------------------------------

    @property
    def has_true_derivatives(self) -> bool:
        return is_own_word(self.problem, "has_true_derivatives", DERIVATIVES)

    def as_defined(self) -> "FixedCoordinate":
        return self._of(own_word(self.problem, "as_defined", lambda: self.problem)())

    def without_switches(self) -> "FixedCoordinate":
        return self._of(own_word(self.problem, "without_switches", lambda: self.problem)())

    def _of(self, problem: Problem) -> "FixedCoordinate":
        return self if problem is self.problem else dataclasses.replace(self, problem=problem)

    # ---- bounds, scale and starts ---------------------------------------------------------------

    @property
    def bounds(self) -> Bounds | None:
        if self.problem.bounds is None:
            return None
        lower, upper = self.problem.bounds
        return lower[self._free], upper[self._free]

    @property
    def loss_unit(self) -> float:
        return self.problem.loss_unit

    @property
    def rms_tolerance(self) -> float:
        return self.problem.rms_tolerance

    def start(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        return self.problem.start(key)[self._free]

    @property
    def start_laws(self) -> Mapping[str, StartLaw]:
        further = dict(self.problem.start_laws)
        further.pop(self.problem.start_law, None)
        return {
            self.start_law: self.start,
            **{name: self._with_free_alone(draw) for name, draw in further.items()},
        }

    def _with_free_alone(self, draw: StartLaw) -> StartLaw:
        return lambda key: draw(key)[self._free]

    def coordinate_name(self, i: int) -> str:
        return self.problem.coordinate_name(int(self._free[i]))

    # ---- identity -------------------------------------------------------------------------------

    def choices(self) -> dict[str, Any]:
        return {"kind": self.problem.kind, "of": self.problem.choices(), "index": self.index}

    def unhashed_choices(self) -> dict[str, Any]:
        return {"unhashed": self.problem.unhashed_choices()}

    def arrays(self) -> dict[str, np.ndarray]:
        return {**self.problem.arrays(), _VALUE: np.asarray(self.value)}

    @property
    def is_portable(self) -> bool:
        return super().is_portable and self.problem.is_portable

    @property
    def name(self) -> str:
        return f"{self.problem.name}, coordinate {self.index} held at {float(self.value):g}"

    @classmethod
    def from_record(
        cls, choices: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
    ) -> "FixedCoordinate":
        inner = {name: array for name, array in arrays.items() if name != _VALUE}
        problem = from_record(
            choices["kind"], {**choices["of"], **choices.get("unhashed", {})}, inner
        )
        return cls(problem, arrays[_VALUE], choices["index"])
