"""What a superposition of minima computes, without the landscape, scikit-learn or JAX."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from ..display import shown
from ..problems.neural_networks.activations import Activation
from .gates import Gate, MeanGate
from .trained_network import TrainedNetwork


@shown
@dataclass(frozen=True, eq=False)
class SuperposedFunction:
    """Predictions of superposed minima, class probabilities or values, and their derivatives, by NumPy.

    Attributes:
        minima: the chosen minima as networks of scaled inputs.
        gate: combines them.
        centre, spread: scaled inputs are (inputs − centre)/spread [inputs].
    """

    minima: tuple[TrainedNetwork, ...]
    gate: Gate
    centre: Float[np.ndarray, " inputs"]
    spread: Float[np.ndarray, " inputs"]

    @classmethod
    def of_one(
        cls, x: Float[np.ndarray, " d"], sizes: Sequence[int], activation: str | Activation
    ) -> "SuperposedFunction":
        """The function of a single minimum with parameters `x` [d], for units `sizes` of all layers."""
        network = TrainedNetwork.from_vector(x, sizes, activation)
        return cls((network,), MeanGate(), np.zeros(sizes[0]), np.ones(sizes[0]))

    def __call__(self, inputs: Float[np.ndarray, "N inputs"]) -> Float[np.ndarray, "N outputs"]:
        """Class probabilities [N classes] of the rows [N inputs], or values [N outputs]."""
        scaled_inputs = self.scaled(inputs)
        return self.gate.combine(scaled_inputs, self.of_each_scaled(scaled_inputs))

    def input_gradients(
        self, inputs: Float[np.ndarray, "N inputs"]
    ) -> Float[np.ndarray, "N outputs inputs"]:
        """Derivatives of the predictions with respect to the inputs [N outputs inputs].

        Where a gate picks one minimum the derivative is that minimum's: the jump from one to another
        has none. A majority vote is constant nearly everywhere.
        """
        scaled_inputs = self.scaled(inputs)
        each = np.array([minimum.input_gradients(scaled_inputs) for minimum in self.minima])
        gradients = self.gate.input_gradients(
            scaled_inputs, self.of_each_scaled(scaled_inputs), each
        )
        return np.asarray(gradients / self.spread)

    def of_each(
        self, inputs: Float[np.ndarray, "N inputs"]
    ) -> Float[np.ndarray, "minima N outputs"]:
        """Predictions of each minimum on its own, for the rows [minima N outputs]."""
        return self.of_each_scaled(self.scaled(inputs))

    def of_each_scaled(
        self, scaled: Float[np.ndarray, "N inputs"]
    ) -> Float[np.ndarray, "minima N outputs"]:
        """As `of_each`, for inputs that are scaled already."""
        return np.array([minimum.predictions(scaled) for minimum in self.minima])

    def scaled(self, inputs: Float[np.ndarray, "N inputs"]) -> Float[np.ndarray, "N inputs"]:
        """Inputs as the networks expect them [N inputs]."""
        return np.asarray((inputs - self.centre) / self.spread)

    def to_torch(self) -> Any:
        """The same function as a torch.nn.Module of double precision.

        The module says when it is called if the gate or the activation has no PyTorch form.

        Raises:
            ImportError: without PyTorch, which the extra `thalweg[torch]` installs.
        """
        from .torch_module import SuperposedModule

        return SuperposedModule(self.minima, self.gate, self.centre, self.spread)
