"""A trained network's class probabilities in PyTorch; imported only where they are asked for."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ..problems.neural_networks.activations import Activation, activation_named


def network_probabilities(
    layers: Sequence[Tensor], activation: str | Activation, inputs: Tensor
) -> Tensor:
    """Class probabilities [N classes] of a network with matrices [units, inputs + 1], biases last.

    Raises:
        ValueError: if the activation has no PyTorch form.
    """
    return torch.softmax(network_outputs(layers, activation, inputs), dim=1)


def network_outputs(
    layers: Sequence[Tensor], activation: str | Activation, inputs: Tensor
) -> Tensor:
    """As `network_probabilities`, what the last layer gives [N outputs]."""
    h = inputs
    for layer in layers[:-1]:
        h = _torch_form(activation)(h @ layer[:, :-1].T + layer[:, -1])
    return h @ layers[-1][:, :-1].T + layers[-1][:, -1]


def _torch_form(activation: str | Activation) -> Callable[[Tensor], Tensor]:
    phi = activation_named(activation)
    if phi.torch_value is None:
        raise ValueError(
            f"the activation {phi.name!r} has no PyTorch form; make it with torch=…, the same function "
            "of a tensor."
        )
    return phi.torch_value
