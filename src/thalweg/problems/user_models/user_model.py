"""A model of the user's own as a problem: what the models of all libraries share."""

import abc
import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ..capabilities import Prediction
from ..loss_unit import unit_from
from ..output_kind import OutputKind
from ..problem import Problem
from ..symmetry import Symmetry
from ..trained_parameters import Arrays, vector_of
from .origin import Origin

_Model = TypeVar("_Model", bound="UserModel")

_MOST_IN_DIGITS = 10**15
"""Orders of symmetry groups up to which a name spells them out; Python converts none of 4,300 digits."""


class UserModel(Problem):
    """The loss of a model of the user's own, plus l2 · Σ θ² over all its parameters.

    It cannot be rebuilt from a file: a landscape knows it by its losses at fixed points, and the problem
    has to be passed in again. Symmetry is the exchange of units of any layer (and their sign flips) where
    a test shows that the loss does not change.

    Attributes:
        initial: the parameters [d] of the model as it was passed in.
        l2: weight of the squared norm.
        origin: where the model comes from.
        start_width: standard deviation of the normal random starts.
        invariant_directions: orthonormal directions [d k] along which the loss is constant; None for none.
        detected_symmetry: the group that a test of the loss confirmed, with the shifts along the
            invariant directions.
        probe_losses: losses at fixed points, by which a landscape recognises the model.
        predictor: outputs of the model from its arrays and inputs; None if there is no model.
        known_output_kind: what these outputs are; None where that is not known.
    """

    initial: Float[np.ndarray | Array, " d"]
    l2: Float[np.ndarray | Array, ""]
    origin: Origin = eqx.field(static=True)
    start_width: float = eqx.field(static=True)
    invariant_directions: Float[np.ndarray | Array, "d k"] | None = None
    detected_symmetry: Symmetry = eqx.field(static=True, default=Symmetry())
    probe_losses: tuple[str, ...] = eqx.field(static=True, default=())
    predictor: Callable[[list[Any], Any], Any] | None = eqx.field(static=True, default=None)
    known_output_kind: OutputKind | None = eqx.field(static=True, default=None)

    kind: ClassVar[str] = "user_model"
    makes_loss = Problem.makes_loss | {"model_loss"}

    @property
    def dimension(self) -> int:
        return self.origin.dimension

    @property
    def symmetry(self) -> Symmetry:
        return self.detected_symmetry

    @property
    def has_cheap_hessian(self) -> bool:
        return False

    @abc.abstractmethod
    def model_loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        """The user's loss at `x` [d], without the penalty."""

    def loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return self.model_loss(x) + jnp.asarray(self.l2) * jnp.sum(x * x)

    def zero_modes(self, x: Float[Array, " d"]) -> Float[Array, "d k"] | None:
        return None if self.invariant_directions is None else jnp.asarray(self.invariant_directions)

    @property
    def length_scale(self) -> float:
        """One unit, or the width of the starts where that is less."""
        return min(1.0, self.start_width)

    @property
    def loss_unit(self) -> float:
        return unit_from([float(loss) for loss in self.probe_losses])

    def start(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        return self.start_width * jax.random.normal(key, (self.dimension,))

    @property
    def start_law(self) -> str:
        return f"normal, {self.start_width:g}"

    def predict(self, x: Float[np.ndarray | Array, " d"], inputs: Any) -> Any:
        """Outputs of the user's model with the parameters `x` [d] for `inputs`.

        Raises:
            NotImplementedError: if the problem was made from a loss, not from a model.
        """
        return self._required_predictor()(
            self.origin.split(np.asarray(x, dtype=np.float64)), inputs
        )

    def _required_predictor(self) -> Callable[[list[Any], Any], Any]:
        if self.predictor is None:
            raise NotImplementedError(self._reason_for_no_outputs)
        return self.predictor

    @property
    def _reason_for_no_outputs(self) -> str:
        return (
            f"'{self.origin.label}' was made from a loss, so there is no model whose outputs could be "
            "predicted. Pass the model itself: from_torch, from_equinox, from_flax or "
            "from_sklearn_network; or predict=…, a function of parameters and inputs, and outputs=…, what "
            "it gives."
        )

    @property
    def prediction(self) -> Prediction | None:
        if self.output_kind is None:
            return None
        is_of_classes = self.output_kind.is_of_classes
        return Prediction.CLASS_PROBABILITIES if is_of_classes else Prediction.VALUES

    @property
    def output_kind(self) -> OutputKind | None:
        return None if self.predictor is None else self.known_output_kind

    def require_output_kind(self) -> OutputKind:
        """`output_kind`, where it is known.

        Raises:
            ValueError: if the problem was made from a loss, not from a model; or the loss does not show what
                the outputs are, and it was not said.
        """
        if self.predictor is None:
            raise ValueError(self._reason_for_no_outputs)
        if self.known_output_kind is None:
            raise ValueError(
                f"the loss of '{self.origin.label}' does not show what its outputs are. Say it when the "
                f"problem is made: outputs= one of {', '.join(map(repr, map(str, OutputKind)))}."
            )
        return self.known_output_kind

    def outputs(self, x: Float[np.ndarray, " d"], inputs: Any) -> np.ndarray:
        return np.asarray(self.predict(x, inputs))

    # ---- back to the user's model ---------------------------------------------------------------

    @property
    def framework(self) -> str:
        return self.origin.framework

    def to_model(self, x: Float[np.ndarray, " d"]) -> Any:
        arrays = self.origin.split(np.array(x, dtype=np.float64))
        return self.origin.rebuild(arrays)

    def _vector_of(self, arrays: Arrays) -> Float[np.ndarray, " d"]:
        return vector_of(arrays, {p.name: p.shape for p in self.origin.parameters})

    def coordinate_name(self, i: int) -> str:
        """The array of the model, and the place in it."""
        for parameter in self.origin.parameters:
            if i < parameter.size:
                where = ", ".join(str(k) for k in np.unravel_index(i, parameter.shape))
                return f"{parameter.name}[{where}]" if parameter.shape else parameter.name
            i -= parameter.size
        raise IndexError(f"coordinates are numbered from 0 to {self.dimension - 1}.")

    # ---- identity -------------------------------------------------------------------------------

    def choices(self) -> dict[str, Any]:
        return {
            "framework": self.origin.framework,
            "arrays": [[p.name, list(p.shape)] for p in self.origin.parameters],
            "start_width": self.start_width,
            "losses": list(self.probe_losses),
        }

    def unhashed_choices(self) -> dict[str, Any]:
        kind = self.known_output_kind
        return {} if kind is None else {"outputs": kind.value}

    def completed_by(self: _Model, stored: Mapping[str, Any]) -> _Model:
        told = stored.get("outputs")
        if self.known_output_kind is not None or told not in list(OutputKind):
            return self
        return dataclasses.replace(self, known_output_kind=OutputKind(told))

    def arrays(self) -> dict[str, np.ndarray]:
        return {"l2": np.asarray(self.l2)}

    @property
    def is_portable(self) -> bool:
        return False

    @property
    def name(self) -> str:
        order = self.symmetry.order
        if order > _MOST_IN_DIGITS:
            symmetry = f"10^{self.symmetry.log_order / math.log(10):.0f} symmetric images"
        elif order > 1:
            symmetry = f"{order} symmetric images"
        else:
            symmetry = "no symmetry found"
        if self.invariant_directions is not None:
            n = self.invariant_directions.shape[1]
            symmetry += f", loss constant in {n} of {self.dimension} directions"
        came_in = self.origin.precision
        precision = (
            "" if came_in == "float64" else f", computed in float64 (the model is {came_in})"
        )
        penalty = f", l2 {float(self.l2):g}" if float(self.l2) > 0 else ""
        return (
            f"{self.origin.label} ({self.origin.framework}), {self.dimension} parameters, "
            f"{symmetry}{penalty}{precision}"
        )
