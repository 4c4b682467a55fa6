"""Lower and upper bounds: checked in one place, and starts between them."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

Bounds = tuple[Float[np.ndarray | Array, " d"], Float[np.ndarray | Array, " d"]]
"""Lower and upper bounds [d]."""


@runtime_checkable
class HasLimits(Protocol):
    """Lower and upper bounds by name, as `scipy.optimize.Bounds` has them."""

    @property
    def lb(self) -> Any:
        """Lower bounds, a number or a vector [d]."""

    @property
    def ub(self) -> Any:
        """Upper bounds, a number or a vector [d]."""


class Limits(NamedTuple):
    """Lower and upper bounds by name."""

    lb: Any
    ub: Any


BoundsLike = HasLimits | Sequence[Any] | np.ndarray
"""Bounds as people write them: `bounds_of` says how."""


def bounds_of(
    bounds: BoundsLike, dimension: int
) -> tuple[Float[np.ndarray, " d"], Float[np.ndarray, " d"]]:
    """Lower and upper bounds [d] of `dimension` coordinates, from what people write.

    Two numbers are those of every coordinate. A pair for each coordinate, as SciPy takes them, and
    `scipy.optimize.Bounds` are understood, and so is a vector of lower and one of upper bounds.

    Raises:
        ValueError: for what is none of these, is not finite with lower < upper, or, of two coordinates,
            can be read both as pairs and as vectors.
    """
    if isinstance(bounds, HasLimits):
        return validated_bounds((bounds.lb, bounds.ub), dimension)
    pairs = _as_pairs(bounds, dimension)
    if len(bounds) != 2 or isinstance(bounds, str):
        if pairs is None:
            raise ValueError(
                f"bounds must hold two numbers, or a pair of numbers for each of {dimension} coordinates, "
                f"got {bounds!r}."
            )
        return validated_bounds(pairs, dimension)
    if pairs is None:
        return validated_bounds((bounds[0], bounds[1]), dimension)
    # Of two coordinates: two pairs, or two vectors.
    readings = [reading for reading in (pairs, (bounds[0], bounds[1])) if _is_ordered(reading)]
    if len(readings) == 2 and not np.array_equal(np.array(readings[0]), np.array(readings[1])):
        (a, b), (c, d) = np.transpose(pairs).tolist()
        raise ValueError(
            f"bounds {bounds!r} can be read as a pair for each coordinate, {a:g} to {b:g} and {c:g} to "
            f"{d:g}, or as lower bounds and upper bounds, {a:g} to {c:g} and {b:g} to {d:g}. Pass "
            "scipy.optimize.Bounds(lower, upper), which says which is which."
        )
    return validated_bounds(readings[0] if readings else pairs, dimension)


def _as_pairs(bounds: Any, dimension: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Lower and upper bounds [d] if there is a pair for each coordinate."""
    try:
        array = np.asarray(bounds, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    return (array[:, 0], array[:, 1]) if array.shape == (dimension, 2) else None


def _is_ordered(bounds: tuple[Any, Any]) -> bool:
    lower, upper = np.asarray(bounds, dtype=np.float64)
    return bool((lower < upper).all())


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
