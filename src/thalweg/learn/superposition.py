"""A classifier that combines several minima of one landscape."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Shaped
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from ..analysis.minima.metrics import auc_score
from ..landscape.landscape import Landscape
from ..landscape.network import Network
from ..problems import NeuralNetwork
from ..problems.neural_networks.activations import Activation
from ..problems.output_kind import OutputKind
from .gates import Gate, best_minimum
from .selection import SelectionMethod
from .superposed_estimator import SuperposedEstimator
from .superposition_file import function_of, labels_of, read_model, write_model


class SuperposedClassifier(ClassifierMixin, SuperposedEstimator):  # type: ignore[misc] # as there
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

    output_kind = OutputKind.LOGITS

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
        self._fit(X, targets)
        return self

    def predict_proba(self, X: Any) -> Float[np.ndarray, "N classes"]:
        """Class probabilities [N classes] of the rows X [N inputs]."""
        return self._combined(X)

    def predict(self, X: Any) -> Shaped[np.ndarray, " N"]:
        """The most probable label of each row [N]."""
        most_probable = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[most_probable])

    # ---- what the minima could give ----------------------------------------------------------------

    def probabilities_of_minima(
        self,
        X: Any,
    ) -> Float[np.ndarray, "minima N classes"]:
        """Class probabilities of each selected minimum on its own, for the rows X [minima N classes]."""
        return self._of_minima(X)

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
            **self._header(),
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
        model._restore(header, arrays["selected"], function)
        return model

    # ---- where classes differ from values ----------------------------------------------------------

    def _problem(self, inputs: Float[np.ndarray, "N inputs"], targets: np.ndarray) -> NeuralNetwork:
        return NeuralNetwork.from_data(inputs, targets, hidden=tuple(self.hidden), l2=self.l2)

    def _n_outputs(self) -> int:
        return len(self.classes_)
