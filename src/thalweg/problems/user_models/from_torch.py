"""A PyTorch module as a problem."""

from collections.abc import Callable
from typing import Any

from ..output_kind import OutputKind
from .user_model import UserModel


def from_torch(
    module: Any,
    loss: Callable[[Any, Any], Any],
    data: tuple[Any, ...],
    *,
    l2: float = 0.0,
    start_width: float = 1.0,
    use_bridge: bool = True,
    outputs: OutputKind | str | None = None,
) -> UserModel:
    """The landscape of a `torch.nn.Module` over `data`; needs `pip install 'thalweg[torch]'`.

    The module is rewritten as JAX operations and runs at their speed. Where it uses an operation that
    torch2jax does not know, or the two disagree, PyTorch itself is called for every evaluation, which is some
    fifty times slower: the result is a `HostModel` then. The module itself is left as it is.

    Args:
        module: its parameters that require a gradient make the parameter vector; the others, and all
            buffers, are fixed. In float32 it is converted to float64; the problem's name says so.
        loss: `loss(outputs, targets)`, a scalar tensor: a module such as `torch.nn.CrossEntropyLoss()`, or
            any function.
        data: tensors or arrays (inputs, targets); with more than two the module takes all but the last.
        l2: weight of a squared norm of all parameters that is added; none by default. Without one, a loss
            that separable data can lower for ever has no minimum at finite weights.
        start_width: standard deviation of the normal random starts.
        use_bridge: False to call PyTorch itself in any case.
        outputs: what the module gives: "logits", "log_probabilities", "probabilities", "binary_logit" or
            "binary_probability" (of the second of two classes, one number a row), "values". Metrics need
            it. By default what a test of the loss shows; nothing else depends on it.

    Raises:
        ValueError: for a module with dropout or batch norm in training mode, or another state; a loss that
            is not one finite number, or not differentiable; parameters without influence; data that do not
            fit.
        ImportError: without PyTorch.

    Warns:
        UserWarning: where an activation has kinks.
    """
    try:
        from .pytorch.problem import torch_problem
    except ImportError as error:
        raise ImportError(
            f"PyTorch models need torch and torch2jax ({error}): pip install 'thalweg[torch]'."
        ) from error
    return torch_problem(
        module,
        loss,
        data,
        l2=l2,
        start_width=start_width,
        use_bridge=use_bridge,
        outputs=outputs,
    )
