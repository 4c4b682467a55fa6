"""Figure 3 of the slides: loss and error of all minima over ν, by k-means group and by branch."""

from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .. import plot
from ..analysis import agreement_with_kmeans, regression_metrics, scan, scan_minima
from .landscapes import Landscapes
from .over_smoothness import UNPUBLISHED, OverSmoothness, smoothness_grid
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ERROR = "test mean squared error"


def minima_over_smoothness(
    landscapes: Landscapes, scale: Scale, progress: Progress
) -> Reproduction:
    """Loss and error of every minimum at every ν of the Schwefel function of three inputs."""
    measurements: dict[str, list[Measurements]] = {"Schwefel 3 d": []}
    tables: list[pd.DataFrame] = []
    grid = smoothness_grid(scale)
    for seed in scale.seeds:
        progress(f"seed {seed}")
        setting = OverSmoothness.of_schwefel(3, scale, seed)
        with ExitStack() as stack:
            mapped = [
                (
                    nu,
                    stack.enter_context(
                        landscapes.open(setting.problem_at(nu), setting.starts, seed)
                    ),
                )
                for nu in grid
            ]
            tracks = scan(setting.family, mapped)
            metrics = []
            for nu, landscape in mapped:
                process, network = setting.predicting(nu, landscape.network())
                data = setting.data
                quality = regression_metrics(network, process, data.test_inputs, data.test_targets)
                metrics.append({_ERROR: quality.mean_squared_error})
            table = scan_minima(tracks, mapped, metrics)
            agreement = agreement_with_kmeans(
                tracks,
                [landscape.network().losses for _, landscape in mapped],
                [by_name[_ERROR] for by_name in metrics],
            )
        tables.append(table)
        measurements["Schwefel 3 d"].append(
            {
                "minima over all ν": len(table),
                "groups of k-means": table["group"].nunique(),
                "branches": tracks.n_tracks,
                "agreement of groups and branches (adjusted Rand index)": agreement,
                "share of neighbouring minima of one branch in one group": _together(
                    table, "branch", "group"
                ),
                "largest step of the loss along a branch, in spreads of the loss": _step(
                    table, "branch"
                ),
                "largest step of the loss along a group, in spreads of the loss": _step(
                    table, "group"
                ),
            }
        )
    statements = (
        stated(
            "ν-continuity: most minima lie on a branch that reaches the next ν",
            measurements,
            lambda r: all(v["branches"] < 0.5 * v["minima over all ν"] for v in r.values()),
            UNPUBLISHED,
        ),
        stated(
            "ours: the published groups are the branches",
            measurements,
            lambda r: all(
                v["agreement of groups and branches (adjusted Rand index)"] > 0.9
                for v in r.values()
            ),
            "k-means of (loss, error) does not know that a minimum moves with ν: the loss of one changes "
            "with ν "
            "by more than two minima differ at one ν",
        ),
    )
    first = tables[0]

    def draw(figure: "Figure") -> None:
        axes = figure.subplots(2, 2, sharex=True)
        for row, by in zip(axes, ("group", "branch"), strict=True):
            for letter, quantity, ax in zip("ab", ("loss", _ERROR), row, strict=True):
                plot.minima_over_parameter(first, quantity, "ν", ax, by=by)
                words = "k-means groups" if by == "group" else "continued branches"
                ax.set_title(f"({letter}) {words}", fontsize=10)
        axes[0, 0].set_ylabel("loss (−lml), nats")
        axes[1, 0].set_ylabel("loss (−lml), nats")
        for ax in axes[0]:
            ax.set_xlabel("")

    caption = (
        "(a) Loss (−lml) and (b) mean squared error of all minima at all values of ν, Schwefel function of "
        "three inputs. Top: groups of k-means with k the largest number of minima at any ν, as published; "
        "bottom: branches that continuation follows from one ν to the next."
    )
    return Reproduction(
        "slides-3",
        "loss and error of all minima over ν",
        side_by_side(measurements, {}),
        statements,
        scale,
        f"40 points of 3 inputs, 300 for test, prior of three e-folds, ν in {grid}, data seeds {scale.seeds}",
        (Picture("", caption, draw, (9.0, 7.0)),),
    )


def _together(table: pd.DataFrame, by: str, other: str) -> float:
    """Of neighbours along `by`, the share that are in one class of `other`; NaN without neighbours."""
    same = [
        (rows[other].to_numpy()[1:] == rows[other].to_numpy()[:-1])
        for _, rows in table.groupby(by)
        if len(rows) > 1
    ]
    return float(np.concatenate(same).mean()) if same else np.nan


def _step(table: pd.DataFrame, by: str) -> float:
    """The largest difference of loss of neighbours in ν of one class; zero where there are none."""
    steps = [
        np.abs(np.diff(rows["loss"].to_numpy())).max(initial=0.0) for _, rows in table.groupby(by)
    ]
    return float(max(steps) / table["loss"].std())
