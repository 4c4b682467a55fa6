"""A gate that is a second network."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from ...numbers import real_number
from ...problems import NeuralNetwork
from ..merit import best_minimum
from ..timed_search import minima_within
from ..trained_network import TrainedNetwork
from .base import Gate, GateTraining, Gradients, Probabilities

_GATE_MINIMA = 16
_ACTIVATION = "tanh"


class NetworkGate(Gate):
    """A second network chooses the minimum for each point.

    It learns, by thalweg's own search for its lowest minimum, which minimum gives the right class the
    largest probability (of values: comes nearest), with cross-entropy and a penalty. As published it has
    three units and λ = 1e-5 (the gate "mlsup").

    Attributes:
        hidden: units of each hidden layer of that network.
        l2: weight λ of the penalty in its loss.
        is_soft: whether minima are mixed in proportion to what the network gives them, in place of
            taking the likeliest alone.
        network: chooses among the minima that are best for some point; None if only one is.

    Reference: Niroomand et al., Mach. Learn.: Sci. Technol. 3, 025004 (2022), eqs. 2, 3 and section 3.1.
    """

    combines_values = True

    def __init__(
        self, hidden: Sequence[int] = (5,), *, l2: float = 1e-4, is_soft: bool = False
    ) -> None:
        self.hidden = tuple(hidden)
        self.l2 = real_number(l2, "gate_l2", least=0)
        self.is_soft = is_soft
        self._useful = np.zeros(0, dtype=np.int64)
        self.network: TrainedNetwork | None = None

    def fit(self, training: GateTraining) -> None:
        best = best_minimum(training.probabilities, training.targets)
        self._useful = np.unique(best)
        self.network = None
        if len(self._useful) == 1:
            return
        problem = NeuralNetwork.from_data(
            training.inputs, best, hidden=self.hidden, l2=self.l2, activation=_ACTIVATION
        )
        network = minima_within(problem, _GATE_MINIMA, training.seed, training.seconds)
        if network.n_minima == 0:
            warnings.warn(
                "the gate reached no minimum in its time and chooses at random; raise max_seconds.",
                stacklevel=2,
            )
            x = np.random.default_rng(training.seed).normal(size=problem.dimension)
        else:
            x = network.coordinates[network.global_minimum]
        self.network = TrainedNetwork.from_vector(x, problem.sizes, _ACTIVATION)

    def weights(self, inputs: Float[np.ndarray, "N inputs"], n: int) -> Float[np.ndarray, "N n"]:
        """Weight of each of the `n` minima for each point [N n]; rows sum to one."""
        weights = np.zeros((len(inputs), n))
        if self.network is None:
            weights[:, self._useful] = 1.0
            return weights
        p = self.network.predict_proba(inputs)
        if not self.is_soft:
            p = np.eye(p.shape[1])[p.argmax(axis=1)]
        weights[:, self._useful] = p
        return weights

    def combine(
        self, inputs: Float[np.ndarray, "N inputs"], probabilities: Probabilities
    ) -> Float[np.ndarray, "N classes"]:
        weights = self.weights(inputs, len(probabilities))
        return np.asarray(np.einsum("nm,mnc->nc", weights, probabilities))

    def input_gradients(
        self,
        inputs: Float[np.ndarray, "N inputs"],
        probabilities: Probabilities,
        gradients: Gradients,
    ) -> Float[np.ndarray, "N classes inputs"]:
        weights = self.weights(inputs, len(probabilities))
        of_minima = np.asarray(np.einsum("nm,mnci->nci", weights, gradients))
        if self.network is None or not self.is_soft:
            return of_minima
        shifts = self.network.input_gradients(inputs)
        of_weights = np.einsum("nmi,mnc->nci", shifts, probabilities[self._useful])
        return np.asarray(of_minima + of_weights)

    def torch_combine(self, arrays: Mapping[str, Any], inputs: Any, probabilities: Any) -> Any:
        import torch

        from ..torch_network import network_probabilities

        useful = probabilities[arrays["useful"]]
        if self.network is None:
            return useful[0]
        layers = [arrays[f"layer{k}"] for k in range(len(self.network.layers))]
        weights = network_probabilities(layers, self.network.activation, inputs)
        if not self.is_soft:
            likeliest = weights.argmax(dim=1)
            weights = torch.nn.functional.one_hot(likeliest, weights.shape[1]).to(weights)
        return torch.einsum("nm,mnc->nc", weights, useful)

    def pick(
        self, inputs: Float[np.ndarray, "N inputs"], probabilities: Probabilities
    ) -> Int[np.ndarray, " N"]:
        """The minimum of the largest weight for each point [N]."""
        return np.asarray(self.weights(inputs, len(probabilities)).argmax(axis=1))

    def arrays(self) -> dict[str, np.ndarray]:
        layers = () if self.network is None else self.network.layers
        return {
            "useful": self._useful,
            **{f"layer{k}": layer for k, layer in enumerate(layers)},
        }

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._useful = arrays["useful"]
        layers = tuple(arrays[f"layer{k}"] for k in range(len(arrays) - 1))
        self.network = TrainedNetwork(layers, _ACTIVATION) if layers else None
