"""Out of distribution: what a point estimate, an ensemble and a sample say where no training data are."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .. import plot
from ..datasets import hold_out_region, schwefel_surface
from ..learn import (
    BestMinimum,
    Occupation,
    Uniform,
    gp_ensemble,
    importance_sample,
    laplace_mixture,
    out_of_distribution,
)
from ..problems import GaussianProcess
from ..problems.kernels import Matern
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import BySeed, Measurements, Statement, Test, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DIMENSIONS = (3, 4)
_BEST = "best minimum"
_WITHIN, _BEYOND = "within the training data", "beyond them"
_MSE, _DENSITY, _COVERAGE = "squared error", "log density", "share within the central 90 %"


def beyond_the_training_data(
    landscapes: Landscapes, scale: Scale, progress: Progress
) -> Reproduction:
    """Error, log density and coverage on both sides of a plane beyond which training does not see."""
    measurements: dict[str, list[Measurements]] = {}
    for seed in scale.seeds:
        for dimension in _DIMENSIONS:
            progress(f"Schwefel {dimension} d, seed {seed}")
            for name, row in _on_both_sides(landscapes, scale, dimension, seed).items():
                measurements.setdefault(_case(dimension, name), []).append(row)
    caption = (
        "Mean log density of held-out points of the Schwefel function where the training data reach, "
        "and in the "
        f"quarter that they leave out; mean over {len(scale.seeds)} data sets."
    )
    setting = (
        "30 of 40 points on one side of a random plane, 600 for test on both, Matérn 5/2, prior of three "
        f"e-folds, data seeds {scale.seeds}; the thesis has the heading of section 3.4 and the function alone"
    )
    return Reproduction(
        "gp-beyond",
        "out-of-distribution generalisation of Gaussian processes",
        side_by_side(measurements, {}),
        tuple(_statements(measurements)),
        scale,
        setting,
        (Picture("", caption, partial(_draw, _densities(measurements)), (8.0, 4.5)),),
    )


def _on_both_sides(
    landscapes: Landscapes, scale: Scale, dimension: int, seed: int
) -> dict[str, Measurements]:
    """How well each way to predict does within the training data and beyond them."""
    data = schwefel_surface(40, 600, dimension=dimension, seed=seed)
    held = hold_out_region(data, share=0.25, seed=seed)
    problem = GaussianProcess.from_data(
        held.data.inputs, held.data.targets, kernel=Matern(2.5), prior_width=3.0
    )
    network = landscapes.network(problem, scale.choose(tiny=6, small=32, full=128), seed)
    pairs = [(problem, network)]
    sample = importance_sample(problem, laplace_mixture(problem, network), draws=1000, seed=seed)
    predictors = {
        _BEST: gp_ensemble(pairs, BestMinimum()),
        "uniform ensemble": gp_ensemble(pairs, Uniform()),
        "occupation ensemble": gp_ensemble(pairs, Occupation()),
        "sample of the posterior": sample.predictor(problem),
    }
    results = {name: out_of_distribution(one, held) for name, one in predictors.items()}
    return {
        name: {
            f"{what}, {where}": value
            for where, quality in ((_WITHIN, result.within), (_BEYOND, result.beyond))
            for what, value in (
                (_MSE, quality.mean_squared_error),
                (_DENSITY, quality.log_density),
                (_COVERAGE, quality.coverage),
            )
        }
        for name, result in results.items()
    }


def _statements(measurements: BySeed) -> Iterator[Statement]:
    for d in _DIMENSIONS:
        best = _case(d, _BEST)
        yield stated(
            f"ours: Schwefel {d} d: the best minimum predicts worse beyond its training data than within",
            measurements,
            _is_lower((best, f"{_DENSITY}, {_BEYOND}"), (best, f"{_DENSITY}, {_WITHIN}")),
        )
        for name in ("uniform ensemble", "occupation ensemble", "sample of the posterior"):
            yield stated(
                f"ours: Schwefel {d} d: beyond the training data the {name} has a higher log density than "
                "the best minimum",
                measurements,
                _is_lower(
                    (best, f"{_DENSITY}, {_BEYOND}"), (_case(d, name), f"{_DENSITY}, {_BEYOND}")
                ),
            )


def _densities(measurements: BySeed) -> pd.DataFrame:
    """Mean log density over seeds, within and beyond, of each case."""
    rows = {
        case: {
            where: np.mean([one[f"{_DENSITY}, {where}"] for one in by_seed])
            for where in (_WITHIN, _BEYOND)
        }
        for case, by_seed in measurements.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def _draw(densities: pd.DataFrame, figure: "Figure") -> None:
    plot.values_by_case(densities, figure.subplots(), label="mean log density, nats")


def _case(dimension: int, name: str) -> str:
    return f"Schwefel {dimension} d, {name}"


def _is_lower(smaller: tuple[str, str], larger: tuple[str, str]) -> Test:
    return lambda values: values[smaller[0]][smaller[1]] < values[larger[0]][larger[1]]
