"""Breast-cancer recurrence: categories and age ranges as numbers."""

from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float

from .dataset import Dataset
from .public_table import public_table
from .split import split_by_share

_ORDERED = {
    "menopause": ["premeno", "lt40", "ge40"],
    "node_caps": ["no", "yes"],
    "breast": ["left", "right"],
    "irradiat": ["no", "yes"],
}
_RANGES = ("age", "tumor_size", "inv_nodes")
_INPUTS = (
    "age",
    "menopause",
    "tumor_size",
    "inv_nodes",
    "node_caps",
    "deg_malig",
    "breast",
    "breast_quad",
    "irradiat",
)
_OPENML_ID = 13


def breast_cancer_recurrence(
    path: str | Path | None = None, *, test_share: float = 0.3, seed: int = 0
) -> Dataset:
    """Recurrence of breast cancer: 286 patients, 85 with recurrence, nine inputs (Zwitter & Soklic).

    Ranges become their middle, categories their number in a fixed order, missing values the most
    frequent value of the training rows; inputs are standardised.

    Args:
        path: CSV file of the data; if None, that of the folder `THALWEG_DATA`, or fetched from OpenML
            (id 13).
        test_share: share of the rows kept for test.
        seed: of the split.

    Raises:
        DatasetError: if the file has other columns, or OpenML cannot be reached.
    """
    table = public_table(
        "breast_cancer_recurrence", _OPENML_ID, path, (*_INPUTS, "class"), rename=_column_name
    )
    text = table.astype("string").apply(lambda column: column.str.strip("' "))
    is_recurrence = (text["class"].str.startswith("recurrence")).to_numpy(dtype=bool)
    inputs = np.column_stack([_numbers(text[name], name) for name in _INPUTS])
    name = "breast-cancer recurrence"
    split = split_by_share(name, len(inputs), test_share, seed, classes=is_recurrence)
    for column in inputs.T:
        training_column = column[split.train]
        values, counts = np.unique(
            training_column[np.isfinite(training_column)], return_counts=True
        )
        column[~np.isfinite(column)] = values[counts.argmax()]
    targets = is_recurrence.astype(np.int64)
    note = "ranges as their middle, categories numbered, missing values the most frequent one"
    return split.dataset(name, inputs, targets, _INPUTS, (note,)).standardised()


def _column_name(name: str) -> str:
    return name.replace("-", "_").strip("'").lower()


def _numbers(column: pd.Series, name: str) -> Float[np.ndarray, " N"]:
    if name in _RANGES:
        bounds = column.str.split("-", expand=True).astype("Float64")
        return bounds.mean(axis=1).to_numpy(dtype=np.float64, na_value=np.nan)
    if name == "deg_malig":
        return column.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    order = _ORDERED.get(name) or sorted(column.dropna().unique())
    ranks = column.map({label: float(k) for k, label in enumerate(order)})
    return ranks.to_numpy(dtype=np.float64, na_value=np.nan)
