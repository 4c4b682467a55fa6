"""Squared distances of points from centroids."""

from typing import TypeVar

import numpy as np
from jax import Array

_AnyArray = TypeVar("_AnyArray", np.ndarray, Array)


def squared_distances(points: _AnyArray, centroids: _AnyArray) -> _AnyArray:
    """‖p − c‖² [n K] of points [n p] and centroids [K p], both of NumPy or both of JAX."""
    squares: _AnyArray = ((points[:, None] - centroids) ** 2).sum(axis=2)
    return squares
