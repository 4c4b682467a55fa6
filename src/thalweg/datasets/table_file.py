"""Tables as they stand in a file."""

from pathlib import Path

import pandas as pd

from ..archive import require_unpacked_size, unpacked_parquet_size
from ..arrow import arrow
from ..paths import user_path
from .csv_file import read_csv
from .dataset import DatasetError

_ALWAYS_UNPACKED = 2**30
"""Bytes: a column of Booleans may take less than a hundredth of what its numbers do."""


def read_table_file(
    path: str | Path,
    *,
    separator: str | None = None,
    decimal: str = ".",
    labels: str | None = None,
) -> pd.DataFrame:
    """All columns of a .csv, .tsv (also packed) or .parquet file with a header.

    Args:
        path: of the file; `~` is the home directory.
        separator, decimal, labels: of a table of text, as `read_csv` takes them.

    Raises:
        DatasetError: if there is no such file, it cannot be read, or it has fewer than two rows.
        ImportError: for a .parquet or a .zst file without pyarrow, the extra `parquet`.
    """
    path = user_path(path)
    if path.is_dir():
        raise DatasetError(f"{path} is a directory; name the file in it.")
    if not path.is_file():
        raise DatasetError(f"{path}: no such file.")
    try:
        if path.suffix in (".parquet", ".pq"):
            table = _read_parquet(path)
        else:
            table = read_csv(path, separator=separator, decimal=decimal, labels=labels)
    except DatasetError:
        raise
    except (ValueError, OSError) as error:
        reason = [*str(error).strip().splitlines(), type(error).__name__][0]
        raise DatasetError(f"{path} cannot be read as a table: {reason}") from error
    if len(table) < 2:
        raise DatasetError(f"{path} has {len(table)} rows; at least two are needed.")
    return table


def _read_parquet(path: Path) -> pd.DataFrame:
    pa = arrow(f"{path.name}, a Parquet file,")
    try:
        n_bytes = unpacked_parquet_size(pa.parquet.read_metadata(path))
    except pa.ArrowException as error:
        raise ValueError(f"{error}") from error
    require_unpacked_size(path, path.stat().st_size, n_bytes, _ALWAYS_UNPACKED)
    try:
        return pd.read_parquet(path)
    except Exception as error:
        # What pandas has noted in the file about its types and its index may be damaged in any way.
        raise ValueError(f"{type(error).__name__}: {error}") from error
