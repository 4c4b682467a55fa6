"""Figure 5 of the slides: the gain of ensembles against the number of minima, and can it be foretold."""

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from .. import plot
from ..analysis.graph.spearman import spearman
from ..learn import WEIGHTINGS, GainForecast, gain_forecast
from ..learn.gain_forecast import FEATURES
from .gain_study import SETTING, GainStudy, gain_study
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Answer, CannotTell, Measurements, Test, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CASE = "over data sets"


def ensembles_of_minima(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """What ensembles of minima gain over the best one, and whether the landscape foretells it."""
    studies = [
        gain_study(landscapes, scale, seed, progress, sampling=False) for seed in scale.seeds
    ]
    measurements: dict[str, list[Measurements]] = {CASE: []}
    for study in studies:
        row: dict[str, float | int] = {
            "data sets": len(study.features),
            "mean number of minima": float(np.mean([one.minima for one in study.features])),
        }
        for name in WEIGHTINGS:
            gains = study.squared_error[name]
            row[f"{name}: median gain in squared error, %"] = float(np.median(gains))
            row[f"{name}: share of data sets with a gain"] = float(np.mean(gains > 0))
        row |= correlations(study, study.squared_error["uniform"])
        measurements[CASE].append(row)
    together = reduce(GainStudy.joined, studies)
    gains = together.squared_error["uniform"]
    # An ensemble nearly always gains something: what decides is whether it gains more than usual.
    threshold = float(np.median(gains))
    forecast = gain_forecast(together.features, gains, threshold=threshold)
    measurements["all seeds together, a gain of the uniform ensemble above the median foretold"] = [
        {"threshold, %": threshold, **calibration_row(forecast)}
    ]
    statements = (
        *(
            stated(
                f"{name}: the ensemble predicts better than the best minimum in the median",
                measurements,
                _is_positive(f"{name}: median gain in squared error, %"),
            )
            for name in WEIGHTINGS
        ),
        stated(
            "the gain grows with the number of minima",
            measurements,
            _is_positive("Spearman of minima and gain"),
            "published without a coefficient; where there is one minimum the gain is zero by definition",
        ),
    )
    minima = np.array([one.minima for one in together.features])

    def draw(figure: "Figure") -> None:
        left, right = figure.subplots(1, 2)
        plot.gains_against(
            {
                "uniform": (minima, gains),
                "occupation": (minima, together.squared_error["occupation"]),
            },
            left,
            feature="minima of the landscape",
        )
        plot.reliability(forecast.calibration, right)

    caption = (
        "Gain in squared error of ensembles over the best minimum against the number of minima, a point "
        "a data "
        "set; and how a gain above the median that is foretold from the landscape compares with what "
        "came, for data "
        "sets left "
        "out."
    )
    return Reproduction(
        "slides-5",
        "what ensembles gain against the number of minima",
        side_by_side(measurements, {}),
        statements,
        scale,
        f"{SETTING}, seeds {scale.seeds}",
        (Picture("", caption, draw, (9.0, 4.0)),),
    )


def correlations(study: GainStudy, gains: Float[np.ndarray, " sets"]) -> dict[str, float | int]:
    """Spearman's correlation of each feature of the landscape with a gain; NaN if one does not vary."""
    columns = {
        name: np.array(
            [getattr(one, name.replace(" ", "_")) for one in study.features], dtype=float
        )
        for name in FEATURES
    }
    return {
        f"Spearman of {name} and gain": spearman(column, gains).coefficient
        for name, column in columns.items()
    }


def calibration_row(forecast: GainForecast) -> dict[str, float | int]:
    """How well a gain is foretold, for data sets left out."""
    calibration = forecast.calibration
    row: dict[str, float | int] = {
        "data sets": len(calibration.came),
        "share above the threshold": float(calibration.came.mean()),
        "Brier score": calibration.brier,
        "Brier score of the base rate": calibration.brier_of_base_rate,
        "skill against the base rate": calibration.skill,
        "expected calibration error": calibration.error,
    }
    for name, one in forecast.correlations.items():
        row[f"Spearman of {name} and gain"] = one.coefficient
        row[f"Spearman of {name} and gain, lower end of 95 %"] = one.interval.lower
        row[f"Spearman of {name} and gain, upper end of 95 %"] = one.interval.upper
    return row


def _is_positive(quantity: str) -> Test:
    def test(values: Mapping[str, Measurements]) -> Answer:
        value = values[CASE][quantity]
        return CannotTell("all landscapes are alike") if np.isnan(value) else bool(value > 0)

    return test
