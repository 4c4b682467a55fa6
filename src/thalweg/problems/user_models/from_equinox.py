"""An Equinox module as a problem."""

from collections.abc import Callable
from functools import partial
from typing import Any

import equinox as eqx
import jax

from ..output_kind import OutputKind
from .jax_model import JaxModel
from .parameter_tree import ParameterTree, PyTree, model_of_outputs


def from_equinox(
    model: eqx.Module,
    loss: Callable[[Any, Any], Any],
    data: tuple[Any, Any],
    *,
    is_batched: bool = False,
    l2: float = 0.0,
    start_width: float = 1.0,
    outputs: OutputKind | str | None = None,
) -> JaxModel:
    """The landscape of an Equinox module over `data`, a pair of inputs and targets.

    Args:
        model: its floating-point arrays are the parameters.
        loss: `loss(outputs, targets)`, a scalar.
        data: inputs and targets.
        is_batched: whether the model takes all inputs at once; by default it takes one, and is mapped.
        l2: weight of a squared norm that is added; none by default.
        start_width: standard deviation of the random starts.
        outputs: what the module gives: "logits", "log_probabilities", "probabilities", "binary_logit" or
            "binary_probability" (of the second of two classes, one number a row), "values". Metrics need
            it. By default what a test of the loss shows; nothing else depends on it.

    Raises:
        ValueError: as `from_jax`; also for a module that is random or has a state: pass
            `equinox.nn.inference_mode(model)`.
    """
    params, static = eqx.partition(model, eqx.is_inexact_array)
    tree = ParameterTree("equinox", type(model).__name__, params, partial(_combine, static))
    model_outputs = partial(_outputs, static, is_batched)
    return model_of_outputs(
        model_outputs, loss, tree, data, l2=l2, start_width=start_width, output_kind=outputs
    )


def _combine(static: PyTree, params: PyTree) -> Any:
    return eqx.combine(params, static)


def _outputs(static: PyTree, is_batched: bool, params: PyTree, inputs: Any) -> Any:
    model = _combine(static, params)
    return model(inputs) if is_batched else jax.vmap(model)(inputs)
