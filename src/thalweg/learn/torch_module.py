"""Superposed minima as a PyTorch module; imported only where it is asked for."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from .gates import Gate
from .torch_network import network_outputs
from .trained_network import TrainedNetwork


class SuperposedModule(torch.nn.Module):
    """Class probabilities or values of inputs [N inputs] in double precision, with autograd."""

    centre: Tensor
    spread: Tensor

    def __init__(
        self,
        minima: tuple[TrainedNetwork, ...],
        gate: Gate,
        centre: np.ndarray,
        spread: np.ndarray,
    ) -> None:
        super().__init__()
        self.register_buffer("centre", torch.from_numpy(np.array(centre)))
        self.register_buffer("spread", torch.from_numpy(np.array(spread)))
        self.minima = torch.nn.ModuleList(_Network(minimum) for minimum in minima)
        self.gate = _Gate(gate)

    def forward(self, inputs: Tensor) -> Tensor:
        scaled_inputs = (inputs - self.centre) / self.spread
        each = torch.stack([minimum(scaled_inputs) for minimum in self.minima])
        probabilities: Tensor = self.gate(scaled_inputs, each)
        return probabilities


class _Buffers(torch.nn.Module):
    """Arrays as buffers, so that they move to a device with the module that holds them."""

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        super().__init__()
        for name, array in arrays.items():
            self.register_buffer(name, torch.from_numpy(np.array(array)))

    @property
    def tensors(self) -> dict[str, Tensor]:
        return dict(self.named_buffers(recurse=False))


class _Network(_Buffers):
    def __init__(self, network: TrainedNetwork) -> None:
        super().__init__({f"layer{k}": layer for k, layer in enumerate(network.layers)})
        self.activation = network.activation
        self.is_of_classes = network.output_kind.is_of_classes

    def forward(self, inputs: Tensor) -> Tensor:
        outputs = network_outputs(list(self.tensors.values()), self.activation, inputs)
        return torch.softmax(outputs, dim=1) if self.is_of_classes else outputs


class _Gate(_Buffers):
    def __init__(self, gate: Gate) -> None:
        super().__init__(gate.arrays())
        self.combine = gate.torch_combine

    def forward(self, scaled: Tensor, each: Tensor) -> Tensor:
        probabilities: Tensor = self.combine(self.tensors, scaled, each)
        return probabilities
