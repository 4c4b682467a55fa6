"""Data whose rows belong to known groups, for clusterings that are judged by them."""

from typing import Any

import numpy as np
from jaxtyping import Float, Shaped

from .dataset import Dataset
from .split import split_by_share


def iris_species() -> Dataset:
    """Fisher's iris, standardised: 150 flowers, four lengths, three species; all rows for training."""
    from sklearn.datasets import load_iris

    return _of_sklearn("iris species", load_iris())


def wine_cultivars() -> Dataset:
    """Wines of three cultivars, standardised: 178 rows, thirteen analyses; all rows for training."""
    from sklearn.datasets import load_wine

    return _of_sklearn("wine cultivars", load_wine())


def _of_sklearn(name: str, table: Any) -> Dataset:
    """A table that scikit-learn ships, with the names of its groups as labels."""
    groups = np.asarray(table.target_names, dtype=str)
    names = tuple(str(column) for column in table.feature_names)
    return all_for_training(name, np.asarray(table.data), groups[table.target], names)


def all_for_training(
    name: str,
    inputs: Float[np.ndarray, "rows inputs"],
    labels: Shaped[np.ndarray, " rows"],
    names: tuple[str, ...],
    notes: tuple[str, ...] = (),
) -> Dataset:
    """All rows for training, in their order, standardised."""
    split = split_by_share(name, len(inputs), 0.0, 0)
    return split.dataset(name, inputs, labels, names, notes).standardised()
