"""Trained networks as plain NumPy: predictions and input gradients without JAX."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.special import erf, expit, softmax

_ACTIVATIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "tanh": (np.tanh, lambda a, h: 1 - h * h),
    "erf": (erf, lambda a, h: 2 / np.sqrt(np.pi) * np.exp(-a * a)),
    "sigmoid": (expit, lambda a, h: h * (1 - h)),
    "softplus": (lambda a: np.logaddexp(0, a), lambda a, h: expit(a)),
    "swish": (lambda a: a * expit(a), lambda a, h: expit(a) * (1 + a * (1 - expit(a)))),
}


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A softmax classifier with fixed weights.

    Attributes:
        layers: matrices [units, inputs + 1] of incoming weights, biases last.
        activation: name of the hidden units' activation.
    """

    layers: tuple[Float[np.ndarray, "_ _"], ...]
    activation: str

    @classmethod
    def from_vector(
        cls, x: Float[np.ndarray, " d"], sizes: Sequence[int], activation: str
    ) -> "TrainedNetwork":
        """From a parameter vector [d] in thalweg's order, for units `sizes` of all layers."""
        layers, at = [], 0
        for m, n in itertools.pairwise(sizes):
            layers.append(np.array(x[at : at + n * (m + 1)]).reshape(n, m + 1))
            at += n * (m + 1)
        return cls(tuple(layers), activation)

    def predict_proba(
        self, inputs: Float[np.ndarray, "N inputs"]
    ) -> Float[np.ndarray, "N classes"]:
        """Class probabilities [N classes]."""
        value, _ = _ACTIVATIONS[self.activation]
        h = inputs
        for layer in self.layers[:-1]:
            h = value(h @ layer[:, :-1].T + layer[:, -1])
        last = self.layers[-1]
        return softmax(h @ last[:, :-1].T + last[:, -1], axis=1)

    def input_gradients(
        self, inputs: Float[np.ndarray, "N inputs"]
    ) -> Float[np.ndarray, "N classes inputs"]:
        """Derivatives of the class probabilities with respect to the inputs [N classes inputs]."""
        value, slope = _ACTIVATIONS[self.activation]
        h = inputs
        tangent = np.broadcast_to(np.eye(inputs.shape[1]), (len(inputs), *2 * (inputs.shape[1],)))
        for layer in self.layers[:-1]:
            a = h @ layer[:, :-1].T + layer[:, -1]
            h = value(a)
            tangent = slope(a, h)[:, :, None] * (layer[:, :-1] @ tangent)
        last = self.layers[-1]
        p = softmax(h @ last[:, :-1].T + last[:, -1], axis=1)
        logits = last[:, :-1] @ tangent
        return p[:, :, None] * (logits - np.einsum("nc,nci->ni", p, logits)[:, None])
