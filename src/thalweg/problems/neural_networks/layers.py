"""Forward and backward through the layers of a network, and gradients of single data points."""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from .activations import Activation


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
    for at, matrix in enumerate(matrices):
        # The row of ones spares a pass over the data for the bias where the inputs are constant.
        a = matrix @ inputs if at == 0 else matrix[:, :-1] @ below + matrix[:, -1:]
        h = activation.value(a) if at < len(matrices) - 1 else a
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
    first = deltas[0] @ inputs.T
    return [first] + [
        jnp.concatenate([delta @ state.below.T, delta.sum(axis=1, keepdims=True)], axis=1)
        for state, delta in zip(states[1:], deltas[1:], strict=True)
    ]


def point_gradients(
    inputs: Float[Array, "m B"], states: list[LayerState], deltas: list[Float[Array, "_ B"]]
) -> Float[Array, "B d"]:
    """As `layer_gradients`, but one flat gradient for each data point instead of their sum."""
    ones = inputs[-1:]
    rows = []
    for at, (state, delta) in enumerate(zip(states, deltas, strict=True)):
        below = inputs if at == 0 else jnp.concatenate([state.below, ones])
        rows.append((delta[:, None] * below[None]).reshape(-1, below.shape[1]))
    return jnp.concatenate(rows).T
