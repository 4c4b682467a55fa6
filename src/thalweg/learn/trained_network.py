"""Trained networks as plain NumPy: predictions and input gradients without JAX."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..display import shown
from ..problems.neural_networks.activations import Activation, activation_named
from ..problems.neural_networks.layout import Layout
from ..problems.output_kind import OutputKind


@shown
@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network with fixed weights, a softmax classifier unless its outputs are values.

    Attributes:
        layers: matrices [units, inputs + 1] of incoming weights, biases last.
        activation: of the hidden units, by name or as an object.
        output_kind: what the last layer gives: logits or values.
    """

    layers: tuple[Float[np.ndarray, "_ _"], ...]
    activation: str | Activation
    output_kind: OutputKind = OutputKind.LOGITS

    @classmethod
    def from_vector(
        cls,
        x: Float[np.ndarray, " d"],
        sizes: Sequence[int],
        activation: str | Activation,
        output_kind: OutputKind = OutputKind.LOGITS,
    ) -> "TrainedNetwork":
        """From a parameter vector [d] in the order of `Layout`, for units `sizes` of all layers."""
        matrices = Layout(tuple(sizes)).split(np.asarray(x))
        return cls(tuple(np.array(matrix) for matrix in matrices), activation, output_kind)

    def predict_proba(
        self, inputs: Float[np.ndarray, "N inputs"]
    ) -> Float[np.ndarray, "N classes"]:
        """Class probabilities [N classes] of a classifier."""
        return self.predictions(inputs)

    def predictions(self, inputs: Float[np.ndarray, "N inputs"]) -> Float[np.ndarray, "N outputs"]:
        """Class probabilities [N classes], or values [N outputs]."""
        phi = activation_named(self.activation)
        h = inputs
        for layer in self.layers[:-1]:
            h = phi.numpy_value(_affine(layer, h))
        outputs, kind = _affine(self.layers[-1], h), self.output_kind
        return np.asarray(kind.probabilities(outputs) if kind.is_of_classes else outputs)

    def input_gradients(
        self, inputs: Float[np.ndarray, "N inputs"]
    ) -> Float[np.ndarray, "N outputs inputs"]:
        """Derivatives of the predictions with respect to the inputs [N outputs inputs]."""
        phi = activation_named(self.activation)
        h = inputs
        tangent = np.broadcast_to(np.eye(inputs.shape[1]), (len(inputs), *2 * (inputs.shape[1],)))
        for layer in self.layers[:-1]:
            a = _affine(layer, h)
            h = phi.numpy_value(a)
            tangent = phi.numpy_slope(a, h)[:, :, None] * (layer[:, :-1] @ tangent)
        logits = self.layers[-1][:, :-1] @ tangent
        if not self.output_kind.is_of_classes:
            return np.asarray(logits)
        p = self.output_kind.probabilities(_affine(self.layers[-1], h))
        return np.asarray(p[:, :, None] * (logits - np.einsum("nc,nci->ni", p, logits)[:, None]))


def _affine(
    layer: Float[np.ndarray, "units inputs_plus_1"], below: Float[np.ndarray, "N inputs"]
) -> Float[np.ndarray, "N units"]:
    return np.asarray(below @ layer[:, :-1].T + layer[:, -1])
