"""Rejects PyTorch modules and losses without a smooth landscape."""

import warnings
from typing import Any

import torch
from torch import Tensor, nn

from ..validation import nonsmooth_warning
from .module_loss import ModuleLoss

_NONSMOOTH = (nn.ReLU, nn.LeakyReLU, nn.PReLU, nn.RReLU, nn.ReLU6, nn.Hardtanh, nn.Hardshrink,
           nn.Softshrink, nn.Hardsigmoid, nn.Hardswish, nn.Threshold, nn.L1Loss)  # fmt: skip


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


def nonsmooth_layers_warning(module: nn.Module, loss: Any) -> str | None:
    """The warning that a layer or the loss has kinks; None if none is known to."""
    parts = {type(p).__name__ for p in (*module.modules(), loss) if isinstance(p, _NONSMOOTH)}
    remedy = "A smooth activation (Softplus, GELU, Tanh)"
    return nonsmooth_warning(", ".join(sorted(parts)), remedy) if parts else None


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
    try:
        with warnings.catch_warnings():
            # PyTorch only warns where outputs [N 1] and targets [N] broadcast to [N N].
            warnings.filterwarnings("error", message="Using a target size")
            value, again = module_loss.value(parameters), module_loss.value(parameters)
    except (RuntimeError, ValueError, IndexError, TypeError, UserWarning) as error:
        raise ValueError(
            f"{label} and the loss do not fit data of shapes {shapes}: {error}"
        ) from error
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
