"""Two spiral arms in the plane: the standard data set of the field."""

import numpy as np
from jaxtyping import Float, Int

from .dataset import Dataset, DatasetError


def spirals(
    train: int = 3200,
    test: int = 800,
    *,
    turns: float = 780 / 360,
    noise: float = 0.5,
    seed: int = 0,
) -> Dataset:
    """Two interleaved spiral arms, one a class.

    t = √U · 2π·turns; arm 1 = (−t cos t, t sin t) + noise·(U, U), arm 2 = minus the same law with draws
    of its own, all divided by half of the largest t. U is uniform on [0, 1). Arms made from the same
    draws would be mirror images, and every minimum would come twice.

    Args:
        train: training points, half of them in each arm; drawn with `seed`.
        test: test points; drawn with `seed + 1`.
        turns: of each arm. With one turn the landscape of a small network has a single minimum.
        noise: width of the uniform noise, before the division.
        seed: of all draws.

    Raises:
        DatasetError: for fewer than two training points, or turns or noise that make no spiral.
    """
    if train < 2 or test < 0:
        raise DatasetError(f"spirals needs train >= 2 and test >= 0, got {train} and {test}.")
    if not turns > 0 or noise < 0:
        raise DatasetError(f"spirals needs turns > 0 and noise >= 0, got {turns} and {noise}.")
    inputs, targets = _draw(train, turns, noise, seed)
    test_inputs, test_targets = _draw(test, turns, noise, seed + 1)
    return Dataset("spirals", inputs, targets, test_inputs, test_targets, ("x", "y"))


def _draw(
    n: int, turns: float, noise: float, seed: int
) -> tuple[Float[np.ndarray, "n 2"], Int[np.ndarray, " n"]]:
    rng = np.random.default_rng(seed)
    longest = 2 * np.pi * turns
    first = n - n // 2
    arms = []
    for sign, points in ((1, first), (-1, n // 2)):
        t = np.sqrt(rng.random((points, 1))) * longest
        curve = np.concatenate([-np.cos(t) * t, np.sin(t) * t], axis=1)
        arms.append(sign * (curve + noise * rng.random((2, points)).T))
    targets = np.repeat(np.array([0, 1]), [first, n // 2])
    return np.concatenate(arms) / (longest / 2), targets
