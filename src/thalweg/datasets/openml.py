"""Public tables, fetched from OpenML or read from a file that the user already has."""

import os
import warnings
from pathlib import Path

import pandas as pd

from .dataset import DatasetError

FOLDER = "THALWEG_DATA"
"""Environment variable: a folder of tables that need not be fetched, as NAME.csv."""


def frame(name: str, data_id: int, path: str | Path | None) -> pd.DataFrame:
    """The table of that OpenML number, from a CSV file if `path` is given or the folder has it.

    Raises:
        DatasetError: if the file cannot be read, or OpenML cannot be reached.
    """
    if path is None and FOLDER in os.environ:
        kept = Path(os.environ[FOLDER]) / f"{name}.csv"
        path = kept if kept.exists() else None
    return _fetched(data_id) if path is None else _read(Path(path))


def _fetched(data_id: int) -> pd.DataFrame:
    from sklearn.datasets import fetch_openml

    try:
        # scikit-learn warns at every attempt; the error says it once.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return fetch_openml(data_id=data_id, as_frame=True, parser="auto").frame
    except OSError as error:
        raise DatasetError(
            f"OpenML could not be reached ({error}); pass the path of a CSV file of data set {data_id}."
        ) from error


def _read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} cannot be read as a table: {error}") from error
