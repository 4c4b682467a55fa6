"""A loss made of JAX operations as a problem."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ...precision import with_float64
from ..operation_count import loss_operations
from ..smoothness.breaks import breaks
from ..smoothness.warning import warn_of_breaks
from ..tracing import traced_scalar
from .user_model import UserModel
from .validation import validated_model

_N_TRIALS = 8
"""Random points between which operations that may not be smooth are tried."""

_OPERATIONS_AT_ONCE = 8e6
"""Of losses: of columns of a Hessian that are computed together, so that their arrays stay near the cache.

All at once, with ten thousand rows of data and hundreds of parameters, need more memory than there is.
"""

_SMOOTH = "A smooth activation (softplus, gelu, tanh) or loss has"


class JaxModel(UserModel):
    """A loss made of JAX operations; derivatives come from automatic differentiation.

    Attributes:
        data: arrays that the loss takes besides the parameters.
        function: scalar loss of the list of arrays and the data.
    """

    data: tuple[Any, ...] = eqx.field(kw_only=True)
    function: Callable[..., Any] = eqx.field(static=True, kw_only=True)

    def model_loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return jnp.asarray(self.model_loss_of_vector(x)).reshape(())

    def model_loss_of_vector(self, x: Float[Array, " d"]) -> Any:
        """What the user's function returns for the parameter vector `x` [d]."""
        return self.function(self.origin.split(x), *self.data)

    def value_gradient_hessian(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"]]:
        d = self.dimension
        n_columns = int(np.clip(_OPERATIONS_AT_ONCE / loss_operations(self), 1, d))
        if n_columns == d:
            return super().value_gradient_hessian(x)
        (value, gradient), product = jax.linearize(self.value_and_gradient, x)
        blocks = jnp.eye(-(-d // n_columns) * n_columns, d).reshape(-1, n_columns, d)
        rows = jax.lax.map(jax.vmap(lambda v: product(v)[1]), blocks)
        return value, gradient, rows.reshape(-1, d)[:d]

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


@with_float64
def validated_jax_model(model: JaxModel, *, remedy: str = _SMOOTH) -> JaxModel:
    """As `validated_model`, after a look at the program of the loss.

    Args:
        model: as it was made.
        remedy: what would be smooth in place of the operations that a warning names.

    Raises:
        ValueError: if JAX cannot trace the loss, or it is not one number computed in float64.
    """
    traced_scalar(
        model.model_loss_of_vector,
        np.asarray(model.initial),
        label=f"the loss of {model.origin.label}",
        hint="Check the shapes of inputs, targets and parameters; a model in training mode may want a "
        "random key.",
    )
    validated = validated_model(model)
    draws = np.random.default_rng(20_266).normal(size=(_N_TRIALS, model.dimension))
    parts = breaks(model.model_loss, min(model.start_width, 1.0) * draws)
    warn_of_breaks(parts.of_gradient, parts.of_loss, remedy=remedy, stacklevel=4)
    return validated
