"""A classifier that combines several minima of one landscape."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int, Shaped
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, check_random_state, validate_data

from ..analysis.minima.metrics import auc_score
from ..datasets.column_statistics import column_statistics
from ..landscape.landscape import Landscape
from ..landscape.network import Network
from ..numbers import real_number
from ..problems import NeuralNetwork
from ..problems.neural_networks.activations import Activation
from .gates import Gate, GateTraining, best_minimum, gate_named
from .selection import SelectionContext, SelectionMethod, select
from .superposable import LeakageWarning, Superposable, rows_outside, superposable_problem
from .superposed_function import SuperposedFunction
from .superposition_file import function_of, labels_of, read_model, write_model
from .timed_search import minima_within
from .trained_network import TrainedNetwork

_MINIMA_TO_EXPLORE = 100


class SuperposedClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """Superpose minima of a loss landscape: a gate says which minimum serves a point best.

    Args:
        landscape: a Landscape, the path of one, or a Network of minima of a network with `hidden` units
            over these inputs. None explores one in `fit`, on standardised inputs.
        hidden: units of each hidden layer of the network that is explored.
        n_minima: how many minima to combine.
        select: how they are chosen: one of `METHODS`, as misclassification, mmdbm, heat_capacity:2 (of
            the second peak) or random; several of them joined by "+"; or a `SelectionMethod`.
        gate: how they are combined: network (the minimum that a second network picks), soft (a mixture
            by that network), mlsup (as published), neighbours (the minimum that is right for most of the
            nearest training points), another of `GATES`, or a `Gate`, of which a copy is fitted.
        gate_hidden: units of each hidden layer of the gating network (three as published; five serve
            better).
        gate_l2: weight of the penalty of the gating network (1e-5 as published).
        l2: weight of the penalty of the network that is explored.
        max_seconds: wall time that `fit` may search for, about; None for no limit. Compilation, some
            seconds for data of a new shape, comes on top: it cannot be cut short.
        random_state: of all random choices.

    Attributes:
        classes_: labels in sorted order [classes].
        selected_: the chosen minima, by index in the network [n_minima].
        function_: what was learnt, of NumPy arrays alone: call it for probabilities, ask it for input
            gradients, or turn it into a torch module, for use inside a simulation.
        n_features_in_: inputs.
        feature_names_in_: their names, if the rows to fit had them; kept in a file.
    """

    def __init__(
        self,
        landscape: Landscape | Network | str | Path | None = None,
        *,
        hidden: Sequence[int] = (5,),
        n_minima: int = 4,
        select: str | SelectionMethod = "misclassification",
        gate: str | Gate = "network",
        gate_hidden: Sequence[int] = (5,),
        gate_l2: float = 1e-4,
        l2: float = 1e-5,
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

    # ---- scikit-learn ------------------------------------------------------------------------------

    def fit(self, X: Any, y: Any) -> "SuperposedClassifier":
        """Choose minima and train the gate, on the rows X [N inputs] with labels y [N].

        Raises:
            ValueError: for data or parameters that cannot be used.
        """
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, targets = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"y holds one class only ({self.classes_[0]!r}); a classifier needs at least two."
            )
        if self.max_seconds is not None:
            real_number(self.max_seconds, "max_seconds", above=0)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        scale = self._scale(X)
        inputs = (X - scale[0]) / scale[1]
        network, problem = self._network(inputs, targets, seed)
        if network.n_minima < self.n_minima:
            warnings.warn(
                f"the landscape has {network.n_minima} minima, fewer than n_minima = "
                f"{self.n_minima}; all of them are used.",
                stacklevel=2,
            )
        context = SelectionContext(network, problem, problem.symmetry, inputs, seed, targets)
        self.selected_ = select(context, self.n_minima, self.select).minima
        minima = tuple(
            TrainedNetwork.from_vector(network.coordinates[i], problem.sizes, problem.activation)
            for i in self.selected_
        )
        gate = gate_named(self.gate, self.gate_hidden, self.gate_l2)
        function = SuperposedFunction(minima, gate, *scale)
        training = GateTraining(
            inputs,
            targets,
            function.of_each(X),
            network.losses[self.selected_],
            seed,
            None if self.max_seconds is None else 0.3 * self.max_seconds,
        )
        function.gate.fit(training)
        self.function_ = function
        return self

    def predict_proba(self, X: Any) -> Float[np.ndarray, "N classes"]:
        """Class probabilities [N classes] of the rows X [N inputs]."""
        check_is_fitted(self)
        return self.function_(validate_data(self, X, dtype=np.float64, reset=False))

    def predict(self, X: Any) -> Shaped[np.ndarray, " N"]:
        """The most probable label of each row [N]."""
        most_probable = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[most_probable])

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "function_")

    # ---- what the minima could give ----------------------------------------------------------------

    def probabilities_of_minima(
        self,
        X: Any,
    ) -> Float[np.ndarray, "minima N classes"]:
        """Class probabilities of each selected minimum on its own, for the rows X [minima N classes]."""
        check_is_fitted(self)
        return self.function_.of_each(validate_data(self, X, dtype=np.float64, reset=False))

    def picked(self, X: Any) -> Int[np.ndarray, " N"]:
        """The chosen minimum, by its index in `selected_`, that counts most for each row [N].

        For a gating network it is the one that the gate picks; for other gates the one whose
        probabilities are nearest to the combined ones.
        """
        check_is_fitted(self)
        function = self.function_
        scaled_inputs = function.scaled(validate_data(self, X, dtype=np.float64, reset=False))
        return function.gate.pick(scaled_inputs, function.of_each_scaled(scaled_inputs))

    def theoretical_maximum_auc(self, X: Any, y: Any) -> float:
        """The AUC if the minimum that serves each point best were known (TMA).

        For every point the largest probability of its right class over the minima.
        """
        p = self.probabilities_of_minima(X)
        targets = np.searchsorted(self.classes_, y)
        return auc_score(targets, p[best_minimum(p, targets), np.arange(len(targets))])

    # ---- saving ------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> None:
        """Write the fitted model as NumPy arrays and JSON, without pickle.

        Of a gate or an activation of your own the file holds what was learnt; `load` asks for the object.

        Raises:
            TypeError: for labels that JSON does not know.
        """
        check_is_fitted(self)
        header = {
            "labels": self.classes_.tolist(),
            "label_type": self.classes_.dtype.str,
            "n_features_in": self.n_features_in_,
            # Without them, columns in another order would be taken for those that were fitted.
            "feature_names_in": list(getattr(self, "feature_names_in_", ())) or None,
            "gate": self.gate if isinstance(self.gate, str) else None,
            "gate_class": type(self.function_.gate).__name__,
            "gate_hidden": list(self.gate_hidden),
            "gate_l2": self.gate_l2,
            "select": self.select if isinstance(self.select, str) else self.select.name,
        }
        write_model(path, self.function_, header, {"selected": self.selected_})

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        gate: Gate | None = None,
        activation: Activation | None = None,
        select: SelectionMethod | None = None,
    ) -> "SuperposedClassifier":
        """Read a model that `save` wrote.

        Args:
            path: of the file.
            gate: made as the one that the model was saved with, if that was an object.
            activation: of the network, if it is one of your own.
            select: the selection, if it is one of your own and the model is to be fitted again.

        Raises:
            ValueError: if the file is not one, a newer version wrote it, or it was saved with a gate or
                an activation of your own that is not passed.
        """
        header, arrays = read_model(path)
        function = function_of(header, arrays, gate, activation)
        model = cls(
            n_minima=len(arrays["selected"]),
            select=select or header["select"],
            gate=gate or header["gate"],
            gate_hidden=tuple(header["gate_hidden"]),
            gate_l2=header["gate_l2"],
        )
        model.classes_ = labels_of(header)
        model.n_features_in_ = header["n_features_in"]
        names = header.get("feature_names_in")
        if names is not None:
            model.feature_names_in_ = np.array(names, dtype=object)
        model.selected_ = arrays["selected"]
        model.function_ = function
        return model

    # ---- the landscape -----------------------------------------------------------------------------

    def _network(
        self, inputs: Float[np.ndarray, "N inputs"], targets: Int[np.ndarray, " N"], seed: int
    ) -> tuple[Network, Superposable]:
        if isinstance(self.landscape, str | Path):
            with Landscape.open(self.landscape) as landscape:
                return self._of_landscape(landscape, inputs)
        if isinstance(self.landscape, Landscape):
            return self._of_landscape(self.landscape, inputs)
        problem = NeuralNetwork.from_data(inputs, targets, hidden=tuple(self.hidden), l2=self.l2)
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
            warnings.warn("hidden is ignored: the landscape was given.", stacklevel=4)
        problem = superposable_problem(landscape, inputs.shape[1], len(self.classes_))
        outside = rows_outside(problem, inputs)
        if outside:
            warnings.warn(
                f"the landscape was explored on {problem.inputs.shape[1]} rows, of which {outside} are "
                f"not among the {len(inputs)} rows to fit: a score on them is not one on unseen data.",
                LeakageWarning,
                stacklevel=4,
            )
        return landscape.network(), problem

    def _scale(
        self, inputs: Float[np.ndarray, "N inputs"]
    ) -> tuple[Float[np.ndarray, " inputs"], Float[np.ndarray, " inputs"]]:
        """Standardise inputs only for a landscape that `fit` explores itself."""
        if self.landscape is not None:
            return np.zeros(inputs.shape[1]), np.ones(inputs.shape[1])
        statistics = column_statistics(inputs)
        return statistics.mean, np.where(statistics.varies, statistics.deviation, 1.0)
