"""How the predictions of several minima are combined for each point."""

import abc
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from sklearn.linear_model import LogisticRegression

from ..problems import NeuralNetwork
from ..search.exploration.explore import explore
from .trained_network import TrainedNetwork

_GATE_L2 = 1e-4
_GATE_MINIMA = 16

Probabilities = Float[np.ndarray, "minima N classes"]
Gradients = Float[np.ndarray, "minima N classes inputs"]


class Gate(abc.ABC):
    """Combines class probabilities of several minima; `arrays` are all that it has learnt."""

    @abc.abstractmethod
    def fit(
        self,
        inputs: Float[np.ndarray, "N inputs"],
        targets: Int[np.ndarray, " N"],
        probabilities: Probabilities,
        *,
        seed: int,
        seconds: float | None,
    ) -> None:
        """Learn from training points: inputs [N inputs], class numbers [N] and what each minimum says."""

    @abc.abstractmethod
    def combine(
        self, inputs: Float[np.ndarray, "N inputs"], probabilities: Probabilities
    ) -> Float[np.ndarray, "N classes"]:
        """Class probabilities [N classes]."""

    @abc.abstractmethod
    def input_gradients(
        self,
        inputs: Float[np.ndarray, "N inputs"],
        probabilities: Probabilities,
        gradients: Gradients,
    ) -> Float[np.ndarray, "N classes inputs"]:
        """Derivatives of what `combine` gives, from those of the minima [N classes inputs]."""

    def arrays(self) -> dict[str, np.ndarray]:
        """What was learnt, by name."""
        return {}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Take back what `arrays` gave."""
        if arrays:
            raise ValueError(f"this gate learns nothing, but was given {', '.join(arrays)}.")


def best_minimum(
    probabilities: Probabilities, targets: Int[np.ndarray, " N"]
) -> Int[np.ndarray, " N"]:
    """For each point the minimum with the largest probability of the right class [N]."""
    return probabilities[:, np.arange(len(targets)), targets].argmax(axis=0)


class NetworkGate(Gate):
    """A second network chooses the minimum for each point.

    It learns, by thalweg's own search for its lowest minimum, which minimum gives the right class the
    largest probability, with cross-entropy and a penalty.

    Attributes:
        hidden: units of each hidden layer of that network.
        is_soft: whether minima are mixed in proportion to what the network gives them, in place of
            taking the likeliest alone.
        network: chooses among the minima that are best for some point; None if only one is.
    """

    def __init__(self, hidden: Sequence[int], *, is_soft: bool) -> None:
        self.hidden = tuple(hidden)
        self.is_soft = is_soft
        self._useful = np.zeros(0, dtype=np.int64)
        self.network: TrainedNetwork | None = None

    def fit(
        self,
        inputs: Float[np.ndarray, "N inputs"],
        targets: Int[np.ndarray, " N"],
        probabilities: Probabilities,
        *,
        seed: int,
        seconds: float | None,
    ) -> None:
        best = best_minimum(probabilities, targets)
        self._useful = np.unique(best)
        if len(self._useful) == 1:
            return
        problem = NeuralNetwork.from_data(inputs, best, hidden=self.hidden, l2=_GATE_L2)
        landscape = explore(
            problem, minima=_GATE_MINIMA, connect=False, seed=seed, seconds=seconds, workers=1
        )
        network = landscape.network()
        x = (
            network.coordinates[network.global_minimum]
            if network.n_minima
            else np.zeros(problem.dimension)
        )
        self.network = TrainedNetwork.from_vector(x, problem.sizes, "tanh")

    def weights(self, inputs: Float[np.ndarray, "N inputs"], n: int) -> Float[np.ndarray, "N n"]:
        """Weight of each of the `n` minima for each point [N n]; rows sum to one."""
        found = np.zeros((len(inputs), n))
        if self.network is None:
            found[:, self._useful] = 1.0
            return found
        p = self.network.predict_proba(inputs)
        if not self.is_soft:
            p = np.eye(p.shape[1])[p.argmax(axis=1)]
        found[:, self._useful] = p
        return found

    def combine(
        self, inputs: Float[np.ndarray, "N inputs"], probabilities: Probabilities
    ) -> Float[np.ndarray, "N classes"]:
        return np.einsum("nm,mnc->nc", self.weights(inputs, len(probabilities)), probabilities)

    def input_gradients(
        self,
        inputs: Float[np.ndarray, "N inputs"],
        probabilities: Probabilities,
        gradients: Gradients,
    ) -> Float[np.ndarray, "N classes inputs"]:
        weights = self.weights(inputs, len(probabilities))
        found = np.einsum("nm,mnci->nci", weights, gradients)
        if self.network is None or not self.is_soft:
            return found
        shifts = self.network.input_gradients(inputs)
        return found + np.einsum("nmi,mnc->nci", shifts, probabilities[self._useful])

    def arrays(self) -> dict[str, np.ndarray]:
        layers = () if self.network is None else self.network.layers
        return {
            "useful": self._useful,
            **{f"layer{k}": layer for k, layer in enumerate(layers)},
        }

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._useful = arrays["useful"]
        layers = tuple(arrays[f"layer{k}"] for k in range(len(arrays) - 1))
        self.network = TrainedNetwork(layers, "tanh") if layers else None


class MeanGate(Gate):
    """The mean of the minima's probabilities, or one weighted by exp(−(L − L_min)/T).

    T is the mean loss of the chosen minima above the lowest of them.

    Attributes:
        losses: of the chosen minima [minima] for Boltzmann weights; None for equal ones.
    """

    def __init__(self, losses: Float[np.ndarray, " minima"] | None = None) -> None:
        self._weights: Float[np.ndarray, " minima"] | None = None
        if losses is not None:
            above = losses - losses.min()
            weights = np.exp(-above / (above.mean() or 1.0))
            self._weights = weights / weights.sum()

    def fit(self, *_: Any, **__: Any) -> None:
        """Nothing is learnt."""

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

    def arrays(self) -> dict[str, np.ndarray]:
        return {} if self._weights is None else {"weights": self._weights}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._weights = arrays.get("weights")


class MajorityGate(Gate):
    """The share of the minima that vote for each class; a tie is shared."""

    def fit(self, *_: Any, **__: Any) -> None:
        """Nothing is learnt."""

    def combine(
        self, inputs: Float[np.ndarray, "N inputs"], probabilities: Probabilities
    ) -> Float[np.ndarray, "N classes"]:
        votes = np.eye(probabilities.shape[2])[probabilities.argmax(axis=2)]
        return votes.mean(axis=0)

    def input_gradients(
        self,
        inputs: Float[np.ndarray, "N inputs"],
        probabilities: Probabilities,
        gradients: Gradients,
    ) -> Float[np.ndarray, "N classes inputs"]:
        return np.zeros(gradients.shape[1:])


class StackingGate(Gate):
    """Logistic regression on the probabilities of all minima side by side.

    Attributes:
        layer: its coefficients, intercepts last [classes, minima · classes + 1].
    """

    def __init__(self) -> None:
        self.layer: Float[np.ndarray, "classes features_plus_1"] = np.zeros((0, 0))

    def fit(
        self,
        inputs: Float[np.ndarray, "N inputs"],
        targets: Int[np.ndarray, " N"],
        probabilities: Probabilities,
        *,
        seed: int,
        seconds: float | None,
    ) -> None:
        model = LogisticRegression(max_iter=1000).fit(_side_by_side(probabilities), targets)
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
        return by_feature @ gradients.transpose(1, 0, 2, 3).reshape(n, m * c, i)

    @property
    def _model(self) -> TrainedNetwork:
        return TrainedNetwork((self.layer,), "tanh")

    def arrays(self) -> dict[str, np.ndarray]:
        return {"layer": self.layer}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self.layer = arrays["layer"]


def _side_by_side(probabilities: Probabilities) -> Float[np.ndarray, "N features"]:
    m, n, c = probabilities.shape
    return probabilities.transpose(1, 0, 2).reshape(n, m * c)


GATES = ("network", "soft", "majority", "mean", "boltzmann", "stacking")


def gate(name: str, losses: Float[np.ndarray, " minima"], hidden: Sequence[int]) -> Gate:
    """The gate of that name for minima with these losses [minima], a network with `hidden` units.

    Raises:
        ValueError: for an unknown name.
    """
    if name in ("network", "soft"):
        return NetworkGate(hidden, is_soft=name == "soft")
    if name in ("mean", "boltzmann"):
        return MeanGate(losses if name == "boltzmann" else None)
    if name == "majority":
        return MajorityGate()
    if name == "stacking":
        return StackingGate()
    raise ValueError(f"gate must be one of {', '.join(GATES)}, got {name!r}.")
