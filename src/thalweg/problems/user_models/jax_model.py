"""A loss made of JAX operations as a problem."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr
from jaxtyping import Array, Float

from ...precision import with_float64
from .user_model import UserModel

_NARROW = ("float32", "float16", "bfloat16")


class JaxModel(UserModel):
    """A loss made of JAX operations; derivatives come from automatic differentiation.

    Attributes:
        data: arrays that the loss takes besides the parameters.
        function: scalar loss of the list of arrays and the data.
    """

    data: tuple[Any, ...] = eqx.field(kw_only=True)
    function: Callable[..., Any] = eqx.field(static=True, kw_only=True)

    def model_loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return jnp.asarray(self.function(self.origin.split(x), *self.data)).reshape(())

    @with_float64
    def predict(self, x: Float[np.ndarray | Array, " d"], inputs: Any) -> Any:
        """As `UserModel.predict`; may be traced by JAX."""
        outputs = self.traced_outputs(x, inputs)
        return outputs if isinstance(outputs, jax.core.Tracer) else np.asarray(outputs)

    def traced_outputs(self, x: Float[np.ndarray | Array, " d"], inputs: Any) -> Any:
        """Outputs of the model with the parameters `x` [d] for `inputs`, as JAX operations."""
        predictor = self._required_predictor()
        return predictor(self.origin.split(jnp.asarray(x)), jnp.asarray(inputs))

    @with_float64
    def outputs(self, x: Float[np.ndarray, " d"], inputs: Any) -> np.ndarray:
        return np.asarray(_compiled_outputs(self, jnp.asarray(x), jnp.asarray(inputs)))


@jax.jit
def _compiled_outputs(model: JaxModel, x: Float[Array, " d"], inputs: Array) -> Array:
    outputs: Array = model.traced_outputs(x, inputs)
    return outputs


def check_traceable(model: JaxModel) -> None:
    """Raise ValueError unless JAX can trace the loss, and it is one number computed in float64."""
    label = model.origin.label
    try:
        traced_function = jax.make_jaxpr(
            lambda x: model.function(model.origin.split(x), *model.data), return_shape=True
        )
        jaxpr, shape = traced_function(model.initial)
    except Exception as error:
        raise ValueError(
            f"{label} cannot be traced by JAX with these parameters and data: {error} Check the shapes of "
            "inputs, targets and parameters; a model in training mode may want a random key."
        ) from error
    if getattr(shape, "shape", None) not in ((), (1,)):
        raise ValueError(
            f"the loss of {label} must be one number, got shape {getattr(shape, 'shape', shape)}. Take a "
            "mean or a sum."
        )
    if shape.dtype != jnp.float64 or _narrows(jaxpr.jaxpr):
        raise ValueError(
            f"{label} calculates in single precision inside, where no gradient reaches 1e-10. Take out "
            "conversions to float32 (dtype=…, astype) from the model and the loss."
        )


def _narrows(jaxpr: Jaxpr) -> bool:
    """Whether any operation turns a double into a narrower number."""
    for equation in jaxpr.eqns:
        if equation.primitive.name == "convert_element_type":
            before: Any = equation.invars[0].aval
            after: Any = equation.outvars[0].aval
            if before.dtype == jnp.float64 and after.dtype.name in _NARROW:
                return True
        inner = [v for p in equation.params.values() for v in (p if isinstance(p, tuple) else (p,))]
        if any(_narrows(v.jaxpr) for v in inner if isinstance(v, ClosedJaxpr)):
            return True
        if any(_narrows(v) for v in inner if isinstance(v, Jaxpr)):
            return True
    return False
