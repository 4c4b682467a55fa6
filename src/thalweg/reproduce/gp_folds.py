"""Minima of a marginal likelihood that vanish in folds as ν falls, with the graphs on both sides."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from .. import plot
from ..analysis import BranchEnd, follow
from ..landscape.network import Network
from .landscapes import Landscapes
from .over_smoothness import UNPUBLISHED, OverSmoothness, smoothness_grid
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Answer, CannotTell, Measurements, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STEP = 0.1
"""Of ν across a fold, as in the published graphs: from 2.1 to 2.0, and from 3.5 to 3.4."""


def folds_in_smoothness(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Minima followed from the largest ν down, and the landscapes on both sides of the first fold."""
    measurements: dict[str, list[Measurements]] = {}
    graphs: dict[int, list[tuple[float, Network]]] = {}
    grid = smoothness_grid(scale)
    for dimension in (3, 4):
        for seed in scale.seeds:
            progress(f"Schwefel {dimension} d, data {seed}")
            setting = OverSmoothness.of_schwefel(dimension, scale, seed)
            minima = setting.network(landscapes, grid[-1]).coordinates
            branches = follow(setting.family, minima, grid[-1], grid[0])
            folds = sorted(f.value for b in branches for f in b.folds[:1])
            row: dict[str, float | int] = {
                f"minima at ν = {grid[-1]:g}": len(branches),
                f"lost in a fold above ν = {grid[0]:g}": len(folds),
                "followed to the end": sum(b.end is BranchEnd.REACHED for b in branches),
            }
            if folds:
                sides = _sides(folds[-1])
                # Transition states are dear, and drawn for the first seed alone.
                is_drawn = dimension not in graphs
                networks = [setting.network(landscapes, nu, connect=is_drawn) for nu in sides]
                row |= {
                    "highest critical ν": folds[-1],
                    "leaves above the fold": networks[0].n_minima,
                    "leaves below the fold": networks[1].n_minima,
                }
                if is_drawn:
                    graphs[dimension] = list(zip(sides, networks, strict=True))
            measurements.setdefault(f"Schwefel {dimension} d", []).append(row)
    statements = (
        stated(
            "minima are lost in folds as ν falls",
            measurements,
            lambda r: any(v[f"lost in a fold above ν = {grid[0]:g}"] > 0 for v in r.values()),
            UNPUBLISHED + "; published: between 2.1 and 2.0, and between 3.5 and 3.4",
        ),
        *(
            stated(
                f"{case}: the graph has fewer leaves below the fold than above it",
                {case: measurements[case]},
                _has_fewer_leaves,
                UNPUBLISHED,
            )
            for case in measurements
        ),
    )

    def draw(figure: "Figure") -> None:
        axes = np.atleast_2d(figure.subplots(max(len(graphs), 1), 2, squeeze=False))
        for letter, (dimension, pair), row in zip("ab", graphs.items(), axes, strict=False):
            plot.graphs_over_parameter(pair, "ν", row)
            for ax in row:
                ax.set_title(f"({letter}) {dimension} d, {ax.get_title()}", fontsize=10)

    caption = (
        "Disconnectivity graphs on both sides of a fold: every leaf is a minimum in the space of "
        f"hyperparameters, one of which vanishes as ν falls by {_STEP}. (a) 3 inputs, (b) 4 inputs."
    )
    setting_text = (
        f"40 points, Matérn from ν = {grid[-1]:g} to {grid[0]:g}, prior of three e-folds, data seeds "
        f"{scale.seeds}"
    )
    return Reproduction(
        "slides-2",
        "minima of a marginal likelihood that vanish in folds as ν falls",
        side_by_side(measurements, {}),
        statements,
        scale,
        setting_text,
        (Picture("", caption, draw, (8.0, 7.0)),),
    )


def _sides(fold: float) -> tuple[float, float]:
    """The values of ν above and below a fold, a step apart."""
    below = round(np.floor(fold / _STEP) * _STEP, 6)
    return round(below + _STEP, 6), below


def _has_fewer_leaves(values: Mapping[str, Measurements]) -> Answer:
    (one,) = values.values()
    if "leaves above the fold" not in one:
        return CannotTell("no fold")
    return bool(one["leaves below the fold"] < one["leaves above the fold"])
