"""A checkerboard in the plane."""

import numpy as np
from jaxtyping import Float, Int

from .dataset import Dataset, DatasetError


def checkerboard(train: int = 3200, test: int = 800, *, cells: int = 4, seed: int = 0) -> Dataset:
    """Uniform points on [−1, 1]², classes by the colour of `cells` × `cells` squares.

    Raises:
        DatasetError: for fewer than two training points, or fewer than two squares a side.
    """
    if train < 2 or test < 0 or cells < 2:
        raise DatasetError(
            f"checkerboard needs train >= 2, test >= 0 and cells >= 2, got {train}, {test}, {cells}."
        )
    inputs, targets = _draw(train, cells, seed)
    test_inputs, test_targets = _draw(test, cells, seed + 1)
    return Dataset("checkerboard", inputs, targets, test_inputs, test_targets, ("x", "y"))


def _draw(n: int, cells: int, seed: int) -> tuple[Float[np.ndarray, "n 2"], Int[np.ndarray, " n"]]:
    points = np.random.default_rng(seed).random((n, 2))
    return 2 * points - 1, np.floor(points * cells).astype(np.int64).sum(axis=1) % 2
