"""Does sampling pay? The gain of Monte Carlo over a point estimate, against the landscape."""

from collections.abc import Mapping
from functools import partial, reduce
from typing import TYPE_CHECKING

import numpy as np

from .. import plot
from ..learn import GainForecast, gain_forecast
from .gain_study import SAMPLING, SETTING, GainStudy, gain_study
from .gp_ensembles import calibration_row, correlations
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Answer, BySeed, CannotTell, Measurements, Statement, Test, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CASE = "gain of sampling in log density"


_FEATURES = {
    "funnels": "the number of funnels (monotonic sequence basins)",
    "frustration": "the frustration index",
    "minima": "the number of minima",
}
"""Of a landscape, in words."""


def does_sampling_pay(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The gain of a sample of the posterior in log density, and whether the landscape foretells it."""
    studies = [gain_study(landscapes, scale, seed, progress, sampling=True) for seed in scale.seeds]
    together = reduce(GainStudy.joined, studies)
    gains = together.log_density[SAMPLING]
    # Sampling nearly always gains something: what decides is whether it gains more than usual.
    threshold = float(np.median(gains))
    forecast = gain_forecast(together.features, gains, threshold=threshold)
    measurements: dict[str, list[Measurements]] = {
        _CASE: [_of_one_seed(study) for study in studies],
        "all seeds together, a gain above the median foretold": [
            {"threshold, nats": threshold, **calibration_row(forecast)}
        ],
    }
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
        _statements(measurements),
        scale,
        f"{SETTING}; {sampler}; seeds {scale.seeds}",
        (Picture("", caption, partial(_draw, together, forecast), (12.0, 3.8)),),
    )


def _of_one_seed(study: GainStudy) -> Measurements:
    gains = study.log_density[SAMPLING]
    return {
        "data sets": len(gains),
        "median gain, nats": float(np.median(gains)),
        "median gain in squared error, %": float(np.median(study.squared_error[SAMPLING])),
        "median gain of the uniform ensemble, nats": float(np.median(study.log_density["uniform"])),
        **correlations(study, gains),
    }


def _statements(measurements: BySeed) -> tuple[Statement, ...]:
    grows = (
        stated(
            f"the gain of sampling grows with {text}",
            measurements,
            _is_positive(f"Spearman of {name} and gain"),
            "published as a question, 'there may be a direct relationship'",
        )
        for name, text in _FEATURES.items()
    )
    better = stated(
        "sampling predicts better than the point estimate in the median",
        measurements,
        _is_positive("median gain, nats"),
    )
    return (better, *grows)


def _draw(study: GainStudy, forecast: GainForecast, figure: "Figure") -> None:
    left, middle, right = figure.subplots(1, 3)
    gains = study.log_density[SAMPLING]
    for ax, name, label in (
        (left, "funnels", "funnels"),
        (middle, "frustration", "frustration F at T = 1"),
    ):
        values = np.array([getattr(one, name) for one in study.features])
        plot.gains_against(
            {SAMPLING: (values, gains)}, ax, feature=label, gain="gain in log density, nats"
        )
    plot.reliability(forecast.calibration, right)


def _is_positive(quantity: str) -> Test:
    def test(values: Mapping[str, Measurements]) -> Answer:
        value = values[_CASE][quantity]
        return CannotTell("all landscapes are alike") if np.isnan(value) else bool(value > 0)

    return test
