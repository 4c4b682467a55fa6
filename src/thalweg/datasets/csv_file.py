"""Tables of text with a separator: what the parser would pass over is refused with the reason."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from .dataset import DatasetError
from .packed_file import read_bytes

NOT_A_NUMBER = (
    *("nan", "NaN", "-nan", "-NaN", "<NA>", "#N/A", "#N/A N/A", "#NA"),
    *("1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"),
)
"""What stands for a missing value and for nothing else."""
PERHAPS_MISSING = ("NA", "N/A", "n/a", "None", "NULL", "null")
"""What stands for a missing value among numbers, and may be a name among names."""

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_BOOLEANS = {
    "True": True,
    "TRUE": True,
    "true": True,
    "False": False,
    "FALSE": False,
    "false": False,
}
_COMMENTS = ("#", "%", "//")


def read_csv(
    path: Path,
    *,
    separator: str | None = None,
    decimal: str = ".",
    labels: str | None = None,
) -> pd.DataFrame:
    """All columns of a table of text with a header.

    Columns without a name are called "Unnamed: 0" and so on by their position, and of several columns of
    one name the later ones "name.1" and so on, as pandas does.

    Args:
        path: of the file, which may be packed.
        separator: between columns; by default a tab for .tsv and .tab, a comma for others. A space
            stands for any number of them.
        decimal: mark in numbers.
        labels: a column whose entries are kept as text, with what may be missing values among them.

    Raises:
        DatasetError: if it is not such a table; the message says why.
        OSError: if it cannot be read.
    """
    content = read_bytes(path)
    if not content.strip():
        raise DatasetError(f"{path} is empty; expected a header line and rows.")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:4096]:
        raise DatasetError(f"{path} is no text in UTF-8 (it holds zero bytes); save it as UTF-8.")
    if not (len(decimal) == 1 and (separator is None or len(separator) == 1)):
        raise DatasetError(
            f"separator and decimal must be one character each, got {separator!r} and {decimal!r}."
        )
    is_tabs = ".tsv" in path.suffixes or ".tab" in path.suffixes
    between = separator or ("\t" if is_tabs else ",")
    options: dict[str, Any] = {"sep": r"\s+" if between == " " else between, "decimal": decimal}
    try:
        header = _header(content, options)
        _check_header(path, content, header, between)
        names = pd.read_csv(io.BytesIO(content), nrows=0, index_col=False, **options).columns
        if labels is not None and header.count(labels) > 1:
            raise DatasetError(
                f"{path} has {header.count(labels)} columns of the name {labels!r}, the target; "
                "rename all but one of them."
            )
        missing = {str(name): [*NOT_A_NUMBER, *PERHAPS_MISSING, "", " "] for name in names}
        if labels is not None:
            missing.pop(labels, None)
        table: pd.DataFrame = pd.read_csv(
            io.BytesIO(content),
            na_values=missing,
            keep_default_na=False,
            dtype={} if labels is None else {labels: str},
            low_memory=False,
            **options,
        )
    except pd.errors.EmptyDataError as error:
        raise DatasetError(f"{path} is empty; expected a header line and rows.") from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path} is no text in UTF-8 ({error.reason}); save it so.") from error
    _check_width(path, table, len(header))
    if labels is not None and labels in table:
        table[labels] = _typed(table[labels])
    return table


def _header(content: bytes, options: Mapping[str, Any]) -> list[str]:
    """The names as they stand in the file."""
    first = pd.read_csv(
        io.BytesIO(content), header=None, nrows=1, dtype=str, keep_default_na=False, **options
    )
    return [str(name) for name in first.iloc[0]]


def _check_header(path: Path, content: bytes, header: Sequence[str], separator: str) -> None:
    lines = [
        line for line in content[: 1 << 16].decode("utf-8-sig", "replace").splitlines() if line
    ]
    first, second = lines[0], lines[1] if len(lines) > 1 else ""
    if first.startswith(_COMMENTS) and first.count(separator) != second.count(separator):
        raise DatasetError(
            f"{path} begins with a comment ({first[:40]!r}); its first line must be the header. "
            "Remove the comment."
        )
    if len(header) > 1:
        return
    for other, word in _SEPARATORS.items():
        if other != separator and other in first and other in second:
            raise DatasetError(
                f"{path}: the columns are separated by {word}, not by {separator!r}. Pass "
                f"separator={other!r}, and decimal=',' if numbers have decimal commas."
            )
    if " " in first.strip() and len(first.split()) == len(second.split()):
        raise DatasetError(
            f"{path}: the columns seem to be separated by spaces, not by {separator!r}. Pass "
            "separator=' '."
        )


def _typed(labels: pd.Series) -> pd.Series:
    """Labels that were read as text as numbers or booleans if all are, without missing values."""
    is_missing = labels.isna() | (labels.str.strip() == "") | labels.isin(NOT_A_NUMBER)
    sure = labels[~(is_missing | labels.isin(PERHAPS_MISSING))]
    if len(sure) and pd.to_numeric(sure, errors="coerce").notna().all():
        is_sure = labels.index.isin(sure.index)
        return pd.to_numeric(labels.where(is_sure))
    if len(sure) and sure.isin(_BOOLEANS).all():
        return labels.map(_BOOLEANS)
    return labels.where(~is_missing)


def _check_width(path: Path, table: pd.DataFrame, n_names: int) -> None:
    """Refuse rows with more fields than names: pandas takes the first ones for an index."""
    if isinstance(table.index, pd.RangeIndex):
        return
    raise DatasetError(
        f"{path}: the rows have {n_names + table.index.nlevels} fields, the header has {n_names}. Remove "
        "separators at the ends of rows, or name every column in the header (R leaves out that of row "
        "names)."
    )
