"""A table of numbers from a CSV or Parquet file, with a target column or without."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float, Shaped

from ..spelling import nearest_spelling
from .dataset import Dataset, DatasetError
from .split import split_by_share
from .table_file import read_table_file

_MOST_CLASSES = 50


def read_table(
    path: str | Path,
    target: str,
    *,
    test_share: float = 0.2,
    seed: int = 0,
    standardise: bool = True,
    drop: Sequence[str] = (),
    classes: bool = True,
) -> Dataset:
    """Read a CSV or Parquet file with a header; every column but `target` is a numeric input.

    Args:
        path: .csv, .tsv (also compressed) or .parquet.
        target: name of the target column.
        test_share: share of the rows kept for test, in proportion of classes; may be 0.
        seed: of the split.
        standardise: zero mean and unit variance of each input; constant columns are left out.
        drop: columns to ignore.
        classes: whether the target is a class; if not, it is a real number, and must be numeric.

    Raises:
        DatasetError: if the file cannot be read, has no such column, missing or infinite values, text
            columns, one class only, or too few rows.
    """
    path = Path(path)
    table = read_table_file(path)
    unknown = [c for c in (*drop, target) if c not in table.columns]
    if unknown:
        raise DatasetError(_no_column(path, unknown[0], table))
    table = table.drop(columns=list(drop))
    inputs = _inputs(path, table.drop(columns=[target]))
    targets = _targets(path, table[target], classes=classes)
    names = tuple(str(c) for c in table.columns if c != target)
    split = split_by_share(
        str(path), len(inputs), test_share, seed, classes=targets if classes else None
    )
    data = split.dataset(path.name, inputs, targets, names)
    return data.standardised() if standardise else data


def read_numbers(path: str | Path, *, drop: Sequence[str] = ()) -> Float[np.ndarray, "N columns"]:
    """All columns of a CSV or Parquet file with a header as numbers, for data without a target.

    Raises:
        DatasetError: as `read_table`.
    """
    path = Path(path)
    table = read_table_file(path)
    unknown = [c for c in drop if c not in table.columns]
    if unknown:
        raise DatasetError(_no_column(path, unknown[0], table))
    return _inputs(path, table.drop(columns=list(drop)))


def _no_column(path: Path, name: str, table: pd.DataFrame) -> str:
    return f"{path} has no column {name!r}{nearest_spelling(name, map(str, table.columns))}"


def _inputs(path: Path, table: pd.DataFrame) -> Float[np.ndarray, "N inputs"]:
    if table.shape[1] == 0:
        raise DatasetError(f"{path} has no input columns besides the target.")
    numeric = (pd.api.types.is_numeric_dtype, pd.api.types.is_bool_dtype)
    texts = [str(c) for c in table.columns if not any(test(table[c]) for test in numeric)]
    if texts:
        raise DatasetError(
            f"{path}: columns of text cannot be inputs: {', '.join(texts[:8])}. Encode them as "
            "numbers, or leave them out with drop."
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
