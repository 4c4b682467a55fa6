"""Figure 3 of the slides: loss and error of all minima over ν, by k-means group and by branch."""

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from jaxtyping import Float

from .. import plot
from ..analysis import agreement_with_kmeans, regression_metrics, scan, scan_minima
from ..landscape.network import Network
from .landscapes import Landscapes
from .over_smoothness import UNPUBLISHED, OverSmoothness, smoothness_grid
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import BySeed, Measurements, Statement, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CASE = "Schwefel 3 d"
_ERROR = "test mean squared error"
_MINIMA, _BRANCHES = "minima over all ν", "branches"
_AGREEMENT = "agreement of groups and branches (adjusted Rand index)"


def minima_over_smoothness(
    landscapes: Landscapes, scale: Scale, progress: Progress
) -> Reproduction:
    """Loss and error of every minimum at every ν of the Schwefel function of three inputs."""
    measurements: dict[str, list[Measurements]] = {_CASE: []}
    tables: list[pd.DataFrame] = []
    grid = smoothness_grid(scale)
    for seed in scale.seeds:
        progress(f"seed {seed}")
        setting = OverSmoothness.of_schwefel(3, scale, seed)
        table, row = _all_minima(landscapes, setting, grid)
        tables.append(table)
        measurements[_CASE].append(row)
    caption = (
        "(a) Loss (−lml) and (b) mean squared error of all minima at all values of ν, Schwefel function of "
        "three inputs. Top: groups of k-means with k the largest number of minima at any ν, as published; "
        "bottom: branches that continuation follows from one ν to the next."
    )
    return Reproduction(
        "slides-3",
        "loss and error of all minima over ν",
        side_by_side(measurements, {}),
        _statements(measurements),
        scale,
        f"40 points of 3 inputs, 300 for test, prior of three e-folds, ν in {grid}, data seeds {scale.seeds}",
        (Picture("", caption, partial(_draw, tables[0]), (9.0, 7.0)),),
    )


def _all_minima(
    landscapes: Landscapes, setting: OverSmoothness, grid: tuple[float, ...]
) -> tuple[pd.DataFrame, Measurements]:
    """Every minimum at every ν with its group and branch, a row each; and how the two compare."""
    with ExitStack() as stack:
        mapped = [
            (
                nu,
                stack.enter_context(
                    landscapes.open(setting.problem_at(nu), setting.starts, setting.seed)
                ),
            )
            for nu in grid
        ]
        tracks = scan(setting.family, mapped)
        networks = [landscape.network() for _, landscape in mapped]
        errors = [_errors(setting, nu, one) for nu, one in zip(grid, networks, strict=True)]
        table = scan_minima(tracks, mapped, [{_ERROR: one} for one in errors])
        agreement = agreement_with_kmeans(tracks, [one.losses for one in networks], errors)
    return table, {
        _MINIMA: len(table),
        "groups of k-means": table["group"].nunique(),
        _BRANCHES: tracks.n_tracks,
        _AGREEMENT: agreement,
        "share of neighbouring minima of one branch in one group": _together(
            table, "branch", "group"
        ),
        "largest step of the loss along a branch, in spreads of the loss": _step(table, "branch"),
        "largest step of the loss along a group, in spreads of the loss": _step(table, "group"),
    }


def _errors(setting: OverSmoothness, nu: float, network: Network) -> Float[np.ndarray, " minima"]:
    process, points = setting.predicting(nu, network)
    data = setting.data
    return regression_metrics(
        points, process, data.test_inputs, data.test_targets
    ).mean_squared_error


def _statements(measurements: BySeed) -> tuple[Statement, ...]:
    return (
        stated(
            "ν-continuity: most minima lie on a branch that reaches the next ν",
            measurements,
            lambda r: all(v[_BRANCHES] < 0.5 * v[_MINIMA] for v in r.values()),
            UNPUBLISHED,
        ),
        stated(
            "ours: the published groups are the branches",
            measurements,
            lambda r: all(v[_AGREEMENT] > 0.9 for v in r.values()),
            "k-means of (loss, error) does not know that a minimum moves with ν: the loss of one changes "
            "with ν "
            "by more than two minima differ at one ν",
        ),
    )


def _draw(table: pd.DataFrame, figure: "Figure") -> None:
    axes = figure.subplots(2, 2, sharex=True)
    for row, by in zip(axes, ("group", "branch"), strict=True):
        for letter, quantity, ax in zip("ab", ("loss", _ERROR), row, strict=True):
            plot.minima_over_parameter(table, quantity, "ν", ax, by=by)
            words = "k-means groups" if by == "group" else "continued branches"
            ax.set_title(f"({letter}) {words}", fontsize=10)
    axes[0, 0].set_ylabel("loss (−lml), nats")
    axes[1, 0].set_ylabel("loss (−lml), nats")
    for ax in axes[0]:
        ax.set_xlabel("")


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
