"""Which columns of a table are data: those without a name may be row numbers, or nothing."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

_NAMELESS = "Unnamed: "
"""How pandas begins the name of a column without one; written and read again it is a name."""


@dataclass(frozen=True, eq=False)
class DataColumns:
    """The columns of a table that are data.

    Attributes:
        table: with these columns.
        notes: what was left out, and what may have to be.
    """

    table: pd.DataFrame
    notes: tuple[str, ...]


def data_columns(table: pd.DataFrame) -> DataColumns:
    """The table without columns that have no name and hold nothing, or different whole numbers.

    The latter are the row numbers that `DataFrame.to_csv` and R's `write.csv` write, in any order.
    """
    notes = []
    left_out = []
    for name in table.columns:
        column = table[name]
        if str(name).startswith(_NAMELESS):
            if column.isna().all():
                left_out.append(name)
                notes.append(f"left out column {name!r}, which has no name and no values")
            elif pd.api.types.is_integer_dtype(column) and column.is_unique:
                left_out.append(name)
                notes.append(
                    f"left out column {name!r}, which has no name and holds a different whole number in "
                    "each row: row numbers, as pandas and R write them. Give it a name to keep it"
                )
        elif _counts_rows(column):
            notes.append(f"column {name!r} counts the rows; if it says nothing else, drop it")
    return DataColumns(table.drop(columns=left_out), tuple(notes))


def _counts_rows(column: pd.Series) -> bool:
    if not pd.api.types.is_integer_dtype(column) or column.isna().any():
        return False
    numbers = column.to_numpy()
    # Two or three rows count by chance.
    return len(numbers) > 3 and numbers[0] in (0, 1) and bool((np.diff(numbers) == 1).all())
