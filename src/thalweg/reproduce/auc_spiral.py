"""The landscape of appAUC beside that of cross-entropy, on two spirals."""

import numpy as np

from ..analysis import loss_metric_correlation, relax_on
from ..analysis.minima.metrics import classification_metrics
from ..datasets import Dataset
from ..landscape.network import Network
from ..problems import NeuralNetwork, losses
from .auc_landscapes import (
    FEWER_COUNTED,
    NEVER_NEGATIVE,
    SMALLER_SETTING,
    common_measurements,
    map_on,
    measurements_of,
    metrics_on_test_rows,
    problem_on,
    spiral_data,
    training_classes,
)
from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, exceeds, published_statements, stated

_PUBLISHED = {
    "cross-entropy": {
        "minima found": 1708,
        "transition states": 3606,
        "best AUC": 0.77,
        "mean AUC": 0.66,
        "LPPHE": -110,
        "LPPHE sd": 4.4,
    },
    "appAUC": {
        "minima found": 13948,
        "transition states": 25957,
        "best AUC": 0.81,
        "mean AUC": 0.70,
        "LPPHE": -93,
        "LPPHE sd": 7.2,
        "frustration": 0.22,
    },
    "appAUC relaxed on cross-entropy": {
        "minima": 13948,
        "minima reached": 700,
        "common to both": 0,
        "median |change of AUC|": 0.03,
    },
}


def auc_spiral(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """appAUC against cross-entropy: counts, quality, flatness, and minima of one on the other."""
    data = spiral_data(scale)
    ce = problem_on(data, scale, losses.CrossEntropy())
    auc = problem_on(data, scale, losses.ApproximateAUC())
    measurements: dict[str, list[Measurements]] = {}
    for seed in scale.seeds:
        progress(f"seed {seed}")
        networks = {}
        for name, problem in (("cross-entropy", ce), ("appAUC", auc)):
            with map_on(landscapes, problem, scale, seed) as landscape:
                networks[name] = landscape.network()
                measurements.setdefault(name, []).append(measurements_of(landscape, problem, data))
        relaxed_case = "appAUC relaxed on cross-entropy"
        measurements.setdefault(relaxed_case, []).append(
            _relaxed(networks["appAUC"], ce, auc, data)
        )
        for name, network in networks.items():
            both = _foretold(network, ce, data)
            measurements.setdefault(f"CE loss and AUC, {name} minima", []).append(both)
    statements = (
        *published_statements(
            measurements, _PUBLISHED, never_negative=NEVER_NEGATIVE, remark=SMALLER_SETTING
        ),
        stated(
            "appAUC has more minima by Chao1",
            measurements,
            exceeds(("appAUC", "minima (Chao1)"), ("cross-entropy", "minima (Chao1)")),
            FEWER_COUNTED,
        ),
        stated(
            "several appAUC minima relax to one of cross-entropy",
            measurements,
            lambda r: r[relaxed_case]["minima reached"] < r[relaxed_case]["minima"],
        ),
        stated(
            "no minimum is common to both",
            measurements,
            lambda r: r[relaxed_case]["common to both"] == 0,
        ),
        stated(
            "a lower cross-entropy goes with a higher AUC among its own minima",
            measurements,
            lambda r: r["CE loss and AUC, cross-entropy minima"]["Spearman"] < 0,
        ),
    )
    table = side_by_side(common_measurements(measurements), _PUBLISHED)
    return Reproduction("table-2.4", "appAUC against cross-entropy", table, statements, scale)


def _relaxed(
    network: Network, onto: NeuralNetwork, auc: NeuralNetwork, data: Dataset
) -> dict[str, float]:
    relaxation = relax_on(network, onto)
    is_reached = relaxation.assignment >= 0
    before = metrics_on_test_rows(network, auc, data).auc[is_reached]
    after = metrics_on_test_rows(relaxation.network(), onto, data).auc[
        relaxation.assignment[is_reached]
    ]
    return {
        "minima": float(network.n_minima),
        "minima reached": float(relaxation.n_reached),
        "common to both": float(relaxation.is_common.sum()),
        "median distance": float(np.median(relaxation.distance[is_reached])),
        "median |change of AUC|": float(np.median(np.abs(after - before))),
    }


def _foretold(network: Network, ce: NeuralNetwork, data: Dataset) -> dict[str, float]:
    """How well the training cross-entropy of minima foretells their test AUC."""
    training = classification_metrics(network, ce, data.inputs, training_classes(ce)).loss
    correlation = loss_metric_correlation(training, metrics_on_test_rows(network, ce, data).auc)
    return {"Spearman": correlation.coefficient}
