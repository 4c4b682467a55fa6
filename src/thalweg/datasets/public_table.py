"""Public tables, fetched from OpenML or read from a file that the user already has."""

import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from ..paths import user_path
from .dataset import DatasetError, Unreachable
from .table_file import read_table_file

FOLDER = "THALWEG_DATA"
"""Environment variable: a folder of tables that need not be fetched, as NAME.csv."""


def public_table(
    name: str,
    data_id: int,
    path: str | Path | None,
    columns: Sequence[str],
    *,
    rename: Callable[[str], str] = str,
) -> pd.DataFrame:
    """A table by its OpenML number, from a CSV file if `path` is given or the folder has it.

    Args:
        name: of the table: the file in the folder is NAME.csv.
        data_id: number at OpenML.
        path: a CSV file; if None, that of the folder `THALWEG_DATA`, or fetched.
        columns: that the table must have.
        rename: from the column names in the file to those in `columns`.

    Raises:
        DatasetError: if the file cannot be read, a column is missing, or OpenML cannot be reached
            (`Unreachable`).
    """
    path = table_in_folder(name) if path is None else path
    table = _fetch(data_id) if path is None else read_table_file(path)
    table.columns = pd.Index([rename(str(column)) for column in table.columns])
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise DatasetError(
            f"no column {missing[0]!r} in {path or f'OpenML data set {data_id}'}; {name} needs "
            f"{', '.join(columns)}."
        )
    return table


def table_in_folder(name: str) -> Path | None:
    """The file NAME.csv in the folder `THALWEG_DATA`; None if there is none."""
    if FOLDER not in os.environ:
        return None
    file = user_path(os.environ[FOLDER]) / f"{name}.csv"
    return file if file.exists() else None


def _fetch(data_id: int) -> pd.DataFrame:
    from sklearn.datasets import fetch_openml

    try:
        # scikit-learn warns at every attempt; the error says it once.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table: pd.DataFrame = fetch_openml(data_id=data_id, as_frame=True, parser="auto").frame
    except OSError as error:
        raise Unreachable(
            f"OpenML could not be reached ({error}); pass the path of a CSV file of data set {data_id}."
        ) from error
    return table
