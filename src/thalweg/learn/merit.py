"""How well each of several minima serves each point."""

import numpy as np
from jaxtyping import Float, Int


def merits(
    predictions: Float[np.ndarray, "minima N outputs"], targets: np.ndarray
) -> Float[np.ndarray, "minima N"]:
    """What is the larger the better a minimum serves a point [minima N].

    Args:
        predictions: class probabilities, or values, of each minimum [minima N outputs].
        targets: numbers of the right classes, whole numbers [N], for which the merit is the probability of
            the right class; or the right values [N] or [N outputs], for which it is minus the squared error.
    """
    if targets.dtype.kind in "iu":
        return predictions[:, np.arange(len(targets)), targets]
    errors = predictions - targets.reshape(len(targets), -1)
    return np.asarray(-(errors**2).sum(axis=2))


def best_minimum(
    predictions: Float[np.ndarray, "minima N outputs"], targets: np.ndarray
) -> Int[np.ndarray, " N"]:
    """For each point the minimum that serves it best, by `merits` [N]."""
    return np.asarray(merits(predictions, targets).argmax(axis=0))
