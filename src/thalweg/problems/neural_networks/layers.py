"""Forward and backward passes through the layers of a network, and gradients of single data points."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from .activations import Activation
from .layout import Layout


class LayerState(NamedTuple):
    """One layer on a block of B data points: its inputs `below` [inputs, B], and its units'
    pre-activation, value and slope [units, B]."""

    below: Float[Array, "m B"]
    pre: Float[Array, "n B"]
    value: Float[Array, "n B"]
    slope: Float[Array, "n B"]


def forward(
    matrices: list[Float[Array, "_ _"]], inputs: Float[Array, "m B"], activation: Activation
) -> list[LayerState]:
    """State of every layer, inputs to outputs; `inputs` [inputs + 1, B] have a last row of ones."""
    states, below = [], inputs[:-1]
    for layer, matrix in enumerate(matrices):
        # The row of ones spares a pass over the data for the bias where the inputs are constant.
        a = matrix @ inputs if layer == 0 else matrix[:, :-1] @ below + matrix[:, -1:]
        h = activation.value(a) if layer < len(matrices) - 1 else a
        states.append(LayerState(below, a, h, activation.slope(a, h)))
        below = h
    return states


def backward(
    matrices: list[Float[Array, "_ _"]], states: list[LayerState], residuals: Float[Array, "k B"]
) -> list[Float[Array, "_ B"]]:
    """∂L/∂a of every layer, inputs to outputs."""
    deltas = [residuals]
    for matrix, state in zip(matrices[:0:-1], states[-2::-1], strict=True):
        deltas.insert(0, (matrix[:, :-1].T @ deltas[0]) * state.slope)
    return deltas


def layer_gradients(
    inputs: Float[Array, "m B"], states: list[LayerState], deltas: list[Float[Array, "_ B"]]
) -> list[Float[Array, "_ _"]]:
    """Gradients [units, inputs + 1] by the matrices of all layers, summed over the data points."""
    first = deltas[0] @ inputs.T
    return [first] + [
        jnp.concatenate([delta @ state.below.T, delta.sum(axis=1, keepdims=True)], axis=1)
        for state, delta in zip(states[1:], deltas[1:], strict=True)
    ]


def point_gradients(
    inputs: Float[Array, "m B"], states: list[LayerState], deltas: list[Float[Array, "_ B"]]
) -> Float[Array, "B d"]:
    """As `layer_gradients`, but one flat gradient for each data point instead of their sum."""
    below = with_biases(inputs, states)
    outer = [delta[:, None] * b[None] for delta, b in zip(deltas, below, strict=True)]
    gradients: Float[Array, "B d"] = Layout.join([jnp.moveaxis(a, -1, 0) for a in outer])
    return gradients


def with_biases(inputs: Float[Array, "m B"], states: list[LayerState]) -> list[Float[Array, "_ B"]]:
    """Inputs of every layer [inputs + 1, B], with a last row of ones."""
    return [inputs] + [jnp.concatenate([state.below, inputs[-1:]]) for state in states[1:]]
