"""Superposed minima in a file of NumPy arrays and JSON, without pickle."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pydantic
from jaxtyping import Float, Shaped

from ..archive import ArchiveError, read_arrays
from ..problems.neural_networks.activations import Activation, activation_named
from ..problems.output_kind import OutputKind
from .gates import Gate, gate_named
from .superposed_function import SuperposedFunction
from .trained_network import TrainedNetwork

CLASSIFIER = "SuperposedClassifier"
"""The estimator of a file that does not say."""

_FORMAT = 1
_GATE_PREFIX = "gate_"
_DAMAGE = (ValueError, LookupError, TypeError, ArithmeticError, AttributeError)
"""What arrays that do not fit each other raise where they are used."""


class ModelFileError(ValueError):
    """A file that holds no saved model, or a damaged one."""


class _Header(pydantic.BaseModel):
    """Entries of the header that reading relies on; there may be others."""

    model_config = pydantic.ConfigDict(extra="allow", strict=True)

    format: int
    estimator: str = CLASSIFIER
    labels: list[str | bool | int | float] | None = pydantic.Field(default=None, min_length=2)
    label_type: str | None = pydantic.Field(
        default=None, pattern=r"^(\|b1|\|O|[<>|=]?([iu][1248]|f[248]|U\d{1,4}))$"
    )
    n_features_in: int = pydantic.Field(ge=1)
    feature_names_in: list[str] | None = None
    n_layers: int = pydantic.Field(ge=1)
    activation: str
    own_activation: bool = False
    select: str
    gate: str | None
    gate_class: str
    gate_hidden: list[int]
    gate_l2: float = pydantic.Field(default=1e-4, ge=0, allow_inf_nan=False)

    @pydantic.model_validator(mode="after")
    def _names_every_feature(self) -> "_Header":
        names = self.feature_names_in
        if names is not None and len(names) != self.n_features_in:
            raise ValueError("it names another number of inputs than it has")
        if self.estimator == CLASSIFIER and (self.labels is None or self.label_type is None):
            raise ValueError("it has no labels of classes")
        return self


def write_model(
    path: str | Path,
    function: SuperposedFunction,
    header: Mapping[str, Any],
    arrays: Mapping[str, np.ndarray],
) -> None:
    """Write a function with more entries for the header and more arrays, `selected` among them.

    Raises:
        TypeError: for entries that JSON does not know.
    """
    activation = activation_named(function.minima[0].activation)
    header = {
        "format": _FORMAT,
        "activation": activation.name,
        "own_activation": not activation.is_built_in,
        "n_layers": len(function.minima[0].layers),
        **header,
    }
    layers = {
        f"minimum{m}_layer{k}": layer
        for m, minimum in enumerate(function.minima)
        for k, layer in enumerate(minimum.layers)
    }
    learnt = {f"{_GATE_PREFIX}{name}": array for name, array in function.gate.arrays().items()}
    scale = {"centre": function.centre, "spread": function.spread}
    every = {"header": np.array(json.dumps(header)), **layers, **learnt, **scale, **arrays}
    with open(path, "wb") as file:
        np.savez(file, allow_pickle=False, **every)


def read_model(
    path: str | Path, estimator: str = CLASSIFIER
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and arrays of a file that `write_model` wrote of such an estimator.

    Raises:
        OSError: if it cannot be read.
        ModelFileError: if it is no such file, is damaged, or a newer version wrote it.
    """
    path = Path(path)
    with open(path, "rb") as file:
        try:
            arrays = read_arrays(file)
        except ArchiveError as error:
            raise ModelFileError(f"{path} is no saved model: {error}") from error
    text = arrays.pop("header", np.zeros(0))
    if text.dtype.kind != "U" or text.ndim != 0:
        raise ModelFileError(f"{path} is no saved {estimator}.")
    try:
        header = _Header.model_validate_json(str(text))
    except ValueError as error:
        raise ModelFileError(f"{path} is damaged, its header does not hold: {error}") from error
    if header.format > _FORMAT:
        raise ModelFileError(f"{path} was written by a newer thalweg; install that to read it.")
    if header.estimator != estimator:
        raise ModelFileError(f"{path} is no saved {estimator}, but a {header.estimator}.")
    return header.model_dump(), arrays


def labels_of(header: Mapping[str, Any]) -> Shaped[np.ndarray, " classes"]:
    """The labels of the classes, as they were given to `fit`.

    Raises:
        ModelFileError: if they are of another type than the header says.
    """
    try:
        return np.array(header["labels"], dtype=header["label_type"])
    except _DAMAGE as error:
        raise ModelFileError(f"the model's labels are damaged: {error}.") from error


def function_of(
    header: Mapping[str, Any],
    arrays: Mapping[str, np.ndarray],
    gate: Gate | None,
    activation: Activation | None,
) -> SuperposedFunction:
    """The function that was written, with the parts that a file cannot hold.

    Raises:
        ValueError: if the gate or the activation was the user's own, and is not passed again.
        ModelFileError: if the arrays do not fit together.
    """
    if activation is None and header.get("own_activation", False):
        raise ValueError(
            f"the model was saved with an activation of your own, {header['activation']!r}; pass it "
            f"again: {header['estimator']}.load(path, activation=…)."
        )
    if gate is None and header["gate"] is None:
        raise ValueError(
            f"the model was saved with a gate object, {header['gate_class']}; pass one made alike: "
            f"{header['estimator']}.load(path, gate=…)."
        )
    try:
        function = _assembled(header, arrays, gate, activation)
        # What a gate has learnt only the gate itself can judge: at a point of the right length.
        with np.errstate(all="ignore"):
            p = function(np.zeros((1, header["n_features_in"])))
    except _DAMAGE as error:
        raise ModelFileError(f"the model is damaged, or of another gate: {error}.") from error
    if p.shape != (1, _n_outputs(header)) or not np.isfinite(p).all():
        what = "probabilities of its classes" if _is_of_classes(header) else "value"
        raise ModelFileError(f"the model is damaged: it gives no {what}.")
    return function


def _is_of_classes(header: Mapping[str, Any]) -> bool:
    return bool(header["estimator"] == CLASSIFIER)


def _n_outputs(header: Mapping[str, Any]) -> int:
    return len(header["labels"]) if _is_of_classes(header) else 1


def _assembled(
    header: Mapping[str, Any],
    arrays: Mapping[str, np.ndarray],
    gate: Gate | None,
    activation: Activation | None,
) -> SuperposedFunction:
    phi = activation or activation_named(header["activation"])
    kind = OutputKind.LOGITS if _is_of_classes(header) else OutputKind.VALUES
    n_inputs, n_outputs = header["n_features_in"], _n_outputs(header)
    selected = arrays["selected"]
    if selected.ndim != 1 or len(selected) == 0 or selected.dtype.kind not in "iu":
        raise ValueError("it does not say which minima were selected")
    minima = []
    for m in range(len(selected)):
        layers = [arrays[f"minimum{m}_layer{k}"] for k in range(header["n_layers"])]
        _require_chain(layers, n_inputs, n_outputs)
        minima.append(TrainedNetwork(tuple(layers), phi, kind))
    scale = arrays["centre"], arrays["spread"]
    for array in scale:
        if array.shape != (n_inputs,) or array.dtype.kind != "f" or not np.isfinite(array).all():
            raise ValueError(f"its inputs are not scaled by {n_inputs} numbers")
    combine = gate_named(gate or header["gate"], header["gate_hidden"], header["gate_l2"])
    combine.restore(
        {
            name.removeprefix(_GATE_PREFIX): array
            for name, array in arrays.items()
            if name.startswith(_GATE_PREFIX)
        }
    )
    return SuperposedFunction(tuple(minima), combine, *scale)


def _require_chain(layers: list[Float[np.ndarray, "_ _"]], n_inputs: int, n_outputs: int) -> None:
    """Refuse layers of which one does not take what the one below gives."""
    below = n_inputs
    for layer in layers:
        is_matrix = layer.ndim == 2 and layer.dtype.kind == "f" and layer.shape[1] == below + 1
        if not is_matrix or not np.isfinite(layer).all():
            raise ValueError("its weights are no layers of a network")
        below = len(layer)
    if below != n_outputs:
        raise ValueError(f"a network has {below} outputs for {n_outputs} classes or values")
