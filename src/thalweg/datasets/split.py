"""Which rows of a data set are for training and which for test."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Shaped

from ..numbers import Real, Whole, real_number, whole_number
from .dataset import Dataset, DatasetError


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers of the two parts of a data set.

    Attributes:
        train: rows for training [N].
        test: rows for test [M]; M may be 0.
    """

    train: Int[np.ndarray, " N"]
    test: Int[np.ndarray, " M"]

    def dataset(
        self,
        name: str,
        inputs: Float[np.ndarray, "rows inputs"],
        targets: Shaped[np.ndarray, " rows"],
        input_names: tuple[str, ...],
        notes: tuple[str, ...] = (),
    ) -> Dataset:
        """The data set of all rows with this split."""
        return Dataset(
            name,
            inputs[self.train],
            targets[self.train],
            inputs[self.test],
            targets[self.test],
            input_names,
            notes,
        )


def split_by_share(
    name: str,
    n_rows: int,
    test_share: Real,
    seed: Whole,
    *,
    classes: Shaped[np.ndarray, " rows"] | None = None,
) -> Split:
    """A random split that keeps a share of the rows for test.

    Args:
        name: of the data, for the error message.
        n_rows: rows in all.
        test_share: share of the rows for test; with 0 all are for training, in the given order.
        seed: of the draw.
        classes: the class of each row [rows], if every class is to have this share; None if not.

    Raises:
        DatasetError: if the share is negative or not below 1, or there are too few rows for it.
    """
    try:
        share = real_number(test_share, "test_share")
        # The generator of scikit-learn takes no larger ones.
        random_state = whole_number(seed, "seed", least=0, most=2**32 - 1)
    except ValueError as error:
        raise DatasetError(str(error)) from None
    if not 0 <= share < 1:
        raise DatasetError(f"test_share must be at least 0 and below 1, got {share}.")
    rows = np.arange(n_rows)
    if share == 0:
        return Split(rows, rows[:0])
    from sklearn.model_selection import train_test_split

    try:
        train, test = train_test_split(
            rows, test_size=share, random_state=random_state, stratify=classes
        )
    except ValueError as error:
        part = "of the rows" if classes is None else "of every class"
        raise DatasetError(
            f"{name}: too few rows to keep {share:.0%} {part} for test ({error}). Set "
            "test_share = 0, or drop the rare classes."
        ) from error
    return Split(train, test)


def split_by_count(name: str, n_rows: int, n_train: int, seed: int) -> Split:
    """A random split with `n_train` rows for training; the others are for test.

    Raises:
        DatasetError: for fewer than two rows for training, or none for test.
    """
    if not 2 <= n_train < n_rows:
        raise DatasetError(f"{name} has {n_rows} rows; train must be from 2 to {n_rows - 1}.")
    order = np.random.default_rng(seed).permutation(n_rows)
    return Split(order[:n_train], order[n_train:])
