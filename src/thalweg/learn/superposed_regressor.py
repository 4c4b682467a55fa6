"""A regressor that combines several minima, with derivatives by its inputs."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from ..datasets.column_statistics import column_statistics
from ..landscape.landscape import Landscape
from ..landscape.network import Network
from ..problems import NeuralNetwork
from ..problems.neural_networks.activations import Activation
from ..problems.output_kind import OutputKind
from .gates import GATES, Gate, GateSettings
from .merit import merits
from .selection import SelectionMethod
from .superposed_estimator import SuperposedEstimator
from .superposition_file import function_of, read_model, write_model
from .trained_network import TrainedNetwork

_REGRESSOR = "SuperposedRegressor"


class SuperposedRegressor(RegressorMixin, SuperposedEstimator):  # type: ignore[misc] # as there
    """Superpose minima of a loss over values: a soft gate mixes them for each point.

    What `SuperposedClassifier` is for classes. With the gates "soft", "mean" and "boltzmann" the prediction
    is smooth in the inputs, and `function_.input_gradients` are its derivatives: forces, where the value is
    an energy or a property that a molecular simulation is held to. `function_.to_torch()` is the same as a
    module of PyTorch.

    Args:
        landscape: a Landscape of a network with one output and a loss over values, the path of one, or a
            Network of minima of a network with `hidden` units over these inputs and targets. None explores
            one in `fit`, on standardised inputs and targets.
        hidden: units of each hidden layer of the network that is explored.
        n_minima: how many minima to combine.
        select: how they are chosen: complementary (those with the least error if the best of them were
            known for each row), best_loss, euclidean, heat_capacity, another method that looks at no
            classes, several of them joined by "+", or a `SelectionMethod`.
        gate: how they are combined: soft (a mixture by a second network, which learns which minimum is
            nearest to the target), network (it picks one: the prediction jumps), mean, boltzmann, or a
            `Gate` for values, of which a copy is fitted.
        gate_hidden: units of each hidden layer of the gating network.
        gate_l2: weight of the penalty of the gating network.
        l2: weight of the penalty of the network that is explored, whose targets have unit variance.
        max_seconds: wall time that `fit` may search for, about; None for no limit.
        random_state: of all random choices.

    Attributes:
        selected_: the chosen minima, by index in the network [n_minima].
        function_: what was learnt, of NumPy arrays alone; its predictions have one column.
        n_features_in_: inputs.
        feature_names_in_: their names, if the rows to fit had them; kept in a file.

    Reference: Niroomand et al., Mach. Learn.: Sci. Technol. 3, 025004 (2022), section 6.1.1.
    """

    output_kind = OutputKind.VALUES

    def __init__(
        self,
        landscape: Landscape | Network | str | Path | None = None,
        *,
        hidden: Sequence[int] = (5,),
        n_minima: int = 4,
        select: str | SelectionMethod = "complementary",
        gate: str | Gate = "soft",
        gate_hidden: Sequence[int] = (5,),
        gate_l2: float = 1e-3,
        l2: float = 1e-3,
        max_seconds: float | None = None,
        random_state: Any = None,
    ) -> None:
        self.landscape = landscape
        self.hidden = hidden
        self.n_minima = n_minima
        self.select = select
        self.gate = gate
        self.gate_hidden = gate_hidden
        self.gate_l2 = gate_l2
        self.l2 = l2
        self.max_seconds = max_seconds
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> "SuperposedRegressor":
        """Choose minima and train the gate, on the rows X [N inputs] with values y [N].

        Raises:
            ValueError: for data or parameters that cannot be used.
        """
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=2)
        targets = np.asarray(y, dtype=np.float64)
        self._centre, self._spread = self._target_scale(targets)
        self._fit(X, (targets - self._centre) / self._spread)
        return self

    def predict(self, X: Any) -> Float[np.ndarray, " N"]:
        """The value of each row [N]."""
        return np.asarray(self._combined(X)[:, 0])

    def values_of_minima(self, X: Any) -> Float[np.ndarray, "minima N"]:
        """The value of each row by each selected minimum on its own [minima N]."""
        return np.asarray(self._of_minima(X)[:, :, 0])

    def theoretical_minimum_error(self, X: Any, y: Any) -> float:
        """The mean squared error if the minimum that serves each row best were known (cf. TMA of classes)."""
        each = self.values_of_minima(X)[:, :, None]
        return float(-merits(each, np.asarray(y, dtype=np.float64)).max(axis=0).mean())

    # ---- saving ------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write the fitted model as NumPy arrays and JSON, without pickle; as `SuperposedClassifier.save`."""
        check_is_fitted(self)
        header = {"estimator": _REGRESSOR, **self._header()}
        write_model(path, self.function_, header, {"selected": self.selected_})

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        gate: Gate | None = None,
        activation: Activation | None = None,
        select: SelectionMethod | None = None,
    ) -> "SuperposedRegressor":
        """Read a model that `save` wrote; arguments and errors as of `SuperposedClassifier.load`."""
        header, arrays = read_model(path, _REGRESSOR)
        function = function_of(header, arrays, gate, activation)
        model = cls(
            n_minima=len(arrays["selected"]),
            select=select or header["select"],
            gate=gate or header["gate"],
            gate_hidden=tuple(header["gate_hidden"]),
            gate_l2=header["gate_l2"],
        )
        model._restore(header, arrays["selected"], function)
        return model

    # ---- where values differ from classes ----------------------------------------------------------

    def _problem(self, inputs: Float[np.ndarray, "N inputs"], targets: np.ndarray) -> NeuralNetwork:
        return NeuralNetwork.from_data(
            inputs, targets, hidden=tuple(self.hidden), l2=self.l2, loss="mean_squared_error"
        )

    def _n_outputs(self) -> int:
        return 1

    def _gate(self) -> Gate:
        gate = super()._gate()
        if not gate.combines_values:
            able = [name for name, make in GATES.items() if make(GateSettings()).combines_values]
            raise ValueError(
                f"the gate {self.gate!r} combines classes alone; for values take {', '.join(able)}, or one "
                "of your own with combines_values = True."
            )
        return gate

    def _target_scale(self, targets: Float[np.ndarray, " N"]) -> tuple[float, float]:
        """Standardise targets only for a landscape that `fit` explores itself."""
        if self.landscape is not None:
            return 0.0, 1.0
        statistics = column_statistics(targets)
        return float(statistics.mean), float(statistics.deviation) or 1.0

    def _minimum(self, network: TrainedNetwork) -> TrainedNetwork:
        """The network in the units of the targets: its last layer is linear."""
        last = self._spread * network.layers[-1]
        last[:, -1] += self._centre
        return dataclasses.replace(network, layers=(*network.layers[:-1], last))
