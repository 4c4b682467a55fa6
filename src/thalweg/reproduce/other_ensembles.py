"""Superposed minima beside the usual ensembles of the same number of parameters."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from sklearn.base import ClassifierMixin
from sklearn.ensemble import BaggingClassifier, GradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.neighbors import NearestNeighbors
from sklearn.neural_network import MLPClassifier

from ..datasets import Dataset, checkerboard, mislabelled_iris, spirals, synthetic_fraud
from ..learn.held_out import held_out_quality
from ..learn.superposition import SuperposedClassifier
from ..problems import NeuralNetwork
from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, exceeds, stated
from .superpositions import minima_of

_HIDDEN, _MINIMA, _GATE = 3, 4, 5
_SPLITS_OF_A_TREE = 3
"""Trees of depth two: three splits with an input and a threshold each, and four leaves."""
_L2 = 1e-5

_DATA: dict[str, Callable[[Scale, int], Dataset]] = {
    "spiral": lambda scale, seed: spirals(scale.train, scale.test, seed=2 * seed),
    "checkerboard": lambda scale, seed: checkerboard(scale.train, scale.test, seed=seed),
    "iris, 45 % wrong": lambda scale, seed: mislabelled_iris(seed=seed),
    "fraud stand-in": lambda scale, seed: synthetic_fraud(1500, seed=seed),
}


@dataclass(frozen=True)
class _Budget:
    """Parameters of the superposed classifier, and what others may have for as many."""

    inputs: int
    classes: int

    @property
    def parameters(self) -> int:
        """Number of parameters of the minima and the gate."""
        return _MINIMA * self.of_network(_HIDDEN, self.classes) + self.of_network(_GATE, _MINIMA)

    def of_network(self, hidden: int, outputs: int) -> int:
        return hidden * (self.inputs + 1) + outputs * (hidden + 1)

    @property
    def hidden(self) -> int:
        """Number of hidden units of one network."""
        return max(round((self.parameters - self.classes) / (self.inputs + 1 + self.classes)), 1)

    @property
    def networks(self) -> int:
        """Number of networks of the size of one minimum."""
        return max(round(self.parameters / self.of_network(_HIDDEN, self.classes)), 1)

    @property
    def trees(self) -> int:
        """Number of boosting rounds; each has a tree for every class, or one for two classes."""
        of_a_tree = 2 * _SPLITS_OF_A_TREE + _SPLITS_OF_A_TREE + 1
        per_round = of_a_tree * (1 if self.classes == 2 else self.classes)
        return max(round(self.parameters / per_round), 1)


def beside_other_ensembles(
    landscapes: Landscapes, scale: Scale, progress: Progress
) -> Reproduction:
    """Held-out AUC and Brier score of four minima and a soft gate, and of the usual methods.

    All have the same number of parameters, but for boosting at scikit-learn's own size, which is there
    to say what more would give. The single network is the best by training loss of as many random
    restarts as the landscape had.
    """
    scale = replace(scale, hidden=_HIDDEN, connect=False)
    measurements: dict[str, list[Measurements]] = {}
    names = scale.choose(tiny=("spiral",), small=tuple(_DATA), full=tuple(_DATA))
    for name in names:
        for seed in scale.seeds:
            data = _DATA[name](scale, seed)
            targets = data.class_numbers(data.test_targets)
            for method, predict in _METHODS.items():
                progress(f"{name}, seed {seed}, {method}")
                with warnings.catch_warnings():
                    # Restarts that have not converged are as scikit-learn's users get them.
                    warnings.simplefilter("ignore", ConvergenceWarning)
                    p = predict(landscapes, data, scale, seed)
                quality = held_out_quality(p, targets)
                values = {"AUC": quality.auc, "Brier score": quality.brier}
                measurements.setdefault(f"{name}: {method}", []).append(values)
    statements = tuple(
        stated(
            f"{name}: superposed minima have a higher AUC than {method}",
            measurements,
            exceeds((f"{name}: superposed minima", "AUC"), (f"{name}: {method}", "AUC")),
        )
        for name in names
        for method in list(_METHODS)[1:]
    )
    table = side_by_side(measurements, {})
    return Reproduction(
        "ensembles", "superposed minima and other ensembles", table, statements, scale
    )


# ---- methods -----------------------------------------------------------------------------------------

Probabilities = Float[np.ndarray, "N classes"]


def _superposed(landscapes: Landscapes, data: Dataset, scale: Scale, seed: int) -> Probabilities:
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(_HIDDEN,), l2=_L2)
    model = SuperposedClassifier(
        minima_of(landscapes, problem, scale, seed),
        hidden=(_HIDDEN,),
        n_minima=_MINIMA,
        gate="soft",
        gate_hidden=(_GATE,),
        random_state=seed,
    )
    return model.fit(data.inputs, data.targets).predict_proba(data.test_inputs)


def _perceptron(hidden: int, seed: int) -> MLPClassifier:
    # scikit-learn's penalty is alpha/2 · Σw² over the weights, per sample.
    return MLPClassifier(
        (hidden,),
        activation="tanh",
        solver="lbfgs",
        alpha=2 * _L2,
        max_iter=500,
        max_fun=100_000,
        random_state=seed,
    )


def _one_network(landscapes: Landscapes, data: Dataset, scale: Scale, seed: int) -> Probabilities:
    hidden = _budget(data).hidden
    models = [
        _perceptron(hidden, 1000 * seed + k).fit(data.inputs, data.targets)
        for k in range(scale.starts)
    ]
    return _on_test_rows(min(models, key=lambda model: model.loss_), data)


def _bagged(data: Dataset, seed: int) -> BaggingClassifier:
    model = BaggingClassifier(_perceptron(_HIDDEN, seed), _budget(data).networks, random_state=seed)
    return model.fit(data.inputs, data.targets)


def _bagging(landscapes: Landscapes, data: Dataset, scale: Scale, seed: int) -> Probabilities:
    return _on_test_rows(_bagged(data, seed), data)


def _dynamic(landscapes: Landscapes, data: Dataset, scale: Scale, seed: int) -> Probabilities:
    """KNORA-Eliminate over bagged networks (Ko, Sabourin & Britto, Pattern Recognition 41, 2008).

    Of the networks, those that are right about all of the nearest seven training points vote; if none
    is, of the nearest six, and so on; if none is right about the nearest one, all do.
    """
    pool = _bagged(data, seed).estimators_
    numbers = data.class_numbers(data.targets)
    is_right = np.array([m.predict(data.inputs) == numbers for m in pool])
    near = NearestNeighbors(n_neighbors=7).fit(data.inputs)
    neighbours = near.kneighbors(data.test_inputs, return_distance=False)
    competent = _competent(is_right[:, neighbours])
    votes = np.array([m.predict_proba(data.test_inputs) for m in pool])
    return np.asarray(np.einsum("mn,mnc->nc", competent / competent.sum(axis=0), votes))


def _competent(is_right: np.ndarray) -> Int[np.ndarray, "networks N"]:
    """Which networks vote, from whether each is right about each neighbour [networks N neighbours]."""
    in_a_row = np.cumprod(is_right, axis=2).sum(axis=2)
    return np.asarray(in_a_row == in_a_row.max(axis=0), dtype=np.int64)


def _boosting(landscapes: Landscapes, data: Dataset, scale: Scale, seed: int) -> Probabilities:
    model = GradientBoostingClassifier(
        n_estimators=_budget(data).trees, max_depth=2, learning_rate=0.5, random_state=seed
    )
    return _on_test_rows(model.fit(data.inputs, data.targets), data)


def _large_boosting(
    landscapes: Landscapes, data: Dataset, scale: Scale, seed: int
) -> Probabilities:
    model = GradientBoostingClassifier(random_state=seed)
    return _on_test_rows(model.fit(data.inputs, data.targets), data)


def _on_test_rows(model: ClassifierMixin, data: Dataset) -> Probabilities:
    return np.asarray(model.predict_proba(data.test_inputs))


def _budget(data: Dataset) -> _Budget:
    return _Budget(data.inputs.shape[1], data.n_classes)


_METHODS: dict[str, Any] = {
    "superposed minima": _superposed,
    "one network, best of the restarts": _one_network,
    "bagged networks": _bagging,
    "dynamic selection of networks": _dynamic,
    "boosted trees": _boosting,
    "boosted trees, 100 of depth 3": _large_boosting,
}
