"""A gate that asks which minimum is right for the nearest training points."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int
from sklearn.neighbors import NearestNeighbors

from ...numbers import Whole, whole_number
from .base import Gate, GateTraining, Gradients, Probabilities

_TIE = 1e-9
"""Accuracies are multiples of 1/k, far apart beside rounding."""


class NeighboursGate(Gate):
    """The minimum that classifies most of the nearest training points right; several share a tie.

    The published gate (`NetworkGate`) learns a target for every single point, a wrong label as well as a
    right one. Here the labels of a neighbourhood vote, so that wrong ones that are spread evenly cancel.

    Attributes:
        n_neighbours: how many training points; None for the root of their number.

    Reference: Woods, Kegelmeyer & Bowyer, IEEE Trans. Pattern Anal. Mach. Intell. 19, 405 (1997).
    """

    def __init__(self, n_neighbours: Whole | None = None) -> None:
        self.n_neighbours = (
            None if n_neighbours is None else whole_number(n_neighbours, "n_neighbours", least=1)
        )
        self._inputs: Float[np.ndarray, "N inputs"] = np.zeros((0, 0))
        self._is_right: Bool[np.ndarray, "minima N"] = np.zeros((0, 0), dtype=bool)
        self._k = 0

    def fit(self, training: GateTraining) -> None:
        n = len(training.targets)
        k = round(np.sqrt(n)) if self.n_neighbours is None else self.n_neighbours
        self._remember(
            training.inputs, training.probabilities.argmax(axis=2) == training.targets, min(k, n)
        )

    def _remember(
        self,
        inputs: Float[np.ndarray, "N inputs"],
        is_right: Bool[np.ndarray, "minima N"],
        k: int,
    ) -> None:
        self._inputs, self._is_right, self._k = inputs, is_right, k
        self._index = NearestNeighbors(n_neighbors=k).fit(inputs)

    def weights(self, inputs: Float[np.ndarray, "N inputs"]) -> Float[np.ndarray, "N minima"]:
        """Weight of each minimum for each point [N minima]; rows sum to one."""
        nearest = self._index.kneighbors(inputs, return_distance=False)
        accuracy = self._is_right[:, nearest].mean(axis=2).T
        is_best = accuracy > accuracy.max(axis=1, keepdims=True) - _TIE
        return np.asarray(is_best / is_best.sum(axis=1, keepdims=True))

    def combine(
        self, inputs: Float[np.ndarray, "N inputs"], probabilities: Probabilities
    ) -> Float[np.ndarray, "N classes"]:
        return np.asarray(np.einsum("nm,mnc->nc", self.weights(inputs), probabilities))

    def input_gradients(
        self,
        inputs: Float[np.ndarray, "N inputs"],
        probabilities: Probabilities,
        gradients: Gradients,
    ) -> Float[np.ndarray, "N classes inputs"]:
        """Those of the minima that count: nearly everywhere the neighbours stay the same."""
        return np.asarray(np.einsum("nm,mnci->nci", self.weights(inputs), gradients))

    def torch_combine(self, arrays: Mapping[str, Any], inputs: Any, probabilities: Any) -> Any:
        import torch

        distances = torch.cdist(inputs.detach(), arrays["inputs"])
        nearest = distances.topk(int(arrays["neighbours"]), largest=False).indices
        accuracy = arrays["is_right"].to(inputs)[:, nearest].mean(dim=2).T
        is_best = (accuracy > accuracy.amax(dim=1, keepdim=True) - _TIE).to(inputs)
        weights = is_best / is_best.sum(dim=1, keepdim=True)
        return torch.einsum("nm,mnc->nc", weights, probabilities)

    def pick(
        self, inputs: Float[np.ndarray, "N inputs"], probabilities: Probabilities
    ) -> Int[np.ndarray, " N"]:
        """The minimum of the largest weight for each point [N]."""
        return np.asarray(self.weights(inputs).argmax(axis=1))

    def arrays(self) -> dict[str, np.ndarray]:
        return {
            "inputs": self._inputs,
            "is_right": self._is_right,
            "neighbours": np.array(self._k),
        }

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._remember(arrays["inputs"], arrays["is_right"].astype(bool), int(arrays["neighbours"]))
