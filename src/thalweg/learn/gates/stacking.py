"""A gate that is a logistic regression."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float
from sklearn.linear_model import LogisticRegression

from ..trained_network import TrainedNetwork
from .base import Gate, GateTraining, Gradients, Probabilities


class StackingGate(Gate):
    """Logistic regression on the probabilities of all minima side by side.

    Attributes:
        layer: its coefficients, intercepts last [classes, minima · classes + 1].
    """

    def __init__(self) -> None:
        self.layer: Float[np.ndarray, "classes features_plus_1"] = np.zeros((0, 0))

    def fit(self, training: GateTraining) -> None:
        features = _side_by_side(training.probabilities)
        model = LogisticRegression(max_iter=1000).fit(features, training.targets)
        self.layer = np.column_stack([model.coef_, model.intercept_])
        if len(self.layer) == 1:
            # Of two classes only the second has a row; the first one's logit is zero.
            self.layer = np.concatenate([np.zeros_like(self.layer), self.layer])

    def combine(
        self, inputs: Float[np.ndarray, "N inputs"], probabilities: Probabilities
    ) -> Float[np.ndarray, "N classes"]:
        return self._model.predict_proba(_side_by_side(probabilities))

    def input_gradients(
        self,
        inputs: Float[np.ndarray, "N inputs"],
        probabilities: Probabilities,
        gradients: Gradients,
    ) -> Float[np.ndarray, "N classes inputs"]:
        m, n, c, i = gradients.shape
        by_feature = self._model.input_gradients(_side_by_side(probabilities))
        return np.asarray(by_feature @ gradients.transpose(1, 0, 2, 3).reshape(n, m * c, i))

    def torch_combine(self, arrays: Mapping[str, Any], inputs: Any, probabilities: Any) -> Any:
        from ..torch_network import network_probabilities

        features = probabilities.permute(1, 0, 2).flatten(start_dim=1)
        return network_probabilities([arrays["layer"]], self._model.activation, features)

    @property
    def _model(self) -> TrainedNetwork:
        """A network of one layer has no hidden units, whatever their activation."""
        return TrainedNetwork((self.layer,), "tanh")

    def arrays(self) -> dict[str, np.ndarray]:
        return {"layer": self.layer}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self.layer = arrays["layer"]


def _side_by_side(probabilities: Probabilities) -> Float[np.ndarray, "N features"]:
    m, n, c = probabilities.shape
    return probabilities.transpose(1, 0, 2).reshape(n, m * c)
