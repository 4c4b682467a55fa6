"""Landscapes over a setting."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from . import palette
from .axes import axes_or_new
from .labels import CAPTION, name_label

_COLUMNS = (
    "minima",
    "best test auc",
    "mean test auc",
    "median train auc deviation",
    "lpphe_mean",
    "steps_per_quench",
    "frustration",
    "basins",
)


def sweep_columns(table: pd.DataFrame) -> list[str]:
    """The columns of `analysis.landscape_table` that are worth a panel each: those with a value."""
    return [
        name for name in _COLUMNS if name in table and np.isfinite(table[name].astype(float)).any()
    ]


def sweep(table: pd.DataFrame, column: str, ax: Axes | None = None) -> Axes:
    """One column of `analysis.landscape_table` over the values of a setting, which are its index.

    Positive numbers a decade or more apart are drawn on a logarithmic axis; names stand side by side.

    Raises:
        KeyError: if the table has no such column.
    """
    ax = axes_or_new(ax, (4.0, 3.0))
    x = pd.to_numeric(pd.Series([*map(str, table.index)], dtype=object), errors="coerce").to_numpy()
    y = table[column].to_numpy(dtype=np.float64)
    if np.isnan(x).any():
        ax.plot(np.arange(len(y)), y, "o-", color=palette.BLUE)
        ax.set_xticks(np.arange(len(y)), [name_label(name) for name in table.index])
    else:
        ax.plot(x, y, "o-", color=palette.BLUE)
        if (x > 0).all() and x.max() >= 10 * x.min():
            ax.set_xscale("log")
    ax.set_xlabel(name_label(table.index.name or "value", CAPTION))
    ax.set_ylabel(name_label(column.replace("_", " "), CAPTION))
    return ax
