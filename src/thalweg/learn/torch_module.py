"""Superposed minima as a PyTorch module; imported only where it is asked for."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .gates import Gate, MajorityGate, MeanGate, NetworkGate, StackingGate
from .trained_network import TrainedNetwork

_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "tanh": torch.tanh,
    "erf": torch.erf,
    "sigmoid": torch.sigmoid,
    "softplus": torch.nn.functional.softplus,
    "swish": torch.nn.functional.silu,
}


class SuperposedModule(torch.nn.Module):
    """Class probabilities [N classes] of inputs [N inputs] in double precision; autograd knows all."""

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
        self.gate = _gate_module(gate, len(minima))

    def forward(self, inputs: Tensor) -> Tensor:
        scaled = (inputs - self.centre) / self.spread
        each = torch.stack([minimum(scaled) for minimum in self.minima])
        return self.gate(scaled, each)


class _Network(torch.nn.Module):
    def __init__(self, network: TrainedNetwork) -> None:
        super().__init__()
        self.depth = len(network.layers)
        self.activation = _ACTIVATIONS[network.activation]
        for k, layer in enumerate(network.layers):
            self.register_buffer(f"layer{k}", torch.from_numpy(np.array(layer)))

    def forward(self, h: Tensor) -> Tensor:
        for k in range(self.depth):
            layer: Any = getattr(self, f"layer{k}")
            h = h @ layer[:, :-1].T + layer[:, -1]
            h = torch.softmax(h, dim=1) if k == self.depth - 1 else self.activation(h)
        return h


class _Weighted(torch.nn.Module):
    """Fixed weights of the minima."""

    def __init__(self, weights: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("weights", torch.from_numpy(np.array(weights)))

    def forward(self, _: Tensor, each: Tensor) -> Tensor:
        return torch.einsum("m,mnc->nc", self.weights, each)


class _Choice(torch.nn.Module):
    """Weights of the useful minima by a network, or the likeliest of them alone."""

    useful: Tensor

    def __init__(self, network: TrainedNetwork, useful: np.ndarray, *, is_soft: bool) -> None:
        super().__init__()
        self.network, self.is_soft = _Network(network), is_soft
        self.register_buffer("useful", torch.from_numpy(np.array(useful)))

    def forward(self, scaled: Tensor, each: Tensor) -> Tensor:
        weights = self.network(scaled)
        if not self.is_soft:
            picked = weights.argmax(dim=1)
            weights = torch.nn.functional.one_hot(picked, weights.shape[1]).to(weights)
        return torch.einsum("nm,mnc->nc", weights, each[self.useful])


class _Votes(torch.nn.Module):
    def forward(self, _: Tensor, each: Tensor) -> Tensor:
        return torch.nn.functional.one_hot(each.argmax(dim=2), each.shape[2]).to(each).mean(dim=0)


class _Stacked(torch.nn.Module):
    def __init__(self, layer: np.ndarray) -> None:
        super().__init__()
        self.network = _Network(TrainedNetwork((layer,), "tanh"))

    def forward(self, _: Tensor, each: Tensor) -> Tensor:
        return self.network(each.permute(1, 0, 2).flatten(start_dim=1))


def _gate_module(gate: Gate, n: int) -> torch.nn.Module:
    learnt = gate.arrays()
    if isinstance(gate, NetworkGate):
        if gate.network is None:
            return _Weighted(np.isin(np.arange(n), learnt["useful"]).astype(np.float64))
        return _Choice(gate.network, learnt["useful"], is_soft=gate.is_soft)
    if isinstance(gate, MeanGate):
        return _Weighted(learnt.get("weights", np.full(n, 1 / n)))
    if isinstance(gate, StackingGate):
        return _Stacked(gate.layer)
    if isinstance(gate, MajorityGate):
        return _Votes()
    raise TypeError(f"no module is known for {type(gate).__name__}.")
