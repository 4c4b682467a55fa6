"""A module rewritten as JAX operations by torch2jax."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from torch import nn

from ....precision import with_float64
from ..jax_model import JaxModel
from .host import TorchHost
from .module_loss import ModuleLoss, TorchLoss
from .operations import more_operations
from .tensors import to_numpy

_AGREEMENT = 1e-10
"""Relative difference up to which the rewritten loss and PyTorch's agree."""


@with_float64
def bridged_model(module_loss: ModuleLoss, fields: dict[str, Any]) -> JaxModel | None:
    """The problem as JAX operations; None where torch2jax does not know an operation.

    Args:
        module_loss: the loss in PyTorch.
        fields: what the problem shares with one that calls PyTorch, by the names of `UserModel`.
    """
    names = module_loss.names
    fixed_state = {
        k: to_numpy(v) for k, v in module_loss.module.state_dict().items() if k not in names
    }
    outputs = partial(_outputs, module_loss.module, fixed_state, names)
    model = JaxModel(
        **fields,
        predictor=outputs,
        data=tuple(to_numpy(a) for a in module_loss.data),
        function=partial(_loss_of_outputs, outputs, module_loss.loss),
    )
    try:
        jax.make_jaxpr(model.loss)(model.initial)
    except Exception:
        # torch2jax raises whatever its own code meets: any of it means that an operation is unknown.
        return None
    return model


@with_float64
def agrees(model: JaxModel, host: TorchHost) -> bool:
    """Whether JAX and PyTorch give the same loss and gradient at a random point."""
    x = 0.3 * np.random.default_rng(20_263).normal(size=model.dimension)
    value, gradient = (
        np.asarray(a) for a in jax.jit(jax.value_and_grad(model.model_loss))(jnp.asarray(x))
    )
    values, gradients = host.evaluate(x[None])
    scale = np.abs(gradients).max() + 1e-3
    return bool(
        abs(value - values[0]) <= _AGREEMENT * (1 + abs(values[0]))
        and np.abs(gradient - gradients[0]).max() <= _AGREEMENT * scale
    )


def _outputs(
    module: nn.Module,
    fixed_state: dict[str, np.ndarray],
    names: tuple[str, ...],
    arrays: list[Any],
    *inputs: Any,
) -> Any:
    """What the module gives for the inputs, as JAX operations."""
    from torch2jax import t2j

    state = {k: jnp.asarray(v) for k, v in fixed_state.items()}
    state |= dict(zip(names, arrays, strict=True))
    with more_operations():
        return t2j(module)(*(jnp.asarray(a) for a in inputs), state_dict=state)


def _loss_of_outputs(
    outputs: Callable[..., Any], loss: TorchLoss, arrays: list[Any], *data: Any
) -> Any:
    from torch2jax import t2j

    values = outputs(arrays, *data[:-1])
    with more_operations():
        if not isinstance(loss, nn.Module):
            return t2j(loss)(values, jnp.asarray(data[-1]))
        # Class weights are buffers.
        state = {k: jnp.asarray(to_numpy(v)) for k, v in loss.state_dict().items()}
        return t2j(loss)(values, jnp.asarray(data[-1]), state_dict=state)
