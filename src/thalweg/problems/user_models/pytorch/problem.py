"""A PyTorch module as a problem: rewritten as JAX operations if possible, else called back."""

import copy
from functools import partial
from typing import Any

import numpy as np

from ...output_kind import OutputKind
from ..host_model import HostModel
from ..origin import Origin, Parameter, narrowest
from ..output_detection import consistent_kind
from ..user_model import UserModel
from ..validation import validate_numbers, validated_model
from .bridge import agrees, bridged_model
from .host import TorchHost
from .module_loss import ModuleLoss, module_outputs, module_with
from .refusals import (
    check_module_loss,
    refuse_training_mode,
    unwrapped_module,
    validated_loss,
    warn_of_module_loss,
)
from .tensors import to_numpy, to_tensor


def torch_problem(
    module: Any,
    loss: Any,
    data: tuple[Any, ...],
    *,
    l2: float,
    start_width: float,
    use_bridge: bool,
    outputs: OutputKind | str | None,
) -> UserModel:
    """As `from_torch`, which documents it and is importable without PyTorch."""
    validate_numbers(l2, start_width)
    if not isinstance(data, tuple) or len(data) < 2:
        raise ValueError("data must be a tuple (inputs, targets), or (inputs, …, targets).")
    module, loss = unwrapped_module(module), validated_loss(loss)
    label = type(module).__name__
    refuse_training_mode(module)
    trainable = {k: p for k, p in module.named_parameters() if p.requires_grad}
    if not trainable:
        raise ValueError(
            f"{label} has no parameters that require a gradient, so it has no landscape. Unfreeze some: "
            "parameter.requires_grad_(True)."
        )
    names = tuple(trainable)
    # To the CPU first: some devices have no float64.
    as_float64 = copy.deepcopy(module).cpu().double()
    module_loss = ModuleLoss(as_float64, loss, tuple(to_tensor(a) for a in data), names)
    check_module_loss(module_loss, label)
    fields: dict[str, Any] = {
        "initial": np.concatenate(
            [to_numpy(p.detach().cpu().double()).ravel() for p in trainable.values()]
        ),
        "l2": np.asarray(l2, dtype=np.float64),
        "origin": Origin(
            framework="torch",
            label=label,
            parameters=tuple(Parameter(k, tuple(p.shape)) for k, p in trainable.items()),
            rebuild=partial(module_with, as_float64, names),
            precision=narrowest(str(p.dtype).split(".")[-1] for p in trainable.values()),
        ),
        "start_width": float(start_width),
        "known_output_kind": consistent_kind(outputs, module_loss.output_kind()),
    }
    host = TorchHost(module_loss)
    model = bridged_model(module_loss, fields) if use_bridge else None
    problem: UserModel
    if model is not None and agrees(model, host):
        problem = validated_model(model)
    else:
        predictor = partial(module_outputs, as_float64, names)
        problem = validated_model(HostModel(**fields, host=host, predictor=predictor))
    warn_of_module_loss(module_loss)
    return problem
