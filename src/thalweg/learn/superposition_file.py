"""Superposed minima in a file of NumPy arrays and JSON, without pickle."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..problems.neural_networks.activations import Activation, activation_named
from .gates import Gate, gate_named
from .superposed_function import SuperposedFunction
from .trained_network import TrainedNetwork

_FORMAT = 1
_GATE_PREFIX = "gate_"


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


def read_model(path: str | Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and arrays of a file that `write_model` wrote.

    Raises:
        ValueError: if the file is not one, or a newer version wrote it.
    """
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    if "header" not in arrays:
        raise ValueError(f"{path} is no saved SuperposedClassifier.")
    header = json.loads(str(arrays["header"]))
    if header["format"] > _FORMAT:
        raise ValueError(f"{path} was written by a newer thalweg; install that to read it.")
    return header, arrays


def function_of(
    header: Mapping[str, Any],
    arrays: Mapping[str, np.ndarray],
    gate: Gate | None,
    activation: Activation | None,
) -> SuperposedFunction:
    """The function that was written, with the parts that a file cannot hold.

    Raises:
        ValueError: if the gate or the activation was the user's own, and is not passed again.
    """
    if activation is None and header.get("own_activation", False):
        raise ValueError(
            f"the model was saved with an activation of your own, {header['activation']!r}; pass it "
            "again: SuperposedClassifier.load(path, activation=…)."
        )
    if gate is None and header["gate"] is None:
        raise ValueError(
            f"the model was saved with a gate object, {header['gate_class']}; pass one made alike: "
            "SuperposedClassifier.load(path, gate=…)."
        )
    phi = activation or activation_named(header["activation"])
    layers = range(header["n_layers"])
    minima = tuple(
        TrainedNetwork(tuple(arrays[f"minimum{m}_layer{k}"] for k in layers), phi)
        for m in range(len(arrays["selected"]))
    )
    combine = gate_named(gate or header["gate"], header["gate_hidden"])
    combine.restore(
        {
            name.removeprefix(_GATE_PREFIX): array
            for name, array in arrays.items()
            if name.startswith(_GATE_PREFIX)
        }
    )
    return SuperposedFunction(minima, combine, arrays["centre"], arrays["spread"])
