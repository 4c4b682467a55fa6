"""Signs of the weights into the outputs: why those into one class are positive, into the other negative."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..display import shown
from ..problems.neural_networks.layout import Layout


@shown
@dataclass(frozen=True, eq=False)
class OutputPattern:
    """The signs of the weights into the outputs of one network.

    Attributes:
        imbalance: largest magnitude of the sum, over the outputs, of the weights of a hidden unit,
            divided by the largest magnitude of an output weight; 0 if all sums vanish.
        opposite: share of the last hidden units whose weights into the first two outputs differ in sign.
        positive: share of the last hidden units whose weight into the first output is positive.
    """

    imbalance: float
    opposite: float
    positive: float


def output_pattern(x: Float[np.ndarray, " d"], sizes: Sequence[int]) -> OutputPattern:
    """The signs of the weights into the outputs, which the published work calls a pattern mismatch.

    Published: all weights into the first output are positive and all into the second negative, without an
    explanation. Two things give it. A softmax does not see a vector that is added to the weights of all
    outputs, and the penalty is smallest where their sum vanishes: at every minimum with a penalty
    `imbalance` is 0, so that for two classes the two rows are each other's negative (`opposite` is 1).
    And an odd activation leaves the sign of each hidden unit free: `positive` is 1 in one of its 2^n
    images (`positive_image`) and anything else in the others, unless minima are aligned.

    Args:
        x: parameters [d], two outputs or more.
        sizes: units of all layers.

    Raises:
        ValueError: if there are fewer than two outputs.
    """
    outputs = _output_weights(x, sizes)
    largest = float(np.abs(outputs).max()) or 1.0
    return OutputPattern(
        float(np.abs(outputs.sum(axis=0)).max()) / largest,
        float(np.mean(outputs[0] * outputs[1] < 0)),
        float(np.mean(outputs[0] > 0)),
    )


def positive_image(x: Float[np.ndarray, " d"], sizes: Sequence[int]) -> Float[np.ndarray, " d"]:
    """The network with the last hidden units flipped whose weight into the first output is negative [d].

    An image of `x` for an odd activation.

    Raises:
        ValueError: if there are fewer than two outputs.
    """
    signs = np.where(_output_weights(x, sizes)[0] < 0, -1.0, 1.0)
    layers = [np.array(layer) for layer in Layout(tuple(sizes)).split(x)]
    layers[-2] *= signs[:, None]
    layers[-1][:, :-1] *= signs
    return np.asarray(Layout.join(layers))


def _output_weights(
    x: Float[np.ndarray, " d"], sizes: Sequence[int]
) -> Float[np.ndarray, "outputs units"]:
    if sizes[-1] < 2:
        raise ValueError(f"signs are compared between two outputs or more, got {sizes[-1]}.")
    return np.asarray(Layout(tuple(sizes)).split(x)[-1][:, :-1])
