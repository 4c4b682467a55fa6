"""The heat capacity of the spiral's landscape."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from .. import plot
from ..analysis.graph.thermodynamics import HeatCapacity, heat_capacity
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .spiral import SPIRAL_SETTING, spiral_study
from .statement import Answer, CannotTell, Measurements, published_statements, stated

_CURVE = "C_V of the spiral"
_PUBLISHED: dict[str, Measurements] = {_CURVE: {"peaks": 2, "T of the largest peak": 3e-3}}


def spiral_heat_capacity(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """C_V(T) and its peaks: where the occupation goes over between different sets of minima."""
    curves = []
    for seed in scale.seeds:
        progress(f"seed {seed}")
        curves.append(heat_capacity(spiral_study(landscapes, scale, seed).network))
    measurements = {_CURVE: [_values(curve) for curve in curves]}

    def draw(figure: Figure) -> None:
        plot.heat_capacity(curves[0], figure.subplots())

    statements = (
        *published_statements(
            measurements, _PUBLISHED, never_negative=("peaks", "T of the largest peak")
        ),
        stated("C_V has two peaks", measurements, lambda r: r[_CURVE]["peaks"] == 2),
        stated(
            "the larger peak is at the higher temperature, a smaller one at a lower",
            measurements,
            _grows,
        ),
        stated(
            "the largest peak is near T = 3e-3, within a factor of three",
            measurements,
            lambda r: 1e-3 <= r[_CURVE]["T of the largest peak"] <= 9e-3,
        ),
    )
    return Reproduction(
        "figure-2.7",
        "heat capacity of the spiral",
        side_by_side(measurements, _PUBLISHED),
        statements,
        scale,
        f"{SPIRAL_SETTING}; minima that were not found are missing in C_V",
        (
            Picture(
                "",
                "Heat capacity over temperature: at higher temperature, the occupation of minima changes and "
                "more become accessible. Peaks are numbered from low temperature.",
                draw,
                (7.0, 4.0),
            ),
        ),
    )


def _values(curve: HeatCapacity) -> Measurements:
    values: dict[str, float | int] = {"peaks": len(curve.peaks)}
    for number, peak in enumerate(curve.peaks, 1):
        values |= {f"T of peak {number}": peak.temperature, f"height of peak {number}": peak.value}
    largest = max(curve.peaks, key=lambda peak: peak.value, default=None)
    return values | {"T of the largest peak": np.nan if largest is None else largest.temperature}


def _grows(values: Mapping[str, Measurements]) -> Answer:
    """Whether the largest peak has a smaller one at a lower temperature."""
    ours = values[_CURVE]
    if ours["peaks"] < 2:
        return CannotTell("ours has fewer than two peaks")
    return ours["T of the largest peak"] > ours["T of peak 1"]
