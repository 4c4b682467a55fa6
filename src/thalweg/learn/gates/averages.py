"""Gates that treat all points alike: means and votes, each minimum with one weight."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from scipy.optimize import minimize

from .base import Gate, GateTraining, Gradients, Probabilities


class _Weighted(Gate):
    """One weight for each minimum; the same for all if there are none."""

    _weights: Float[np.ndarray, " minima"] | None = None

    def _torch_mean(self, arrays: Mapping[str, Any], of_each: Any) -> Any:
        if self._weights is None:
            return of_each.mean(dim=0)
        return (arrays["weights"][:, None, None] * of_each).sum(dim=0)


class _LearntWeights(_Weighted):
    """Keeps the weights that it has learnt."""

    def arrays(self) -> dict[str, np.ndarray]:
        return {} if self._weights is None else {"weights": self._weights}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._weights = arrays["weights"]


class MeanGate(_Weighted):
    """The mean of the minima's probabilities, or of their values."""

    combines_values = True

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
        return self._torch_mean(arrays, probabilities)


class BoltzmannGate(_LearntWeights, MeanGate):
    """The mean of the minima's probabilities, weighted by exp(−(L − L_min)/T).

    T is the mean loss of the chosen minima above the lowest of them.
    """

    def fit(self, training: GateTraining) -> None:
        above = training.losses - training.losses.min()
        weights = np.exp(-above / (above.mean() or 1.0))
        self._weights = weights / weights.sum()


class MajorityGate(_Weighted):
    """The share of the minima that vote for each class; a tie is shared.

    The published vote counts ties as right, for which the right class has to be known: `majority_vote`
    measures it, and no gate can give it.
    """

    def combine(
        self, inputs: Float[np.ndarray, "N inputs"], probabilities: Probabilities
    ) -> Float[np.ndarray, "N classes"]:
        votes = np.eye(probabilities.shape[2])[probabilities.argmax(axis=2)]
        return np.average(votes, axis=0, weights=self._weights)

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
        return self._torch_mean(arrays, votes.to(probabilities))


class TandemGate(_LearntWeights, MajorityGate):
    """A vote with weights by the correlation of errors: those of the least tandem loss.

    The weights w ≥ 0, Σw = 1 minimise wᵀTw, where T_ab is the share of the training rows that both
    minima misclassify; four times that bounds the error of the weighted vote. The published bound adds
    a term that keeps the weights near equal ones, which is small for few minima and many rows and is
    left out.

    Reference: Masegosa et al., NeurIPS (2020), arXiv:2007.13532, theorem 5.
    """

    def fit(self, training: GateTraining) -> None:
        is_wrong = training.probabilities.argmax(axis=2) != training.targets
        self._weights = least_tandem_weights(is_wrong)


def least_tandem_weights(is_wrong: Bool[np.ndarray, "minima N"]) -> Float[np.ndarray, " minima"]:
    """Weights [minima] of the least tandem loss, from who misclassifies which row [minima N].

    The programme is convex: T is a product of a matrix with its transpose.
    """
    errors = is_wrong.astype(np.float64)
    tandem = errors @ errors.T / errors.shape[1]
    n = len(tandem)
    result = minimize(  # type: ignore[call-overload]
        lambda w: float(w @ tandem @ w),
        np.full(n, 1 / n),
        jac=lambda w: 2 * (tandem @ w),
        method="SLSQP",
        bounds=[(0.0, 1.0)] * n,
        constraints=[{"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like}],
    )
    weights = np.clip(result.x, 0, 1)
    return np.asarray(weights / weights.sum())
