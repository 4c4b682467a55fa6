"""Sums over the data, piece by piece, so that intermediate results stay in a core's cache."""

from collections.abc import Callable
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Num

from ..losses.aggregation import Share

# Intermediates of one chunk of walkers and data should stay within a core's second-level cache.
_CACHE_BYTES = 2 << 20
_FEWEST_POINTS = 64

T = TypeVar("T")


def number_of_pieces(n_points: int, *, rows: int, walkers: int) -> int:
    """How many pieces to cut the data into, for `rows` intermediate numbers per point and walker."""
    intermediate_bytes = rows * n_points * 8 * walkers
    return max(1, min(n_points // _FEWEST_POINTS, round(intermediate_bytes / _CACHE_BYTES)))


def sum_in_pieces(
    block: Callable[..., T],
    inputs: Float[Array, "m N"],
    targets: Num[Array, "... N"],
    share: Share,
    n_pieces: int,
) -> T:
    """Sum `block(inputs, targets, share)` over pieces of the data; points of padding have no share.

    Args:
        block: pytree of sums over the points of a piece.
        inputs, targets: of all points.
        share: of each point in the mean [N], or one number for all.
        n_pieces: of equal size, but for the padding.
    """
    if n_pieces == 1:
        return block(inputs, targets, share)
    n = inputs.shape[1]
    size = -(-n // n_pieces)
    pieces = tuple(
        jnp.moveaxis(_padded(a, n_pieces * size).reshape(*a.shape[:-1], n_pieces, size), -2, 0)
        for a in (inputs, targets, jnp.broadcast_to(share, (n,)))
    )
    shapes = jax.eval_shape(block, *(a[0] for a in pieces))
    zero = jax.tree.map(lambda s: jnp.zeros(s.shape, s.dtype), shapes)

    def add(total: Any, piece: Any) -> tuple[Any, None]:
        return jax.tree.map(jnp.add, total, block(*piece)), None

    total: T = jax.lax.scan(add, zero, pieces)[0]
    return total


def _padded(a: Array, length: int) -> Array:
    """Pad the last axis with zeros."""
    return jnp.pad(a, [(0, 0)] * (a.ndim - 1) + [(0, length - a.shape[-1])])
