"""Gates that treat all points alike: means and votes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float

from .base import Gate, GateTraining, Gradients, Probabilities


class MeanGate(Gate):
    """The mean of the minima's probabilities."""

    _weights: Float[np.ndarray, " minima"] | None = None

    def combine(
        self, inputs: Float[np.ndarray, "N inputs"], probabilities: Probabilities
    ) -> Float[np.ndarray, "N classes"]:
        return np.average(probabilities, axis=0, weights=self._weights)

    def input_gradients(
        self,
        inputs: Float[np.ndarray, "N inputs"],
        probabilities: Probabilities,
        gradients: Gradients,
    ) -> Float[np.ndarray, "N classes inputs"]:
        return np.average(gradients, axis=0, weights=self._weights)

    def torch_combine(self, arrays: Mapping[str, Any], inputs: Any, probabilities: Any) -> Any:
        if self._weights is None:
            return probabilities.mean(dim=0)
        return (arrays["weights"][:, None, None] * probabilities).sum(dim=0)


class BoltzmannGate(MeanGate):
    """The mean of the minima's probabilities, weighted by exp(−(L − L_min)/T).

    T is the mean loss of the chosen minima above the lowest of them.
    """

    def fit(self, training: GateTraining) -> None:
        above = training.losses - training.losses.min()
        weights = np.exp(-above / (above.mean() or 1.0))
        self._weights = weights / weights.sum()

    def arrays(self) -> dict[str, np.ndarray]:
        return {} if self._weights is None else {"weights": self._weights}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._weights = arrays["weights"]


class MajorityGate(Gate):
    """The share of the minima that vote for each class; a tie is shared."""

    def combine(
        self, inputs: Float[np.ndarray, "N inputs"], probabilities: Probabilities
    ) -> Float[np.ndarray, "N classes"]:
        votes = np.eye(probabilities.shape[2])[probabilities.argmax(axis=2)]
        return np.asarray(votes.mean(axis=0))

    def input_gradients(
        self,
        inputs: Float[np.ndarray, "N inputs"],
        probabilities: Probabilities,
        gradients: Gradients,
    ) -> Float[np.ndarray, "N classes inputs"]:
        """Zero: a vote is constant nearly everywhere."""
        return np.zeros(gradients.shape[1:])

    def torch_combine(self, arrays: Mapping[str, Any], inputs: Any, probabilities: Any) -> Any:
        import torch

        votes = torch.nn.functional.one_hot(probabilities.argmax(dim=2), probabilities.shape[2])
        return votes.to(probabilities).mean(dim=0)
