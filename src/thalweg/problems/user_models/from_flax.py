"""A Flax module, of the Linen or the NNX kind, as a problem."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..output_kind import OutputKind
from .jax_model import JaxModel
from .parameter_tree import ParameterTree, PyTree, model_of_outputs


def from_flax(
    model: Any,
    loss: Callable[[Any, Any], Any],
    data: tuple[Any, Any],
    *,
    variables: Mapping[str, Any] | None = None,
    arguments: Mapping[str, Any] | None = None,
    l2: float = 0.0,
    start_width: float = 1.0,
    outputs: OutputKind | str | None = None,
) -> JaxModel:
    """The landscape of a Flax module, of the Linen or the NNX kind, over `data`.

    Args:
        model: the module.
        loss: `loss(outputs, targets)`, a scalar.
        data: inputs and targets.
        variables: for a Linen module, what its `init` gave; collections other than `params` are fixed.
        arguments: keyword arguments of every call, such as `{"train": False}`.
        l2: weight of a squared norm that is added; none by default.
        start_width: standard deviation of the random starts.
        outputs: what the module gives: "logits", "log_probabilities", "probabilities", "binary_logit" or
            "binary_probability" (of the second of two classes, one number a row), "values". Metrics need
            it. By default what a test of the loss shows; nothing else depends on it.

    Raises:
        ValueError: as `from_jax`; also for a Linen module without variables, or a module that is random
            or changes its state when it is called.
    """
    from flax import linen, nnx

    keywords = dict(arguments or {})
    if isinstance(model, nnx.Module):
        tree, model_outputs = _of_nnx(model, data, keywords)
    elif isinstance(model, linen.Module):
        tree, model_outputs = _of_linen(model, variables, keywords)
    else:
        raise ValueError(
            f"model must be a Flax module, got {type(model).__name__}. For other models use from_jax."
        )
    return model_of_outputs(
        model_outputs, loss, tree, data, l2=l2, start_width=start_width, output_kind=outputs
    )


Outputs = Callable[[PyTree, Any], Any]


# ---- NNX -------------------------------------------------------------------------------------------


def _of_nnx(
    model: Any, data: tuple[Any, Any], keywords: Mapping[str, Any]
) -> tuple[ParameterTree, Outputs]:
    from flax import nnx

    definition, params, state = nnx.split(model, nnx.Param, ...)  # type: ignore[misc]
    rebuild = partial(_merge, definition, state)
    _check_stateless(rebuild(params), data[0], keywords)
    tree = ParameterTree("flax", type(model).__name__, params, rebuild)
    return tree, partial(_nnx_outputs, definition, state, keywords)


def _merge(definition: Any, state: PyTree, params: PyTree) -> Any:
    from flax import nnx

    return nnx.merge(definition, params, state)


def _nnx_outputs(
    definition: Any, state: PyTree, keywords: Mapping[str, Any], params: PyTree, inputs: Any
) -> Any:
    return _merge(definition, state, params)(inputs, **keywords)


def _check_stateless(model: Any, inputs: Any, keywords: Mapping[str, Any]) -> None:
    """Refuse an NNX module that is not the same after a call: dropout draws, batch norm averages."""
    before = _state_bytes(model)
    model(jnp.asarray(inputs), **keywords)
    if _state_bytes(model) != before:
        raise ValueError(
            "the module changes when it is called (dropout or batch norm in training mode), so that its "
            "loss is no function of its parameters. Call model.eval() first."
        )


def _state_bytes(model: Any) -> list[bytes]:
    from flax import nnx

    return [np.asarray(_key_numbers(a)).tobytes() for a in jax.tree.leaves(nnx.state(model))]


def _key_numbers(array: Any) -> Any:
    """A random key as the numbers behind it; other arrays as they are."""
    is_key = jnp.issubdtype(array.dtype, jax.dtypes.prng_key)
    return jax.random.key_data(array) if is_key else array


# ---- Linen -----------------------------------------------------------------------------------------


def _of_linen(
    model: Any, variables: Mapping[str, Any] | None, keywords: Mapping[str, Any]
) -> tuple[ParameterTree, Outputs]:
    if variables is None or "params" not in variables:
        raise ValueError(
            "a Linen module does not hold its parameters: pass variables=model.init(key, inputs)."
        )
    collections = {name: value for name, value in variables.items() if name != "params"}
    rebuild = partial(_linen_variables, collections)
    tree = ParameterTree("flax", type(model).__name__, variables["params"], rebuild)
    return tree, partial(_linen_outputs, model, collections, keywords)


def _linen_variables(collections: Mapping[str, Any], params: PyTree) -> dict[str, Any]:
    return {**collections, "params": params}


def _linen_outputs(
    model: Any,
    collections: Mapping[str, Any],
    keywords: Mapping[str, Any],
    params: PyTree,
    inputs: Any,
) -> Any:
    return model.apply(_linen_variables(collections, params), inputs, **keywords)
