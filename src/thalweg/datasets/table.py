"""A table of numbers from a CSV or Parquet file, with a target column or without."""

import re
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float, Shaped

from ..numbers import Real, Whole
from ..spelling import nearest_spelling
from .csv_file import PERHAPS_MISSING
from .data_columns import DataColumns, data_columns
from .dataset import Dataset, DatasetError, DatasetWarning
from .split import split_by_share
from .table_file import read_table_file

_MOST_CLASSES = 50
_DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+,\d+\s*")


def read_table(
    path: str | Path,
    target: str,
    *,
    test_share: Real = 0.2,
    seed: Whole = 0,
    standardise: bool = True,
    drop: Sequence[str] = (),
    classes: bool = True,
    separator: str | None = None,
    decimal: str = ".",
) -> Dataset:
    """Read a CSV or Parquet file with a header; every column but `target` is a numeric input.

    Args:
        path: .csv, .tsv (also packed) or .parquet; `~` is the home directory.
        target: name of the target column.
        test_share: share of the rows kept for test, in proportion of classes; may be 0.
        seed: of the split.
        standardise: zero mean and unit variance of each input; constant columns are left out.
        drop: columns to ignore.
        classes: whether the target is a class; if not, it is a real number, and must be numeric.
        separator: between the columns of a table of text; by default a tab for .tsv, a comma for others.
        decimal: mark in the numbers of a table of text.

    Raises:
        DatasetError: if the file cannot be read, has no such column or two of them, missing or infinite
            values, text columns, one class only, or too few rows.

    Warns:
        DatasetWarning: if columns are left out, or something may be meant otherwise than it is read.
    """
    path = Path(path)
    table = read_table_file(
        path, separator=separator, decimal=decimal, labels=target if classes else None
    )
    if target in drop:
        raise DatasetError(f"drop names the target {target!r}; leave it out of drop.")
    columns = _chosen_columns(path, table, target, drop)
    table = columns.table
    inputs = _inputs(path, table.drop(columns=[target]))
    targets = _targets(path, table[target], classes=classes)
    notes = (*columns.notes, *_doubtful_names(target, targets))
    for note in notes:
        warnings.warn(f"{path.name}: {note}.", DatasetWarning, stacklevel=2)
    names = tuple(str(c) for c in table.columns if c != target)
    split = split_by_share(
        str(path), len(inputs), test_share, seed, classes=targets if classes else None
    )
    data = split.dataset(path.name, inputs, targets, names, notes)
    return data.standardised() if standardise else data


def read_numbers(
    path: str | Path,
    *,
    drop: Sequence[str] = (),
    separator: str | None = None,
    decimal: str = ".",
) -> Float[np.ndarray, "N columns"]:
    """All columns of a CSV or Parquet file with a header as numbers, for data without a target.

    Raises, warns: as `read_table`.
    """
    path = Path(path)
    table = read_table_file(path, separator=separator, decimal=decimal)
    columns = _chosen_columns(path, table, None, drop)
    for note in columns.notes:
        warnings.warn(f"{path.name}: {note}.", DatasetWarning, stacklevel=2)
    return _inputs(path, columns.table)


def _chosen_columns(
    path: Path, table: pd.DataFrame, target: str | None, drop: Sequence[str]
) -> DataColumns:
    """The columns that are data, without those to drop; the target is never left out."""
    if isinstance(drop, str):
        raise DatasetError(f"drop must list names of columns, got {drop!r}; pass [{drop!r}].")
    unknown = [c for c in (*drop, *([] if target is None else [target])) if c not in table.columns]
    if unknown:
        raise DatasetError(_no_column(path, unknown[0], table))
    table = table.drop(columns=list(drop))
    inputs = data_columns(table if target is None else table.drop(columns=[target]))
    return DataColumns(
        table[[c for c in table.columns if c == target or c in inputs.table]], inputs.notes
    )


def _no_column(path: Path, name: str, table: pd.DataFrame) -> str:
    return f"{path} has no column {name!r}{nearest_spelling(name, map(str, table.columns))}"


def _inputs(path: Path, table: pd.DataFrame) -> Float[np.ndarray, "N inputs"]:
    if table.shape[1] == 0:
        raise DatasetError(f"{path} has no input columns besides the target.")
    numeric = (pd.api.types.is_numeric_dtype, pd.api.types.is_bool_dtype)
    texts = [c for c in table.columns if not any(test(table[c]) for test in numeric)]
    if texts:
        raise DatasetError(
            f"{path}: columns of text cannot be inputs: {', '.join(map(str, texts[:8]))}"
            f"{_first_text(table[texts[0]])}. Encode them as numbers, leave them out with drop, or remove "
            "rows whose entries stand for missing values."
        )
    values = table.to_numpy(dtype=np.float64, na_value=np.nan)
    bad_rows, bad_columns = np.nonzero(~np.isfinite(values))
    if len(bad_rows):
        names = [str(table.columns[c]) for c in np.unique(bad_columns)]
        raise DatasetError(
            f"{path}: missing or infinite values in {', '.join(names[:8])} (first: data row "
            f"{bad_rows[0] + 1}). Impute or drop them."
        )
    return values


def _first_text(column: pd.Series) -> str:
    """Which entry of a column is no number, and where."""
    is_text = pd.to_numeric(column, errors="coerce").isna() & column.notna()
    if not is_text.any():
        return ""
    row = int(np.flatnonzero(is_text)[0])
    entry = str(column.iloc[row])
    comma = "; for decimal commas pass decimal=','" if _DECIMAL_COMMA.fullmatch(entry) else ""
    return f" ({entry[:40]!r} in data row {row + 1}{comma})"


def _targets(path: Path, column: pd.Series, *, classes: bool) -> Shaped[np.ndarray, " N"]:
    if column.isna().any():
        row = int(np.flatnonzero(column.isna())[0]) + 1
        raise DatasetError(
            f"{path}: the target {column.name!r} has missing values (first: data row {row})."
        )
    labels = column.to_numpy()
    if not classes:
        return _numbers(path, column)
    n_classes = column.nunique()
    if n_classes == 1:
        raise DatasetError(
            f"{path}: the target {column.name!r} has one class only ({labels[0]!r}); at least two "
            "are needed."
        )
    if n_classes > _MOST_CLASSES:
        raise DatasetError(
            f"{path}: the target {column.name!r} has {n_classes} different values; a classifier needs "
            f"classes (at most {_MOST_CLASSES}). Bin it, or name another column."
        )
    return labels.astype(str) if labels.dtype == object else labels


def _doubtful_names(target: str, labels: Shaped[np.ndarray, " N"]) -> list[str]:
    """A note if classes have names that elsewhere stand for missing values."""
    if labels.dtype.kind != "U":
        return []
    doubtful = [name for name in PERHAPS_MISSING if (labels == name).any()]
    rows = int(np.isin(labels, doubtful).sum())
    if not doubtful:
        return []
    return [
        f"{', '.join(map(repr, doubtful))} in the target {target!r} ({rows} rows) is taken for the name "
        "of a class; if it stands for a missing value, remove those rows"
    ]


def _numbers(path: Path, column: pd.Series) -> Float[np.ndarray, " N"]:
    if not pd.api.types.is_numeric_dtype(column):
        raise DatasetError(
            f"{path}: the target {column.name!r} holds text; a regression needs numbers. For classes "
            "choose a classification loss."
        )
    values = column.to_numpy(dtype=np.float64)
    if not np.isfinite(values).all():
        raise DatasetError(f"{path}: the target {column.name!r} has infinite values.")
    return values
