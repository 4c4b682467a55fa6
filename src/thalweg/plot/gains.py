"""What is gained against what the landscape looks like, and how well it was foretold."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float, Num
from matplotlib.axes import Axes

from ..learn.gain_forecast import ForecastCalibration
from . import palette
from .axes import axes_or_new
from .labels import CAPTION, name_label


def gains_against(
    points: Mapping[str, tuple[Num[np.ndarray, " n"], Float[np.ndarray, " n"]]],
    ax: Axes | None = None,
    *,
    feature: str,
    gain: str = "gain in squared error, %",
) -> Axes:
    """Gains over a feature of the landscape, a point a data set.

    Args:
        points: feature and gain of each data set [n], by name of what gains.
        ax: where to draw.
        feature, gain: labels of the axes.
    """
    ax = axes_or_new(ax, (4.2, 3.4))
    ax.axhline(0.0, color=palette.MUTED, linewidth=0.8)
    for k, (name, (features, gains)) in enumerate(points.items()):
        ax.plot(
            features,
            gains,
            palette.GROUP_SHAPES[k % len(palette.GROUP_SHAPES)],
            color=palette.GROUPS[k % len(palette.GROUPS)],
            markersize=4,
            fillstyle="none",
            label=name_label(name, CAPTION),
        )
    ax.set_xlabel(name_label(feature, CAPTION))
    ax.set_ylabel(name_label(gain, CAPTION))
    if len(points) > 1:
        ax.legend(frameon=False)
    return ax


def reliability(calibration: ForecastCalibration, ax: Axes | None = None) -> Axes:
    """Reliability diagram of a forecast: the share that came over the probability that was foretold.

    Args:
        calibration: of data sets left out of the fit.
        ax: where to draw.
    """
    ax = axes_or_new(ax, (3.8, 3.4))
    ax.plot([0, 1], [0, 1], ":", color=palette.INK, linewidth=1.0)
    foretold, came, numbers = calibration.bins.T
    ax.plot(foretold, came, "o-", color=palette.BLUE)
    for x, y, n in zip(foretold, came, numbers, strict=True):
        ax.annotate(f"{n:.0f}", (x, y), xytext=(5, -9), textcoords="offset points", fontsize=8)
    ax.set_xlim(-0.03, 1.03)
    ax.set_ylim(-0.06, 1.06)
    ax.set_xlabel("probability foretold (numbers: data sets)")
    ax.set_ylabel("share that came")
    ax.set_title(f"skill {calibration.skill:.2f}", fontsize=10)
    return ax


def values_by_case(table: pd.DataFrame, ax: Axes | None = None, *, label: str) -> Axes:
    """One value of several cases, a row a case and a mark for each column.

    Args:
        table: cases as rows.
        ax: where to draw.
        label: of the values.
    """
    ax = axes_or_new(ax, (6.0, 0.4 * len(table) + 1.0))
    rows = np.arange(len(table))[::-1]
    for k, name in enumerate(table.columns):
        ax.plot(
            table[name],
            rows,
            palette.GROUP_SHAPES[k % len(palette.GROUP_SHAPES)],
            color=palette.GROUPS[k % len(palette.GROUPS)],
            label=name_label(str(name), CAPTION),
        )
    ax.set_yticks(rows, [name_label(case, CAPTION) for case in table.index])
    ax.grid(axis="y", color=palette.MUTED, linewidth=0.4)
    ax.set_xlabel(name_label(label, CAPTION))
    # Above the rows, each of which may have marks at either end; two names a line fit any figure.
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return ax
