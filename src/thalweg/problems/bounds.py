"""Lower and upper bounds: checked in one place, and starts between them."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

Bounds = tuple[Float[np.ndarray | Array, " d"], Float[np.ndarray | Array, " d"]]
"""Lower and upper bounds [d]."""
BoundsLike = tuple[float | Sequence[float] | np.ndarray, float | Sequence[float] | np.ndarray]
"""Lower and upper bounds as people write them: two numbers, or two vectors."""


def validated_bounds(
    bounds: tuple[Any, Any],
    dimension: int,
    *,
    name: str = "bounds",
    must_be_positive: bool = False,
) -> tuple[Float[np.ndarray, " d"], Float[np.ndarray, " d"]]:
    """Lower and upper bounds [d] of `dimension` coordinates, from two numbers or two vectors [d].

    Args:
        bounds: the lower one first.
        dimension: d.
        name: what the message calls them.
        must_be_positive: whether both must be above zero, as where their logarithms are used.

    Raises:
        ValueError: unless there are two of that size, finite, with lower < upper in every coordinate.
    """
    try:
        lower, upper = (np.broadcast_to(np.asarray(b, float), (dimension,)).copy() for b in bounds)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} must hold two numbers, or two vectors of {dimension} numbers: {error}"
        ) from error
    is_in_order = np.isfinite(lower) & np.isfinite(upper) & (lower < upper)
    if not is_in_order.all() or (must_be_positive and not (lower > 0).all()):
        requirement = "positive and finite" if must_be_positive else "finite"
        where = " in every coordinate" if dimension > 1 else ""
        raise ValueError(f"{name} must be {requirement} with lower < upper{where}, got {bounds}.")
    return lower, upper


def uniform_between(
    key: PRNGKeyArray,
    lower: Float[np.ndarray | Array, " d"],
    upper: Float[np.ndarray | Array, " d"],
) -> Float[Array, " d"]:
    """A point [d] drawn uniformly between the bounds [d]."""
    lower, upper = jnp.asarray(lower), jnp.asarray(upper)
    return lower + (upper - lower) * jax.random.uniform(key, lower.shape)
