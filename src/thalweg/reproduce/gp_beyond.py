"""Out of distribution: what a point estimate, an ensemble and a sample say where no training data are."""

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
from .statement import Measurements, Test, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WITHIN, _BEYOND = "within the training data", "beyond them"
_MSE, _DENSITY, _COVERAGE = "squared error", "log density", "share within the central 90 %"


def beyond_the_training_data(
    landscapes: Landscapes, scale: Scale, progress: Progress
) -> Reproduction:
    """Error, log density and coverage on both sides of a plane beyond which training does not see."""
    measurements: dict[str, list[Measurements]] = {}
    for seed in scale.seeds:
        for dimension in (3, 4):
            progress(f"Schwefel {dimension} d, seed {seed}")
            data = schwefel_surface(40, 600, dimension=dimension, seed=seed)
            held = hold_out_region(data, share=0.25, seed=seed)
            problem = GaussianProcess.from_data(
                held.data.inputs, held.data.targets, kernel=Matern(2.5), prior_width=3.0
            )
            starts = scale.choose(tiny=6, small=32, full=128)
            network = landscapes.network(problem, starts, seed)
            pairs = [(problem, network)]
            sample = importance_sample(
                problem, laplace_mixture(problem, network), draws=1000, seed=seed
            )
            for name, ensemble in (
                ("best minimum", gp_ensemble(pairs, BestMinimum())),
                ("uniform ensemble", gp_ensemble(pairs, Uniform())),
                ("occupation ensemble", gp_ensemble(pairs, Occupation())),
                ("sample of the posterior", sample.predictor(problem)),
            ):
                result = out_of_distribution(ensemble, held)
                row: dict[str, float | int] = {}
                for where, quality in ((_WITHIN, result.within), (_BEYOND, result.beyond)):
                    row |= {
                        f"{_MSE}, {where}": quality.mean_squared_error,
                        f"{_DENSITY}, {where}": quality.log_density,
                        f"{_COVERAGE}, {where}": quality.coverage,
                    }
                measurements.setdefault(f"Schwefel {dimension} d, {name}", []).append(row)
    statements = []
    for d in (3, 4):
        best = f"Schwefel {d} d, best minimum"
        statements.append(
            stated(
                f"ours: Schwefel {d} d: the best minimum predicts worse beyond its training data than within",
                measurements,
                _is_lower((best, f"{_DENSITY}, {_BEYOND}"), (best, f"{_DENSITY}, {_WITHIN}")),
            )
        )
        statements += [
            stated(
                f"ours: Schwefel {d} d: beyond the training data the {name} has a higher log density than "
                "the best minimum",
                measurements,
                _is_lower(
                    (best, f"{_DENSITY}, {_BEYOND}"),
                    (f"Schwefel {d} d, {name}", f"{_DENSITY}, {_BEYOND}"),
                ),
            )
            for name in ("uniform ensemble", "occupation ensemble", "sample of the posterior")
        ]
    rows = {
        case: {
            where: np.mean([one[f"{_DENSITY}, {where}"] for one in by_seed])
            for where in (_WITHIN, _BEYOND)
        }
        for case, by_seed in measurements.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index")

    def draw(figure: "Figure") -> None:
        plot.values_by_case(table, figure.subplots(), label="mean log density, nats")

    caption = (
        "Mean log density of held-out points of the Schwefel function where the training data reach, "
        "and in the "
        f"quarter that they leave out; mean over {len(scale.seeds)} data sets."
    )
    return Reproduction(
        "gp-beyond",
        "out-of-distribution generalisation of Gaussian processes",
        side_by_side(measurements, {}),
        tuple(statements),
        scale,
        "30 of 40 points on one side of a random plane, 600 for test on both, Matérn 5/2, prior of three "
        f"e-folds, data seeds {scale.seeds}; the thesis has the heading of section 3.4 and the function "
        f"alone",
        (Picture("", caption, draw, (8.0, 4.5)),),
    )


def _is_lower(smaller: tuple[str, str], larger: tuple[str, str]) -> Test:
    return lambda values: values[smaller[0]][smaller[1]] < values[larger[0]][larger[1]]
