"""Figure 4 of the slides: what ensembles of minima gain over the best one, over ν."""

from typing import TYPE_CHECKING

import pandas as pd

from .. import plot
from ..learn import WEIGHTINGS, gains_over
from .landscapes import Landscapes
from .over_smoothness import UNPUBLISHED, OverSmoothness, smoothness_grid
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, Test, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WITHOUT_EDGES = {name: one for name, one in WEIGHTINGS.items() if name != "one per funnel"}
"""The weightings that need no transition states, which these landscapes are mapped without."""


def gains_over_smoothness(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Gain of ensembles in squared error at each ν, for the Schwefel function of three and four inputs."""
    measurements: dict[str, list[Measurements]] = {}
    tables: dict[int, list[pd.DataFrame]] = {3: [], 4: []}
    grid = smoothness_grid(scale)
    for dimension in tables:
        for seed in scale.seeds:
            progress(f"Schwefel {dimension} d, seed {seed}")
            setting = OverSmoothness.of_schwefel(dimension, scale, seed)
            data = setting.data
            mapped = [(nu, *setting.predicting(nu, setting.network(landscapes, nu))) for nu in grid]
            table = gains_over(
                mapped, data.test_inputs, data.test_targets, weightings=_WITHOUT_EDGES
            )
            tables[dimension].append(table)
            row: dict[str, float | int] = {}
            for name in table.columns:
                row[f"{name}: mean gain over ν, %"] = float(table[name].mean())
                row[f"{name}: share of ν with a gain"] = float((table[name] > 0).mean())
            measurements.setdefault(f"Schwefel {dimension} d", []).append(row)
    statements = tuple(
        stated(
            f"{case}: {name}: ensembles improve on the single best minimum, on average over ν",
            measurements,
            exceeds_zero(case, f"{name}: mean gain over ν, %"),
            UNPUBLISHED,
        )
        for case in measurements
        for name in _WITHOUT_EDGES
    )
    means = {d: sum(by_seed[1:], by_seed[0]) / len(by_seed) for d, by_seed in tables.items()}

    def draw(figure: "Figure") -> None:
        axes = figure.subplots(1, 2)
        for letter, ax, (dimension, table) in zip("ab", axes, means.items(), strict=True):
            plot.gains_over_parameter(table, "ν", ax)
            ax.set_title(f"({letter}) Schwefel {dimension} d", fontsize=10)
            if letter == "b":
                ax.get_legend().remove()

    caption = (
        "Gain in squared error over the single best minimum, in per cent, of ensembles of all minima "
        "for fitting "
        f"the (a) 3 d and (b) 4 d Schwefel function over ν; mean over {len(scale.seeds)} data sets."
    )
    return Reproduction(
        "slides-4",
        "what ensembles of minima gain over the best one, over ν",
        side_by_side(measurements, {}),
        statements,
        scale,
        f"40 points, 300 for test, prior of three e-folds, ν in {grid}, data seeds {scale.seeds}",
        (Picture("", caption, draw, (10.0, 4.2)),),
    )


def exceeds_zero(case: str, quantity: str) -> Test:
    """Whether a value, by case and quantity, is above zero, as a test."""
    return lambda values: values[case][quantity] > 0
