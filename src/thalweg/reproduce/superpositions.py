"""What the tables on superposed minima share."""

from collections.abc import Mapping
from typing import Any

from ..analysis.minima.metrics import classification_metrics
from ..datasets import Dataset
from ..landscape.network import Network
from ..learn.held_out import held_out_quality
from ..learn.superposition import SuperposedClassifier
from ..problems import NeuralNetwork
from .landscapes import Landscapes
from .reproduction import Scale
from .statement import Measurements

PUBLISHED_GATE = {"gate_hidden": (3,)}

NEVER_NEGATIVE = ("best in hindsight", "AUC", "TMA")
"""Quantities whose sign says nothing."""

OTHER_SETTING = (
    "published for the best of several selections and one landscape; ours is the mean over seeds with "
    "selection and gate fixed beforehand, on points that neither has seen"
)


def minima_of(landscapes: Landscapes, problem: NeuralNetwork, scale: Scale, seed: int) -> Network:
    """The minima that so many random starts find."""
    return landscapes.network(problem, scale.starts, seed, seconds=scale.seconds)


def add_measurements(
    measurements: dict[str, list[Measurements]], new: Mapping[str, Measurements]
) -> None:
    """Append the values of one seed to those of each case."""
    for case, values in new.items():
        measurements.setdefault(case, []).append(values)


def superpositions_of(
    landscapes: Landscapes,
    data: Dataset,
    scale: Scale,
    seed: int,
    cases: Mapping[str, Mapping[str, Any]],
) -> dict[str, Measurements]:
    """One landscape: single minima, and superpositions with the options of each case."""
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(scale.hidden,))
    network = minima_of(landscapes, problem, scale, seed)
    targets = data.class_numbers(data.test_targets)
    single = classification_metrics(network, problem, data.test_inputs, targets).auc
    values: dict[str, Measurements] = {
        "single": {
            "lowest loss": float(single[network.global_minimum]),
            "best in hindsight": float(single.max()),
            "mean": float(single.mean()),
        },
    }
    for name, options in cases.items():
        model = SuperposedClassifier(network, hidden=(scale.hidden,), random_state=seed, **options)
        p = model.fit(data.inputs, data.targets).predict_proba(data.test_inputs)
        quality = held_out_quality(p, targets)
        values[name] = {
            "AUC": quality.auc,
            "TMA": model.theoretical_maximum_auc(data.test_inputs, data.test_targets),
            "Brier score": quality.brier,
            "calibration error": quality.calibration_error,
        }
    return values
