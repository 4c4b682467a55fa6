"""What the tables on superposed minima share."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..analysis.graph.thermodynamics import heat_capacity
from ..analysis.minima.metrics import auc_score, classification_metrics
from ..datasets import Dataset
from ..landscape.network import Network
from ..learn.held_out import held_out_quality
from ..learn.majority_vote import majority_vote
from ..learn.superposition import SuperposedClassifier
from ..problems import NeuralNetwork
from .landscapes import Landscapes
from .reproduction import Scale
from .statement import BySeed, CannotTell, Measurements, Statement, stated

NEVER_NEGATIVE = ("best individual", "MLSUP", "TMA", "mean individual")
"""Quantities whose sign says nothing."""

OTHER_SETTING = (
    "published for one landscape and one gate; ours is the mean over seeds, with the selection fixed "
    "beforehand, on points that neither it nor the gate has seen"
)

WITH_TIES = (
    "with ties correct a majority vote of two is right where either is, which no classifier can be"
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


def single_minima(network: Network, problem: NeuralNetwork, data: Dataset) -> Measurements:
    """Test AUC over all minima of a landscape."""
    targets = data.class_numbers(data.test_targets)
    auc = classification_metrics(network, problem, data.test_inputs, targets).auc
    return {
        "best individual": float(auc.max()),
        "mean individual": float(auc.mean()),
        "lowest loss": float(auc[network.global_minimum]),
    }


def superposition_values(
    network: Network,
    problem: NeuralNetwork,
    data: Dataset,
    seed: int,
    options: Mapping[str, Any],
) -> Measurements:
    """One superposition by the published gate, or that of the options; nothing if C_V lacks the peak."""
    peak = str(options.get("select", "")).partition("heat_capacity:")[2]
    if peak and int(peak) > len(heat_capacity(network).peaks):
        return {}
    settings = {"gate": "mlsup", "select": "mmdbm", **options}
    hidden = tuple(problem.sizes[1:-1])
    model = SuperposedClassifier(network, hidden=hidden, random_state=seed, **settings)
    model.fit(data.inputs, data.targets)
    targets = data.class_numbers(data.test_targets)
    each = model.probabilities_of_minima(data.test_inputs)
    together = held_out_quality(model.predict_proba(data.test_inputs), targets)
    vote = majority_vote(each, targets)
    return {
        "best individual": max(auc_score(targets, p) for p in each),
        "MLSUP": together.auc,
        "TMA": model.theoretical_maximum_auc(data.test_inputs, data.test_targets),
        "majority accuracy, ties correct": vote.accuracy_ties_correct,
        "majority accuracy, ties shared": vote.accuracy_ties_shared,
        "Brier score": together.brier,
        "calibration error": together.calibration_error,
    }


def gains(
    measurements: BySeed, published: Mapping[str, Measurements], remark: str = ""
) -> tuple[Statement, ...]:
    """For every published row with both, that the superposition beats the best minimum it holds, or is level.

    In the text: "MLSUP achieves similar improvements" on all of them.
    """
    rows = [case for case, values in published.items() if "MLSUP" in values]
    return tuple(
        stated(
            f"{case}: {_relation(published[case])}", measurements, _gains(case, published), remark
        )
        for case in rows
        if "best individual" in published[case]
    )


def _is_gain(published: Measurements) -> bool:
    return published["MLSUP"] > published["best individual"]


def _relation(published: Measurements) -> str:
    values = f"{published['MLSUP']:.2f}, {published['best individual']:.2f}"
    if _is_gain(published):
        return f"MLSUP beats the best individual minimum of the row ({values})"
    return f"MLSUP and the best individual minimum are level, within 0.005 ({values})"


def _gains(case: str, published: Mapping[str, Measurements]) -> Any:
    def test(values: Mapping[str, Measurements]) -> bool | CannotTell:
        ours = values.get(case, {})
        difference = ours.get("MLSUP", np.nan) - ours.get("best individual", np.nan)
        if np.isnan(difference):
            return CannotTell("ours has no value")
        # Published to two digits: level is what would round alike.
        return bool(difference > 0 if _is_gain(published[case]) else abs(difference) <= 0.005)

    return test
