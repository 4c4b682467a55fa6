"""What ensembles of the minima of a marginal likelihood gain over the best one."""

import numpy as np

from ..analysis import frustration, monotonic_sequence_basins
from ..analysis.graph.spearman import spearman
from ..datasets import Dataset, schwefel_surface
from ..landscape.network import Network
from ..learn import (
    Boltzmann,
    Flatness,
    LeaveOneOut,
    Occupation,
    Uniform,
    Weighting,
    ensemble_gain,
    gp_ensemble,
    laplace_mixture,
    point_estimate_diagnosis,
)
from ..problems import GaussianProcess
from ..problems.kernels import Matern
from .gp_starts import gp_starts
from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, stated

_WEIGHTINGS: dict[str, Weighting] = {
    "uniform": Uniform(),
    "Boltzmann": Boltzmann(),
    "occupation": Occupation(),
    "LPPHE": Flatness(),
    "leave-one-out": LeaveOneOut(),
}


def ensembles_of_minima(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """What ensembles of minima gain over the best one, and whether the landscape foretells it."""
    measurements: dict[str, list[Measurements]] = {"over data sets": []}
    for seed in scale.seeds:
        rows: list[dict[str, float]] = []
        for dimension in (2, 3, 4):
            for train in scale.choose(
                tiny=(12,), small=(15, 30, 60), full=(12, 15, 20, 30, 45, 60)
            ):
                progress(f"seed {seed}, Schwefel {dimension} d, {train} points")
                data = schwefel_surface(
                    train, 500, dimension=dimension, seed=100 * seed + dimension
                )
                rows.append(_gains(landscapes, data, scale, seed))
        values = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        summary: dict[str, float | int] = {"data sets": len(rows)}
        for name in _WEIGHTINGS:
            summary[f"{name}: median gain in squared error, %"] = float(np.median(values[name]))
            summary[f"{name}: share of data sets with a gain"] = float(np.mean(values[name] > 0))
        for name in ("minima", "basins", "frustration", "effective minima"):
            summary[f"Spearman of {name} and gain"] = spearman(
                values[name], values["uniform"]
            ).coefficient
        measurements["over data sets"].append(summary)
    statements = (
        stated(
            "the mean over all minima predicts better than the best minimum in the median",
            measurements,
            lambda r: r["over data sets"]["uniform: median gain in squared error, %"] >= 0,
        ),
        stated(
            "the gain grows with the number of minima",
            measurements,
            lambda r: r["over data sets"]["Spearman of minima and gain"] > 0,
            "published without a coefficient; where there is one minimum the gain is zero by definition",
        ),
    )
    title = "ensembles of the minima of a marginal likelihood"
    setting = (
        f"Matérn 5/2, prior of two e-folds, {gp_starts(scale, 64)} starts, 500 test points, "
        f"seeds {scale.seeds}"
    )
    return Reproduction(
        "slides-5", title, side_by_side(measurements, {}), statements, scale, setting
    )


def _gains(landscapes: Landscapes, data: Dataset, scale: Scale, seed: int) -> dict[str, float]:
    problem = GaussianProcess.from_data(
        data.inputs, data.targets, kernel=Matern(2.5), prior_width=2.0
    )
    network = landscapes.network(problem, gp_starts(scale, 64), seed, connect=True)
    pairs = [(problem, network)]
    gains = {
        name: ensemble_gain(
            gp_ensemble(pairs, weighting), pairs, data.test_inputs, data.test_targets
        ).percent
        for name, weighting in _WEIGHTINGS.items()
    }
    diagnosis = point_estimate_diagnosis(laplace_mixture(problem, network))
    return {
        **gains,
        "minima": float(network.n_minima),
        "basins": float(len(monotonic_sequence_basins(network).bottoms)),
        "frustration": _frustration(network),
        "effective minima": diagnosis.effective_minima,
    }


def _frustration(network: Network) -> float:
    """Frustration at T = 1, where the loss is minus a log density; zero for a single minimum."""
    normalised = frustration(network, 1.0).normalised
    return normalised if np.isfinite(normalised) else 0.0
