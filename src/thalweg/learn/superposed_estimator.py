"""What estimators that combine several minima of one landscape share."""

import abc
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, check_random_state, validate_data

from ..datasets.column_statistics import column_statistics
from ..landscape.landscape import Landscape
from ..landscape.network import Network
from ..numbers import real_number
from ..problems import NeuralNetwork
from ..problems.output_kind import OutputKind
from .gates import Gate, GateTraining, gate_named
from .selection import SelectionContext, SelectionMethod, select
from .superposable import LeakageWarning, Superposable, rows_outside, superposable_problem
from .superposed_function import SuperposedFunction
from .timed_search import minima_within
from .trained_network import TrainedNetwork

_MINIMA_TO_EXPLORE = 100


class SuperposedEstimator(BaseEstimator, abc.ABC):  # type: ignore[misc] # scikit-learn has no types
    """Chooses minima, trains a gate and keeps both as a function; classes and values differ in a few places.

    Attributes: as of `SuperposedClassifier`.
    """

    landscape: Landscape | Network | str | Path | None
    hidden: Sequence[int]
    n_minima: int
    select: str | SelectionMethod
    gate: str | Gate
    gate_hidden: Sequence[int]
    gate_l2: float
    l2: float
    max_seconds: float | None
    random_state: Any

    output_kind: OutputKind
    """What the networks of the landscape give."""

    @abc.abstractmethod
    def _problem(self, inputs: Float[np.ndarray, "N inputs"], targets: np.ndarray) -> NeuralNetwork:
        """The network that is explored where no landscape is given."""

    @abc.abstractmethod
    def _n_outputs(self) -> int:
        """Outputs that the networks have."""

    def _minimum(self, network: TrainedNetwork) -> TrainedNetwork:
        """A minimum as the function holds it."""
        return network

    # ---- fit ---------------------------------------------------------------------------------------

    def _fit(self, inputs: Float[np.ndarray, "N inputs"], targets: np.ndarray) -> None:
        """Choose minima and train the gate on rows [N inputs] with targets as the networks have them [N]."""
        if self.max_seconds is not None:
            real_number(self.max_seconds, "max_seconds", above=0)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        scale = self._scale(inputs)
        scaled = (inputs - scale[0]) / scale[1]
        network, problem = self._network(scaled, targets, seed)
        if network.n_minima < self.n_minima:
            warnings.warn(
                f"the landscape has {network.n_minima} minima, fewer than n_minima = "
                f"{self.n_minima}; all of them are used.",
                stacklevel=3,
            )
        context = SelectionContext(network, problem, problem.symmetry, scaled, seed, targets)
        self.selected_ = select(context, self.n_minima, self.select).minima
        minima = tuple(
            TrainedNetwork.from_vector(
                network.coordinates[i], problem.sizes, problem.activation, self.output_kind
            )
            for i in self.selected_
        )
        gate = self._gate()
        training = GateTraining(
            scaled,
            targets,
            np.array([minimum.predictions(scaled) for minimum in minima]),
            network.losses[self.selected_],
            seed,
            None if self.max_seconds is None else 0.3 * self.max_seconds,
        )
        gate.fit(training)
        self.function_ = SuperposedFunction(tuple(map(self._minimum, minima)), gate, *scale)

    def _gate(self) -> Gate:
        return gate_named(self.gate, self.gate_hidden, self.gate_l2)

    def _scale(
        self, inputs: Float[np.ndarray, "N inputs"]
    ) -> tuple[Float[np.ndarray, " inputs"], Float[np.ndarray, " inputs"]]:
        """Standardise inputs only for a landscape that `fit` explores itself."""
        if self.landscape is not None:
            return np.zeros(inputs.shape[1]), np.ones(inputs.shape[1])
        statistics = column_statistics(inputs)
        return statistics.mean, np.where(statistics.varies, statistics.deviation, 1.0)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "function_")

    # ---- what has been fitted ----------------------------------------------------------------------

    def _checked(self, X: Any) -> Float[np.ndarray, "N inputs"]:
        check_is_fitted(self)
        return np.asarray(validate_data(self, X, dtype=np.float64, reset=False))

    def _combined(self, X: Any) -> Float[np.ndarray, "N outputs"]:
        inputs = self._checked(X)
        return self.function_(inputs)

    def _of_minima(self, X: Any) -> Float[np.ndarray, "minima N outputs"]:
        inputs = self._checked(X)
        return self.function_.of_each(inputs)

    def picked(self, X: Any) -> Int[np.ndarray, " N"]:
        """The chosen minimum, by its index in `selected_`, that counts most for each row [N].

        For a gating network it is the one that the gate picks; for other gates the one whose predictions are
        nearest to the combined ones.
        """
        inputs, function = self._checked(X), self.function_
        scaled = function.scaled(inputs)
        return function.gate.pick(scaled, function.of_each_scaled(scaled))

    def _header(self) -> dict[str, Any]:
        """What a file needs to know of the estimator besides its function."""
        return {
            "n_features_in": self.n_features_in_,
            # Without them, columns in another order would be taken for those that were fitted.
            "feature_names_in": list(getattr(self, "feature_names_in_", ())) or None,
            "gate": self.gate if isinstance(self.gate, str) else None,
            "gate_class": type(self.function_.gate).__name__,
            "gate_hidden": list(self.gate_hidden),
            "gate_l2": self.gate_l2,
            "select": self.select if isinstance(self.select, str) else self.select.name,
        }

    def _restore(
        self, header: dict[str, Any], selected: np.ndarray, function: SuperposedFunction
    ) -> None:
        """Take back what a file holds."""
        self.n_features_in_ = header["n_features_in"]
        names = header.get("feature_names_in")
        if names is not None:
            self.feature_names_in_ = np.array(names, dtype=object)
        self.selected_, self.function_ = selected, function

    # ---- the landscape -----------------------------------------------------------------------------

    def _network(
        self, inputs: Float[np.ndarray, "N inputs"], targets: np.ndarray, seed: int
    ) -> tuple[Network, Superposable]:
        if isinstance(self.landscape, str | Path):
            with Landscape.open(self.landscape) as landscape:
                return self._of_landscape(landscape, inputs)
        if isinstance(self.landscape, Landscape):
            return self._of_landscape(self.landscape, inputs)
        problem = self._problem(inputs, targets)
        if isinstance(self.landscape, Network):
            if self.landscape.coordinates.shape[1] != problem.dimension:
                raise ValueError(
                    f"the network of minima has {self.landscape.coordinates.shape[1]} parameters, but "
                    f"hidden = {tuple(self.hidden)} on these data needs {problem.dimension}."
                )
            return self.landscape, problem
        seconds = None if self.max_seconds is None else 0.6 * self.max_seconds
        network = minima_within(problem, _MINIMA_TO_EXPLORE, seed, seconds)
        if network.n_minima == 0:
            limit = "" if self.max_seconds is None else f" in max_seconds = {self.max_seconds:g}"
            raise ValueError(
                f"no minimum was reached{limit}. Raise max_seconds or l2, or pass a landscape."
            )
        return network, problem

    def _of_landscape(
        self, landscape: Landscape, inputs: Float[np.ndarray, "N inputs"]
    ) -> tuple[Network, Superposable]:
        if tuple(self.hidden) != (5,):
            warnings.warn("hidden is ignored: the landscape was given.", stacklevel=5)
        problem = superposable_problem(
            landscape, inputs.shape[1], self._n_outputs(), self.output_kind
        )
        outside = rows_outside(problem, inputs)
        if outside:
            warnings.warn(
                f"the landscape was explored on {problem.inputs.shape[1]} rows, of which {outside} are "
                f"not among the {len(inputs)} rows to fit: a score on them is not one on unseen data.",
                LeakageWarning,
                stacklevel=5,
            )
        return landscape.network(), problem
