"""Breast-cancer recurrence: categories and age ranges as numbers."""

from pathlib import Path

import numpy as np
import pandas as pd

from .dataset import Dataset, DatasetError
from .openml import frame

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
    from sklearn.model_selection import train_test_split

    table = frame("breast_cancer_recurrence", _OPENML_ID, path)
    table.columns = [str(name).replace("-", "_").strip("'") for name in table.columns]
    target = "class" if "class" in table.columns else "Class"
    missing = [name for name in _INPUTS if name not in table.columns]
    if missing or target not in table.columns:
        raise DatasetError(f"no column {(missing or ['class'])[0]!r} in {path or 'the data'}.")
    text = table.astype("string").apply(lambda column: column.str.strip("' "))
    is_recurrence = (text[target].str.startswith("recurrence")).to_numpy(dtype=bool)
    inputs = np.column_stack([_numbers(text[name], name) for name in _INPUTS])
    train, test = train_test_split(
        np.arange(len(inputs)), test_size=test_share, random_state=seed, stratify=is_recurrence
    )
    for column in inputs.T:
        known = column[train][np.isfinite(column[train])]
        values, counts = np.unique(known, return_counts=True)
        column[~np.isfinite(column)] = values[counts.argmax()]
    targets = is_recurrence.astype(np.int64)
    note = "ranges as their middle, categories numbered, missing values the most frequent one"
    return Dataset(
        "breast-cancer recurrence",
        inputs[train],
        targets[train],
        inputs[test],
        targets[test],
        _INPUTS,
        (note,),
    ).standardised()


def _numbers(column: pd.Series, name: str) -> np.ndarray:
    if name in _RANGES:
        bounds = column.str.split("-", expand=True).astype("Float64")
        return bounds.mean(axis=1).to_numpy(dtype=np.float64, na_value=np.nan)
    if name == "deg_malig":
        return column.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    order = _ORDERED.get(name) or sorted(column.dropna().unique())
    return column.map({label: float(k) for k, label in enumerate(order)}).to_numpy(
        dtype=np.float64, na_value=np.nan
    )
