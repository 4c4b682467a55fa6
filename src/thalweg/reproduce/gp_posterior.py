"""From the landscape of a marginal likelihood to the posterior."""

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
from .statement import Measurements, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def landscape_and_posterior(
    landscapes: Landscapes, scale: Scale, progress: Progress
) -> Reproduction:
    """Predictive log density and cost of a point estimate, an ensemble, the landscape mixture and NUTS."""
    measurements: dict[str, list[Measurements]] = {}
    draws = scale.choose(tiny=20, small=250, full=1000)
    warm_up = scale.choose(tiny=20, small=200, full=300)
    every_case = ((2, 12), (3, 25), (4, 40))
    for dimension, train in scale.choose(
        tiny=every_case[:1], small=every_case[:2], full=every_case
    ):
        for seed in scale.seeds:
            name = f"Schwefel {dimension} d, {train} points"
            progress(f"{name}, seed {seed}")
            data = schwefel_surface(train, 500, dimension=dimension, seed=seed)
            measurements.setdefault(name, []).append(
                _densities(landscapes, data, draws, warm_up, seed)
            )
    mixture_name = "landscape mixture"
    statements = (
        stated(
            "the landscape mixture comes within 0.05 nats of NUTS",
            measurements,
            lambda r: all(
                v[f"{mixture_name}: log density"] > v["NUTS: log density"] - 0.05
                for v in r.values()
            ),
        ),
        stated(
            "at no more than a twentieth of its likelihood evaluations, the search included",
            measurements,
            lambda r: all(
                20 * v[f"{mixture_name}: evaluations"] <= v["NUTS: evaluations"] for v in r.values()
            ),
        ),
        stated(
            "where the diagnosis calls for more than a point estimate, the mixture predicts better than one",
            measurements,
            lambda r: all(
                v["diagnosis: a point will do"]
                or v[f"{mixture_name}: log density"] > v["point estimate: log density"]
                for v in r.values()
            ),
        ),
    )
    title = "from the landscape to the posterior, with a prior of two e-folds"
    setting = (
        f"Matérn 5/2, prior of two e-folds, 32 starts, {draws} draws, four chains of {warm_up} + {draws}, "
        f"seeds {scale.seeds}"
    )
    table = pd.DataFrame(
        {
            name: [
                np.mean([one[f"{name}: log density"] for one in by_seed])
                for by_seed in measurements.values()
            ]
            for name in ("point estimate", "ensemble", mixture_name, "NUTS")
        },
        index=list(measurements),
    )

    def draw(figure: "Figure") -> None:
        plot.values_by_case(table, figure.subplots(), label="mean log density, nats")

    caption = f"Mean log density of held-out points; mean over {len(scale.seeds)} data sets."
    return Reproduction(
        "gp-posterior",
        title,
        side_by_side(measurements, {}),
        statements,
        scale,
        setting,
        (Picture("", caption, draw, (7.0, 3.2)),),
    )


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
        "ensemble": gp_ensemble([(problem, network)]),
        "landscape mixture": weighted_sample.predictor(problem),
        "NUTS": chains.predictor(problem),
    }
    values: dict[str, float | int] = {
        "minima": network.n_minima,
        "diagnosis: a point will do": int(diagnosis.suffices),
        "diagnosis: effective minima": diagnosis.effective_minima,
        "point estimate: log density": float(best.log_density(data.test_targets).mean()),
    }
    for name, predictor in predictors.items():
        density = predictor.posterior(data.test_inputs).log_density(data.test_targets)
        values[f"{name}: log density"] = float(density.mean())
    return {
        **values,
        "point estimate: evaluations": search,
        "landscape mixture: evaluations": search + weighted_sample.evaluations,
        "landscape mixture: effective sample size": weighted_sample.effective_sample_size,
        "NUTS: evaluations": chains.evaluations,
        "NUTS: effective sample size": chains.effective_sample_size,
        "NUTS: R-hat": chains.r_hat,
    }
