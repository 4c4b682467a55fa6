"""What the tables on AUC surrogates share: landscapes on two spirals, and their measurements."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..analysis.graph.frustration import frustration
from ..analysis.graph.thermodynamics import heat_capacity
from ..analysis.minima.metrics import ClassificationMetrics, classification_metrics
from ..datasets import Dataset, spirals
from ..landscape.landscape import Landscape
from ..landscape.network import Network
from ..problems import NeuralNetwork, losses
from .landscapes import Landscapes
from .reproduction import Scale
from .statement import Measurements

FEWER_COUNTED = (
    "the published numbers count minima found by basin-hopping of unstated length; ours are estimates "
    "(Chao1) from the same number of random starts for every loss"
)
SMALLER_SETTING = "the smaller the data and the network, the further from the published setting"

NEVER_NEGATIVE = (
    "minima",
    "minima found",
    "minima reached",
    "common to both",
    "transition states",
    "best AUC",
    "mean AUC",
    "LPPHE sd",
    "frustration",
    "median |change of AUC|",
    "median |appAUC - AUC|",
)
"""Quantities whose sign says nothing."""

_MOST_STARTS = 32
"""Of each landscape in a sweep: a start of a steep appAUC takes a second at the published size."""


def spiral_data(scale: Scale) -> Dataset:
    """The two spirals, of as many points as the scale says."""
    return spirals(scale.train, scale.test)


def minima_alone(scale: Scale) -> Scale:
    """Many landscapes, of which only the minima are compared: few starts, no transition states."""
    return replace(scale, starts=min(scale.starts, _MOST_STARTS), connect=False)


def problem_on(data: Dataset, scale: Scale, loss: losses.Loss, l2: float = 1e-5) -> NeuralNetwork:
    """The network of the scale on some data, with a loss and a penalty."""
    return NeuralNetwork.from_data(
        data.inputs, data.targets, hidden=(scale.hidden,), loss=loss, l2=l2
    )


def map_on(landscapes: Landscapes, problem: NeuralNetwork, scale: Scale, seed: int) -> Landscape:
    """The landscape of a problem, as far as the scale says."""
    return landscapes.open(
        problem, scale.starts, seed, connect=scale.connect, seconds=scale.seconds
    )


def metrics_on_test_rows(
    network: Network, problem: NeuralNetwork, data: Dataset
) -> ClassificationMetrics:
    """Classification metrics of every minimum on the test rows."""
    return classification_metrics(
        network, problem, data.test_inputs, data.class_numbers(data.test_targets)
    )


def measurements_of(
    landscape: Landscape, problem: NeuralNetwork, data: Dataset
) -> dict[str, float]:
    """What is published of a landscape: counts, quality and flatness."""
    network, coverage, counts = landscape.network(), landscape.coverage(), landscape.counts()
    metrics = metrics_on_test_rows(network, problem, data)
    values = {
        "minima (Chao1)": coverage.chao1,
        "minima found": float(network.n_minima),
        "best AUC": float(metrics.auc.max()),
        "mean AUC": float(metrics.auc.mean()),
        "LPPHE": float(network.lpphe.mean()),
        "LPPHE sd": float(network.lpphe.std()),
        "quench steps": counts.steps / max(counts.quenches, 1),
    }
    if network.n_transition_states:
        values["transition states"] = float(network.n_transition_states)
        highest = max(heat_capacity(network).peaks, key=lambda peak: peak.value, default=None)
        if highest is not None:
            values["frustration"] = frustration(network, highest.temperature).plain
    return values


def training_classes(problem: NeuralNetwork) -> np.ndarray:
    """The numbers of the classes of the training rows."""
    return np.asarray(problem.targets)


def common_measurements(
    measurements: Mapping[str, list[Measurements]],
) -> dict[str, list[Measurements]]:
    """Only the quantities that every seed has: a landscape may be too bare for one."""
    common: dict[str, list[Measurements]] = {}
    for case, by_seed in measurements.items():
        names = [n for n in by_seed[0] if all(n in values for values in by_seed)]
        common[case] = [{name: values[name] for name in names} for values in by_seed]
    return common
