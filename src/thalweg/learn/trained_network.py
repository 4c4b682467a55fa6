"""Trained networks as plain NumPy: predictions and input gradients without JAX."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..problems.neural_networks.activations import Activation, activation_named
from ..problems.neural_networks.layout import Layout
from ..problems.output_kind import OutputKind


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A softmax classifier with fixed weights.

    Attributes:
        layers: matrices [units, inputs + 1] of incoming weights, biases last.
        activation: of the hidden units, by name or as an object.
    """

    layers: tuple[Float[np.ndarray, "_ _"], ...]
    activation: str | Activation

    @classmethod
    def from_vector(
        cls, x: Float[np.ndarray, " d"], sizes: Sequence[int], activation: str | Activation
    ) -> "TrainedNetwork":
        """From a parameter vector [d] in the order of `Layout`, for units `sizes` of all layers."""
        matrices = Layout(tuple(sizes)).split(np.asarray(x))
        return cls(tuple(np.array(matrix) for matrix in matrices), activation)

    def predict_proba(
        self, inputs: Float[np.ndarray, "N inputs"]
    ) -> Float[np.ndarray, "N classes"]:
        """Class probabilities [N classes]."""
        phi = activation_named(self.activation)
        h = inputs
        for layer in self.layers[:-1]:
            h = phi.numpy_value(_affine(layer, h))
        return np.asarray(OutputKind.LOGITS.probabilities(_affine(self.layers[-1], h)))

    def input_gradients(
        self, inputs: Float[np.ndarray, "N inputs"]
    ) -> Float[np.ndarray, "N classes inputs"]:
        """Derivatives of the class probabilities with respect to the inputs [N classes inputs]."""
        phi = activation_named(self.activation)
        h = inputs
        tangent = np.broadcast_to(np.eye(inputs.shape[1]), (len(inputs), *2 * (inputs.shape[1],)))
        for layer in self.layers[:-1]:
            a = _affine(layer, h)
            h = phi.numpy_value(a)
            tangent = phi.numpy_slope(a, h)[:, :, None] * (layer[:, :-1] @ tangent)
        p = OutputKind.LOGITS.probabilities(_affine(self.layers[-1], h))
        logits = self.layers[-1][:, :-1] @ tangent
        return np.asarray(p[:, :, None] * (logits - np.einsum("nc,nci->ni", p, logits)[:, None]))


def _affine(
    layer: Float[np.ndarray, "units inputs_plus_1"], below: Float[np.ndarray, "N inputs"]
) -> Float[np.ndarray, "N units"]:
    return np.asarray(below @ layer[:, :-1].T + layer[:, -1])
