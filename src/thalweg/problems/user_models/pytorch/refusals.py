"""Rejects PyTorch modules and losses without a smooth landscape."""

import contextlib
import copy
import warnings
from typing import Any

import torch
from torch import Tensor, nn

from ...smoothness.warning import warn_of_breaks
from ..broadcasting import refuse_broadcasting
from .graph import breaks_in_graph
from .module_loss import ModuleLoss


def refuse_training_mode(module: nn.Module) -> None:
    """Raise ValueError for dropout or batch norm in training mode."""
    for name, part in module.named_modules():
        is_dropout = isinstance(part, nn.modules.dropout._DropoutNd) and part.p > 0
        is_dropout |= isinstance(part, nn.RNNBase) and part.dropout > 0
        is_batch_norm = isinstance(part, nn.modules.batchnorm._BatchNorm)
        if part.training and (is_dropout or is_batch_norm):
            reason = (
                "its loss is drawn anew at every call"
                if is_dropout
                else "its loss depends on the statistics of the batch, and every call changes its averages"
            )
            raise ValueError(
                f"layer {name or 'itself'!r} ({type(part).__name__}) is in training mode: {reason}. Call "
                "module.eval() first, or take the layer out."
            )


def unwrapped_module(module: Any) -> nn.Module:
    """The module itself, out of what spreads it over devices or compiles it.

    Raises:
        ValueError: if it is no module, or one whose parameters cannot be exchanged.
    """
    if isinstance(module, nn.DataParallel | nn.parallel.DistributedDataParallel):
        return unwrapped_module(module.module)
    if isinstance(module, torch.jit.ScriptModule):
        raise ValueError(
            "the module is compiled TorchScript, into which no other parameters can be put. Pass the module "
            "that it was made from."
        )
    if not isinstance(module, nn.Module):
        is_class = isinstance(module, type)
        raise ValueError(
            f"module must be a torch.nn.Module, got {'the class ' if is_class else ''}"
            f"{getattr(module, '__name__', type(module).__name__)}. "
            + ("Make one of it." if is_class else "For a function of parameters use from_jax.")
        )
    without_values = [name for name, p in module.named_parameters() if p.is_meta]
    if without_values:
        raise ValueError(
            f"the parameters {', '.join(without_values[:3])} have no values (they are on the device 'meta'). "
            "Load them first."
        )
    # What torch.compile gives is a module around the module.
    inside = getattr(module, "_orig_mod", None)
    return unwrapped_module(inside) if isinstance(inside, nn.Module) else module


def validated_loss(loss: Any) -> Any:
    """The loss in float64 on the CPU, left as it is if it is a function.

    Raises:
        ValueError: if it is a name, or the class of a loss.
    """
    if isinstance(loss, type) or not callable(loss):
        got = f"the class {loss.__name__}" if isinstance(loss, type) else repr(loss)
        raise ValueError(
            f"loss must be a function of outputs and targets, such as torch.nn.CrossEntropyLoss(), got {got}."
        )
    if isinstance(loss, torch.jit.ScriptModule):
        raise ValueError("the loss is compiled TorchScript. Pass what it was made from.")
    return copy.deepcopy(loss).cpu().double() if isinstance(loss, nn.Module) else loss


def check_module_loss(module_loss: ModuleLoss, label: str) -> None:
    """Raise ValueError unless the loss is one differentiable number that repeats itself."""
    parameters = {k: p.clone().requires_grad_() for k, p in module_loss.parameters.items()}
    value = _repeated_value(module_loss, parameters, label)
    if not value.requires_grad:
        raise ValueError(
            f"the loss of {label} cannot be differentiated: no gradient reaches its parameters. Look "
            "for detach, item, argmax, round or NumPy in forward and loss."
        )
    gradients = torch.autograd.grad(value, list(parameters.values()), allow_unused=True)
    unused = [k for k, g in zip(parameters, gradients, strict=True) if g is None]
    if unused:
        raise ValueError(
            f"the loss does not depend on {', '.join(unused)}. Freeze what is not used: "
            "parameter.requires_grad_(False)."
        )


def _repeated_value(module_loss: ModuleLoss, parameters: dict[str, Tensor], label: str) -> Tensor:
    buffers = [b.clone() for b in module_loss.module.buffers()]
    shapes = [tuple(a.shape) for a in module_loss.data]
    _refuse_broadcasting(module_loss, parameters)
    try:
        with warnings.catch_warnings():
            # PyTorch only warns where outputs [N 1] and targets [N] broadcast to [N N].
            warnings.filterwarnings("error", message="Using a target size")
            value, again = module_loss.value(parameters), module_loss.value(parameters)
    except (RuntimeError, ValueError, IndexError, TypeError, UserWarning) as error:
        raise ValueError(
            f"{label} and the loss do not fit data of shapes {shapes}: {error}"
        ) from error
    if isinstance(value, Tensor) and value.numel() == 1 and value.dtype != torch.float64:
        raise ValueError(
            f"the loss of {label} comes in {value.dtype}, where no gradient reaches 1e-10, though its "
            "parameters and data are in float64. Take autocast and conversions out of forward and loss."
        )
    if not isinstance(value, Tensor) or value.numel() != 1:
        raise ValueError(
            f"the loss must be one number, got shape {tuple(getattr(value, 'shape', ()))}. Take a mean "
            "or a sum: reduction='mean'."
        )
    has_changed = any(
        not torch.equal(a, b) for a, b in zip(buffers, module_loss.module.buffers(), strict=True)
    )
    if has_changed or not torch.equal(value, again):
        raise ValueError(
            f"{label} has a state or draws random numbers: its loss differs from one call to the "
            "next. Call module.eval(), and take random operations out of forward and loss."
        )
    return value


def _refuse_broadcasting(module_loss: ModuleLoss, parameters: dict[str, Tensor]) -> None:
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        try:
            outputs = module_loss.outputs(parameters)
        except (RuntimeError, ValueError, IndexError, TypeError):
            # What is wrong with the module is told where its loss is computed.
            return
        refuse_broadcasting(module_loss.wide_loss, outputs, module_loss.data[-1])


def warn_of_module_loss(module_loss: ModuleLoss) -> None:
    """Warn of operations with kinks, or that jump, on the way from the parameters to the loss."""
    draws = torch.Generator().manual_seed(0)
    values = []
    for width in (0.0, 1.0):
        parameters = {
            k: (p + width * torch.randn(p.shape, generator=draws, dtype=p.dtype)).requires_grad_()
            for k, p in module_loss.parameters.items()
        }
        # The loss need not have a value everywhere.
        with contextlib.suppress(RuntimeError, ValueError):
            values.append(module_loss.value(parameters))
    # Masks of the data and choices by value look the same at one point.
    corners, steps = breaks_in_graph(values[0], values[-1])
    remedy = "A smooth activation (Softplus, GELU, Tanh) or loss has"
    warn_of_breaks(corners, steps, remedy=remedy, stacklevel=4)
