"""Evaluate many walkers a few at a time, so that intermediates stay in the cache."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float


def in_chunks(
    function: Callable[[Array], Any],
    chunk: int,
    x: Float[Array, "b m"],
    needed: Bool[Array, " b"] | None = None,
) -> Any:
    """`function` of every row of `x` [b m], `chunk` rows at once on a CPU and all on a GPU.

    Chunks none of whose rows are `needed` are skipped and give zeros.
    """
    b, m = x.shape
    chunk = max(1, min(chunk, b)) if jax.default_backend() == "cpu" else b
    padding = -b % chunk
    rows = jnp.pad(x, ((0, padding), (0, 0))).reshape(-1, chunk, m)
    batched_function = jax.vmap(function)
    if needed is None:
        out = jax.lax.map(batched_function, rows)
    else:
        is_wanted = jnp.pad(needed, (0, padding)).reshape(-1, chunk).any(axis=1)
        out = jax.lax.map(
            lambda a: jax.lax.cond(a[1], batched_function, _zeros(batched_function), a[0]),
            (rows, is_wanted),
        )
    return jax.tree.map(lambda a: a.reshape(-1, *a.shape[2:])[:b], out)


def _zeros(function: Callable[[Array], Any]) -> Callable[[Array], Any]:
    def nothing(x: Array) -> Any:
        shapes = jax.eval_shape(function, x)
        return jax.tree.map(lambda s: jnp.zeros(s.shape, s.dtype), shapes)

    return nothing


def default_lanes() -> int:
    """Walkers that move together: enough to feed the device, few enough to stay in its cache."""
    return 16 if jax.default_backend() == "cpu" else 4096


def n_lanes(walkers: int, most: int) -> int:
    """Lanes for so many walkers: few different numbers, since each compiles anew."""
    lanes = 16
    while lanes < min(walkers, most):
        lanes *= 4
    return min(lanes, most)
