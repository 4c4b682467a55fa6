"""A loss written in JAX as a problem."""

from collections.abc import Callable
from typing import Any

from ..output_kind import OutputKind
from .jax_model import JaxModel
from .parameter_tree import ParameterTree, PyTree, model_of_loss


def from_jax(
    function: Callable[..., Any],
    params: PyTree,
    *data: Any,
    l2: float = 0.0,
    start_width: float = 1.0,
    name: str | None = None,
    predict: Callable[[PyTree, Any], Any] | None = None,
    outputs: OutputKind | str | None = None,
) -> JaxModel:
    """The landscape of `function(params, *data)`, a scalar loss made of JAX operations.

    The leaves of `params`, arrays of real numbers, make the parameter vector; in float32 they are
    converted to float64, like the data. `landscape.minimum(i).to_pytree()` gives them back.

    Args:
        function: scalar, twice differentiable.
        params: the parameters, as any pytree; their values are the problem's `initial`.
        data: pytrees of arrays that are passed on; new data of the same shape do not recompile.
        l2: weight of a squared norm that is added; none by default.
        start_width: standard deviation of the random starts.
        name: for people; the function's own name by default.
        predict: `predict(params, inputs)` gives the outputs of the model behind the loss, one row a point;
            metrics need it.
        outputs: what `predict` gives: "logits", "log_probabilities", "probabilities", "binary_logit" or
            "binary_probability" (of the second of two classes, one number a row), "values".

    Raises:
        ValueError: if the loss is not one finite number, calculates in single precision inside, is not
            differentiable or does not repeat itself; if parameters or data cannot be used.
    """
    label = name or str(getattr(function, "__name__", "function"))
    tree = ParameterTree("jax", label, params)
    return model_of_loss(
        function,
        tree,
        data,
        l2=l2,
        start_width=start_width,
        outputs=predict,
        output_kind=outputs,
    )
