"""Fisher's iris with a share of its training labels wrong."""

import numpy as np

from .dataset import Dataset, DatasetError


def mislabelled_iris(*, wrong: float = 0.45, test_share: float = 0.3, seed: int = 0) -> Dataset:
    """Standardised iris data; a share `wrong` of the training labels is another class, at random.

    Test labels are the true ones.

    Raises:
        DatasetError: if `wrong` or `test_share` is not a share.
    """
    if not (0 <= wrong < 1 and 0 < test_share < 1):
        raise DatasetError(
            f"mislabelled_iris needs 0 <= wrong < 1 and 0 < test_share < 1, got {wrong}, {test_share}."
        )
    from sklearn.datasets import load_iris
    from sklearn.model_selection import train_test_split

    iris = load_iris()
    train_x, test_x, train_y, test_y = train_test_split(
        iris.data, iris.target, test_size=test_share, random_state=seed, stratify=iris.target
    )
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(train_y), size=round(wrong * len(train_y)), replace=False)
    labels = train_y.copy()
    labels[chosen] = (labels[chosen] + rng.integers(1, 3, size=len(chosen))) % 3
    note = f"{len(chosen)} of {len(labels)} training labels are wrong"
    names = tuple(str(name) for name in iris.feature_names)
    data = Dataset("mislabelled iris", train_x, labels, test_x, test_y, names, (note,))
    return data.standardised()
