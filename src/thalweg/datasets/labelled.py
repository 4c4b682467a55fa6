"""Data whose rows belong to known groups, for clusterings that are judged by them."""

from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Shaped

from ..numbers import Whole, whole_number
from .dataset import Dataset, DatasetError
from .public_table import public_table
from .split import split_by_share

_LEUKAEMIA_ID = 1104
_LEUKAEMIA_CLASS = "CLASS"
_FLOOR, _CEILING = 100.0, 16_000.0
"""Intensities below and above these are noise and saturation, by the usual preparation of these data."""


def iris_species() -> Dataset:
    """Fisher's iris, standardised: 150 flowers, four lengths, three species; all rows for training."""
    from sklearn.datasets import load_iris

    return _of_sklearn("iris species", load_iris())


def wine_cultivars() -> Dataset:
    """Wines of three cultivars, standardised: 178 rows, thirteen analyses; all rows for training."""
    from sklearn.datasets import load_wine

    return _of_sklearn("wine cultivars", load_wine())


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
    n_genes = whole_number(genes, "genes", least=1)
    if set(np.unique(labels)) != {"ALL", "AML"} or numbers.shape[1] < n_genes:
        raise DatasetError(
            f"{path or f'OpenML data set {_LEUKAEMIA_ID}'} must have the classes ALL and AML and at least "
            f"{n_genes} columns of numbers; it has {', '.join(np.unique(labels)[:5])} and {numbers.shape[1]}."
        )
    logs = np.log10(np.clip(numbers.to_numpy(dtype=np.float64), _FLOOR, _CEILING))
    chosen = np.sort(np.argsort(-logs.var(axis=0), kind="stable")[:n_genes])
    names = tuple(str(name) for name in numbers.columns[chosen])
    note = f"logarithms of the {n_genes} genes that vary most, of {numbers.shape[1]}"
    return _all_for_training("leukaemia subtypes", logs[:, chosen], labels, names, (note,))


def _of_sklearn(name: str, table: Any) -> Dataset:
    """A table that scikit-learn ships, with the names of its groups as labels."""
    groups = np.asarray(table.target_names, dtype=str)
    names = tuple(str(column) for column in table.feature_names)
    return _all_for_training(name, np.asarray(table.data), groups[table.target], names)


def _all_for_training(
    name: str,
    inputs: Float[np.ndarray, "rows inputs"],
    labels: Shaped[np.ndarray, " rows"],
    names: tuple[str, ...],
    notes: tuple[str, ...] = (),
) -> Dataset:
    split = split_by_share(name, len(inputs), 0.0, 0)
    return split.dataset(name, inputs, labels, names, notes).standardised()
