"""Fisher's iris with a share of its training labels wrong."""

import numpy as np

from .dataset import Dataset, DatasetError
from .split import split_by_share


def mislabelled_iris(*, wrong: float = 0.45, test_share: float = 0.3, seed: int = 0) -> Dataset:
    """Standardised iris data; a share `wrong` of the training labels is another class, at random.

    Test labels are the true ones.

    Raises:
        DatasetError: if `wrong` or `test_share` is not at least 0 and below 1.
    """
    if not 0 <= wrong < 1:
        raise DatasetError(f"wrong must be at least 0 and below 1, got {wrong}.")
    from sklearn.datasets import load_iris

    iris = load_iris()
    split = split_by_share("iris", len(iris.data), test_share, seed, classes=iris.target)
    n_train = len(split.train)
    rng = np.random.default_rng(seed)
    mislabelled_rows = split.train[rng.choice(n_train, size=round(wrong * n_train), replace=False)]
    labels = iris.target.copy()
    labels[mislabelled_rows] = (
        labels[mislabelled_rows] + rng.integers(1, 3, size=len(mislabelled_rows))
    ) % 3
    note = f"{len(mislabelled_rows)} of {n_train} training labels are wrong"
    names = tuple(str(name) for name in iris.feature_names)
    return split.dataset("mislabelled iris", iris.data, labels, names, (note,)).standardised()
