"""Does sampling pay? The gain of Monte Carlo over a point estimate, against the landscape."""

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from .. import plot
from ..learn import gain_forecast
from .gain_study import SAMPLING, SETTING, GainStudy, gain_study
from .gp_ensembles import calibration_row, correlations
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Answer, CannotTell, Measurements, Test, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CASE = "gain of sampling in log density"


def does_sampling_pay(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The gain of a sample of the posterior in log density, and whether the landscape foretells it."""
    studies = [gain_study(landscapes, scale, seed, progress, sampling=True) for seed in scale.seeds]
    measurements: dict[str, list[Measurements]] = {_CASE: []}
    for study in studies:
        gains = study.log_density[SAMPLING]
        measurements[_CASE].append(
            {
                "data sets": len(gains),
                "median gain, nats": float(np.median(gains)),
                "median gain in squared error, %": float(np.median(study.squared_error[SAMPLING])),
                "median gain of the uniform ensemble, nats": float(
                    np.median(study.log_density["uniform"])
                ),
                **correlations(study, gains),
            }
        )
    together = reduce(GainStudy.joined, studies)
    gains = together.log_density[SAMPLING]
    # Sampling nearly always gains something: what decides is whether it gains more than usual.
    threshold = float(np.median(gains))
    forecast = gain_forecast(together.features, gains, threshold=threshold)
    measurements["all seeds together, a gain above the median foretold"] = [
        {"threshold, nats": threshold, **calibration_row(forecast)}
    ]
    words = {
        "funnels": "the number of funnels (monotonic sequence basins)",
        "frustration": "the frustration index",
        "minima": "the number of minima",
    }
    statements = (
        stated(
            "sampling predicts better than the point estimate in the median",
            measurements,
            _is_positive("median gain, nats"),
        ),
        *(
            stated(
                f"the gain of sampling grows with {text}",
                measurements,
                _is_positive(f"Spearman of {name} and gain"),
                "published as a question, 'there may be a direct relationship'",
            )
            for name, text in words.items()
        ),
    )
    funnels = np.array([one.funnels for one in together.features])
    frustrations = np.array([one.frustration for one in together.features])

    def draw(figure: "Figure") -> None:
        left, middle, right = figure.subplots(1, 3)
        plot.gains_against(
            {"sampling": (funnels, gains)},
            left,
            feature="funnels",
            gain="gain in log density, nats",
        )
        plot.gains_against(
            {"sampling": (frustrations, gains)},
            middle,
            feature="frustration F at T = 1",
            gain="gain in log density, nats",
        )
        plot.reliability(forecast.calibration, right)

    caption = (
        "Gain in log density of a sample of the posterior over the point estimate against funnels and "
        "frustration, a point a data set; and how a gain above the median that is foretold from the "
        "landscape "
        "compares with what came, for data sets left out."
    )
    sampler = "NUTS" if scale.size == "full" else "importance sampling, 1,000 draws"
    return Reproduction(
        "gp-sampling",
        "does sampling pay, judged from the landscape",
        side_by_side(measurements, {}),
        statements,
        scale,
        f"{SETTING}; {sampler}; seeds {scale.seeds}",
        (Picture("", caption, draw, (12.0, 3.8)),),
    )


def _is_positive(quantity: str) -> Test:
    def test(values: Mapping[str, Measurements]) -> Answer:
        value = values[_CASE][quantity]
        return CannotTell("all landscapes are alike") if np.isnan(value) else bool(value > 0)

    return test
