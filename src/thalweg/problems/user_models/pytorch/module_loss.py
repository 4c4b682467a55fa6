"""The loss of a module in PyTorch itself."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ...output_kind import OutputKind
from ..output_detection import output_kind_of_loss
from .tensors import to_numpy, to_tensor
from .widening import widened

TorchLoss = Callable[[Any, Any], Tensor]


class ModuleLoss:
    """The loss of a module over data, as a function of some of its parameters.

    Args:
        module: in float64.
        loss: of outputs and targets.
        data: one or more inputs, and the targets.
        names: of the parameters that vary; the others are fixed.
    """

    def __init__(
        self, module: nn.Module, loss: TorchLoss, data: tuple[Tensor, ...], names: tuple[str, ...]
    ) -> None:
        self.module, self.loss, self.data, self.names = module, loss, data, names
        parameters = dict(module.named_parameters())
        self.parameters = {name: parameters[name].detach() for name in names}

    @property
    def dimension(self) -> int:
        """d, the number of elements of the parameters that vary."""
        return sum(p.numel() for p in self.parameters.values())

    def value(self, parameters: dict[str, Tensor]) -> Tensor:
        """The loss with these parameters, by name."""
        return self.wide_loss(self.outputs(parameters), self.data[-1])

    def wide_loss(self, outputs: Any, targets: Tensor) -> Tensor:
        """The loss in float64, whatever constants it has."""
        with widened():
            return self.loss(outputs, targets)

    def outputs(self, parameters: dict[str, Tensor]) -> Any:
        """Outputs of the module for the inputs, with these parameters by name."""
        with widened():
            return torch.func.functional_call(self.module, parameters, self.data[:-1])

    def output_kind(self) -> OutputKind | None:
        """What the loss shows of the module's outputs; None where it does not."""
        targets = self.data[-1]
        try:
            with torch.no_grad():
                shape = tuple(self.outputs(self.parameters).shape)
            return output_kind_of_loss(
                lambda o, t: float(self.wide_loss(torch.from_numpy(o), torch.from_numpy(t))),
                lambda o: self._derivative(torch.from_numpy(o).requires_grad_(), targets),
                shape,
                to_numpy(targets),
            )
        except Exception:
            # The user's loss may raise anything for other outputs than the module's: it has to be said then.
            return None

    def _derivative(self, outputs: Tensor, targets: Tensor) -> np.ndarray:
        return to_numpy(torch.autograd.grad(self.wide_loss(outputs, targets), outputs)[0])

    def value_at(self, x: Tensor) -> Tensor:
        """The loss, a scalar, at the parameter vector `x` [d]."""
        pieces = torch.split(x, [p.numel() for p in self.parameters.values()], dim=-1)
        parameters = {
            name: piece.reshape(p.shape)
            for (name, p), piece in zip(self.parameters.items(), pieces, strict=True)
        }
        return self.value(parameters).reshape(())


def module_with(module: nn.Module, names: Sequence[str], arrays: list[np.ndarray]) -> nn.Module:
    """A copy of the module in which the parameters of these names hold the arrays."""
    new = copy.deepcopy(module)
    parameters = dict(new.named_parameters())
    with torch.no_grad():
        for name, array in zip(names, arrays, strict=True):
            parameters[name].copy_(torch.from_numpy(np.array(array)))
    return new


def module_outputs(
    module: nn.Module, names: Sequence[str], arrays: list[np.ndarray], inputs: Any
) -> np.ndarray:
    """What the module with these parameters gives for `inputs`."""
    with torch.no_grad(), widened():
        return to_numpy(module_with(module, names, arrays)(to_tensor(inputs)))
