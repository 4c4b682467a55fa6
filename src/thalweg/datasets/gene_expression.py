"""Gene expression of cancers whose subtypes are known, for clusterings that are judged by them."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float, Shaped

from ..numbers import Whole, whole_number
from .dataset import Dataset, DatasetError, Unreachable
from .labelled import all_for_training
from .public_table import public_table, table_in_folder
from .table_file import read_table_file

_LEUKAEMIA_ID = 1104
_LEUKAEMIA_CLASS = "CLASS"
_FLOOR, _CEILING = 100.0, 16_000.0
"""Intensities below and above these are noise and saturation, by the usual preparation of these data."""

_TUMOURS = ("Burkitt lymphoma", "Ewing sarcoma", "neuroblastoma", "rhabdomyosarcoma")
"""Subtypes 1 to 4 of the tables in ISLP."""
_TUMOUR_CLASS = "subtype"


def leukaemia_subtypes(path: str | Path | None = None, *, genes: Whole = 50) -> Dataset:
    """Gene expression in 72 patients with acute leukaemia of two subtypes, lymphoblastic and myeloid.

    Logarithms of intensities, cut off at 100 and 16,000, of the genes that vary most; standardised.

    Args:
        path: CSV file of the data; if None, `leukaemia_subtypes.csv` of the folder `THALWEG_DATA`, or fetched
            from OpenML (id 1104, `leukemia`).
        genes: how many.

    Raises:
        DatasetError: if the file is another one, or OpenML cannot be reached.

    Reference: Golub et al., Science 286, 531 (1999).
    """
    table = public_table("leukaemia_subtypes", _LEUKAEMIA_ID, path, (_LEUKAEMIA_CLASS,))
    labels = table[_LEUKAEMIA_CLASS].astype("string").str.strip("'").to_numpy(dtype=str)
    numbers = table.drop(columns=[_LEUKAEMIA_CLASS]).select_dtypes("number")
    source = str(path or f"OpenML data set {_LEUKAEMIA_ID}")
    if set(np.unique(labels)) != {"ALL", "AML"}:
        raise DatasetError(
            f"{source} must have the classes ALL and AML; it has {', '.join(np.unique(labels)[:5])}."
        )
    logs = np.log10(np.clip(numbers.to_numpy(dtype=np.float64), _FLOOR, _CEILING))
    return _most_varying("leukaemia subtypes", source, numbers.columns, logs, labels, genes)


def tumour_subtypes(path: str | Path | None = None, *, genes: Whole = 50) -> Dataset:
    """Gene expression in 83 small round blue cell tumours of childhood, of four subtypes.

    Logarithms of relative intensities of the genes that vary most, of 2,308; standardised. The 63 tumours
    on which the published classifier was trained come first, the 20 that it was tested on last.

    Args:
        path: CSV file with a column `subtype`, all others genes; if None, `tumour_subtypes.csv` of the folder
            `THALWEG_DATA`, or the tables that the package ISLP has (`pip install --no-deps ISLP`; it is not
            imported).
        genes: how many.

    Raises:
        DatasetError: if the file is another one; `Unreachable` if there is neither a file nor the package.

    Reference: Khan et al., Nature Medicine 7, 673 (2001).
    """
    path = table_in_folder("tumour_subtypes") if path is None else path
    table = _tumours_of_islp() if path is None else read_table_file(path)
    if _TUMOUR_CLASS not in table.columns:
        raise DatasetError(f"no column {_TUMOUR_CLASS!r} in {path}.")
    labels = table[_TUMOUR_CLASS].astype("string").to_numpy(dtype=str)
    numbers = table.drop(columns=[_TUMOUR_CLASS]).select_dtypes("number")
    logs = numbers.to_numpy(dtype=np.float64)
    source = str(path or "ISLP")
    return _most_varying("tumour subtypes", source, numbers.columns, logs, labels, genes)


def _tumours_of_islp() -> pd.DataFrame:
    spec = find_spec("ISLP")
    if spec is None or not spec.submodule_search_locations:
        raise Unreachable(
            "the tumours come with the package ISLP, which is not installed (pip install --no-deps ISLP), or "
            "as a CSV file with a column `subtype`: pass its path."
        )
    folder = Path(next(iter(spec.submodule_search_locations))) / "data"
    parts = []
    for part in ("train", "test"):
        table = read_table_file(folder / f"Khan_x{part}.csv")
        numbers = read_table_file(folder / f"Khan_y{part}.csv").iloc[:, 0].to_numpy(dtype=np.int64)
        kinds = pd.Series(np.array(_TUMOURS)[numbers - 1], name=_TUMOUR_CLASS)
        parts.append(pd.concat([table, kinds], axis=1))
    return pd.concat(parts, ignore_index=True)


def _most_varying(
    name: str,
    source: str,
    gene_names: pd.Index,
    logs: Float[np.ndarray, "rows genes"],
    labels: Shaped[np.ndarray, " rows"],
    genes: Whole,
) -> Dataset:
    n_genes = whole_number(genes, "genes", least=1)
    if logs.shape[1] < n_genes:
        raise DatasetError(
            f"{source} must have at least {n_genes} columns of numbers; it has {logs.shape[1]}."
        )
    chosen = np.sort(np.argsort(-logs.var(axis=0), kind="stable")[:n_genes])
    names = tuple(str(one) for one in gene_names[chosen])
    note = f"logarithms of the {n_genes} genes that vary most, of {logs.shape[1]}"
    return all_for_training(name, logs[:, chosen], labels, names, (note,))
