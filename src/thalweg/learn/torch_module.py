"""Superposed minima as a PyTorch module; imported only where it is asked for."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from ..problems.neural_networks.activations import Activation, activation_named
from .gates import Gate
from .trained_network import TrainedNetwork


class SuperposedModule(torch.nn.Module):
    """Class probabilities [N classes] of inputs [N inputs] in double precision, with autograd."""

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
        scaled = (inputs - self.centre) / self.spread
        each = torch.stack([minimum(scaled) for minimum in self.minima])
        combined: Tensor = self.gate(scaled, each)
        return combined


def network_probabilities(
    layers: Sequence[Tensor], activation: str | Activation, inputs: Tensor
) -> Tensor:
    """Class probabilities [N classes] of a network with matrices [units, inputs + 1], biases last.

    Raises:
        ValueError: if the activation has no PyTorch form.
    """
    h = inputs
    for layer in layers[:-1]:
        h = _torch_form(activation)(h @ layer[:, :-1].T + layer[:, -1])
    return torch.softmax(h @ layers[-1][:, :-1].T + layers[-1][:, -1], dim=1)


def _torch_form(activation: str | Activation) -> Callable[[Tensor], Tensor]:
    phi = activation_named(activation)
    if phi.torch_value is None:
        raise ValueError(
            f"the activation {phi.name!r} has no PyTorch form; make it with torch=…, the same function "
            "of a tensor."
        )
    return phi.torch_value


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

    def forward(self, inputs: Tensor) -> Tensor:
        return network_probabilities(list(self.tensors.values()), self.activation, inputs)


class _Gate(_Buffers):
    def __init__(self, gate: Gate) -> None:
        super().__init__(gate.arrays())
        self.combine = gate.torch_combine

    def forward(self, scaled: Tensor, each: Tensor) -> Tensor:
        combined: Tensor = self.combine(self.tensors, scaled, each)
        return combined
