"""From the landscape of a marginal likelihood to the posterior."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .. import plot
from ..datasets import Dataset, schwefel_surface
from ..learn import (
    gp_ensemble,
    importance_sample,
    laplace_mixture,
    nuts_sample,
    point_estimate_diagnosis,
)
from ..problems import GaussianProcess
from ..problems.kernels import Matern
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import BySeed, Measurements, Statement, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure


_CASES = ((2, 12), (3, 25), (4, 40))
"""Inputs of the Schwefel function and training points."""
_POINT, _ENSEMBLE, _MIXTURE, _NUTS = "point estimate", "ensemble", "landscape mixture", "NUTS"


def landscape_and_posterior(
    landscapes: Landscapes, scale: Scale, progress: Progress
) -> Reproduction:
    """Predictive log density and cost of a point estimate, an ensemble, the landscape mixture and NUTS."""
    measurements: dict[str, list[Measurements]] = {}
    draws = scale.choose(tiny=20, small=250, full=1000)
    warm_up = scale.choose(tiny=20, small=200, full=300)
    number = scale.choose(tiny=1, small=2, full=3)
    for dimension, train in _CASES[:number]:
        for seed in scale.seeds:
            name = f"Schwefel {dimension} d, {train} points"
            progress(f"{name}, seed {seed}")
            data = schwefel_surface(train, 500, dimension=dimension, seed=seed)
            measurements.setdefault(name, []).append(
                _densities(landscapes, data, draws, warm_up, seed)
            )
    setting = (
        f"Matérn 5/2, prior of two e-folds, 32 starts, {draws} draws, four chains of {warm_up} + {draws}, "
        f"seeds {scale.seeds}"
    )
    caption = f"Mean log density of held-out points; mean over {len(scale.seeds)} data sets."
    return Reproduction(
        "gp-posterior",
        "from the landscape to the posterior, with a prior of two e-folds",
        side_by_side(measurements, {}),
        _statements(measurements),
        scale,
        setting,
        (Picture("", caption, partial(_draw, _by_predictor(measurements)), (7.0, 3.2)),),
    )


def _statements(measurements: BySeed) -> tuple[Statement, ...]:
    return (
        stated(
            "the landscape mixture comes within 0.05 nats of NUTS",
            measurements,
            lambda r: all(
                v[f"{_MIXTURE}: log density"] > v[f"{_NUTS}: log density"] - 0.05
                for v in r.values()
            ),
        ),
        stated(
            "at no more than a twentieth of its likelihood evaluations, the search included",
            measurements,
            lambda r: all(
                20 * v[f"{_MIXTURE}: evaluations"] <= v[f"{_NUTS}: evaluations"] for v in r.values()
            ),
        ),
        stated(
            "where the diagnosis calls for more than a point estimate, the mixture predicts better than one",
            measurements,
            lambda r: all(
                v["diagnosis: a point will do"]
                or v[f"{_MIXTURE}: log density"] > v[f"{_POINT}: log density"]
                for v in r.values()
            ),
        ),
    )


def _by_predictor(measurements: BySeed) -> pd.DataFrame:
    """Mean log density over seeds of each way to predict, a row a case."""
    columns = {
        name: [
            np.mean([one[f"{name}: log density"] for one in by_seed])
            for by_seed in measurements.values()
        ]
        for name in (_POINT, _ENSEMBLE, _MIXTURE, _NUTS)
    }
    return pd.DataFrame(columns, index=list(measurements))


def _draw(densities: pd.DataFrame, figure: "Figure") -> None:
    plot.values_by_case(densities, figure.subplots(), label="mean log density, nats")


def _densities(
    landscapes: Landscapes, data: Dataset, draws: int, warm_up: int, seed: int
) -> Measurements:
    problem = GaussianProcess.from_data(
        data.inputs, data.targets, kernel=Matern(2.5), prior_width=2.0
    )
    with landscapes.open(problem, 32, seed) as landscape:
        network, search = landscape.network(), landscape.counts().steps
    mixture = laplace_mixture(problem, network)
    diagnosis = point_estimate_diagnosis(mixture)
    weighted_sample = importance_sample(problem, mixture, draws=draws, seed=seed)
    chains = nuts_sample(problem, mixture, warm_up=warm_up, draws=draws, seed=seed)
    best = problem.posterior(network.coordinates[network.global_minimum], data.test_inputs)
    predictors = {
        _ENSEMBLE: gp_ensemble([(problem, network)]),
        _MIXTURE: weighted_sample.predictor(problem),
        _NUTS: chains.predictor(problem),
    }
    values: dict[str, float | int] = {
        "minima": network.n_minima,
        "diagnosis: a point will do": int(diagnosis.suffices),
        "diagnosis: effective minima": diagnosis.effective_minima,
        f"{_POINT}: log density": float(best.log_density(data.test_targets).mean()),
    }
    for name, predictor in predictors.items():
        density = predictor.posterior(data.test_inputs).log_density(data.test_targets)
        values[f"{name}: log density"] = float(density.mean())
    return {
        **values,
        f"{_POINT}: evaluations": search,
        f"{_MIXTURE}: evaluations": search + weighted_sample.evaluations,
        f"{_MIXTURE}: effective sample size": weighted_sample.effective_sample_size,
        f"{_NUTS}: evaluations": chains.evaluations,
        f"{_NUTS}: effective sample size": chains.effective_sample_size,
        f"{_NUTS}: R-hat": chains.r_hat,
    }
