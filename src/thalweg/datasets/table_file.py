"""Tables as they stand in a file."""

from pathlib import Path

import pandas as pd

from .dataset import DatasetError


def read_table_file(path: Path) -> pd.DataFrame:
    """All columns of a .csv, .tsv (also compressed) or .parquet file with a header.

    Raises:
        DatasetError: if there is no such file, it cannot be read, or it has fewer than two rows.
    """
    if path.is_dir():
        raise DatasetError(f"{path} is a directory; name the file in it.")
    if not path.is_file():
        raise DatasetError(f"{path}: no such file.")
    try:
        if path.suffix in (".parquet", ".pq"):
            table = pd.read_parquet(path)
        else:
            is_tabs = ".tsv" in path.suffixes or ".tab" in path.suffixes
            table = pd.read_csv(path, sep="\t" if is_tabs else ",")
    except pd.errors.EmptyDataError as error:
        raise DatasetError(f"{path} is empty; expected a header line and rows.") from error
    except (ValueError, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise DatasetError(f"{path} cannot be read as a table: {reason}") from error
    if len(table) < 2:
        raise DatasetError(f"{path} has {len(table)} rows; at least two are needed.")
    return table
