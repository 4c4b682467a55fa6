"""The steepness of the sigmoid surrogate, on two spirals."""

import numpy as np

from ..analysis.minima.metrics import classification_metrics
from ..problems import losses
from .auc_landscapes import (
    SMALLER_SETTING,
    common_measurements,
    map_on,
    measurements_of,
    minima_alone,
    problem_on,
    spiral_data,
    training_classes,
)
from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, stated

_BETAS = (5.0, 10.0, 20.0, 50.0, 100.0)


def beta(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The steepness of the sigmoid."""
    scale = minima_alone(scale)
    data = spiral_data(scale)
    measurements: dict[str, list[Measurements]] = {}
    for steepness in _BETAS:
        problem = problem_on(data, scale, losses.ApproximateAUC(beta=steepness))
        for seed in scale.seeds:
            progress(f"beta {steepness:g}, seed {seed}")
            with map_on(landscapes, problem, scale, seed) as landscape:
                network = landscape.network()
                values = measurements_of(landscape, problem, data)
            penalty = float(problem.l2) * np.sum(network.coordinates**2, axis=1)
            exact = classification_metrics(
                network, problem, data.inputs, training_classes(problem)
            ).auc
            off = np.abs(penalty - network.losses - exact)
            values["median |appAUC - AUC|"] = float(np.median(off))
            measurements.setdefault(f"beta {steepness:g}", []).append(values)
    published = {"beta 50": {"median |appAUC - AUC|": 0.04}}
    statements = (
        stated(
            "|appAUC - AUC| is smaller at beta = 100 than at 10",
            measurements,
            lambda r: (
                r["beta 100"]["median |appAUC - AUC|"] < r["beta 10"]["median |appAUC - AUC|"]
            ),
        ),
        stated(
            "it is near 0.04 at beta = 50 (within a factor of two)",
            measurements,
            lambda r: 0.02 <= r["beta 50"]["median |appAUC - AUC|"] <= 0.08,
            SMALLER_SETTING,
        ),
        stated(
            "quenches take more steps as beta grows",
            measurements,
            lambda r: r["beta 100"]["quench steps"] > r["beta 10"]["quench steps"],
        ),
        stated(
            "minima become more with beta",
            measurements,
            lambda r: r["beta 50"]["minima (Chao1)"] > r["beta 5"]["minima (Chao1)"],
        ),
    )
    table = side_by_side(common_measurements(measurements), published)
    return Reproduction(
        "figure-2.10", "steepness of the sigmoid surrogate", table, statements, scale
    )
