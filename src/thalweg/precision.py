"""Double precision inside the library, whatever the precision of the user's own JAX code."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from .compiled_programs import keep_compiled_programs_by_default

_P = ParamSpec("_P")
_R = TypeVar("_R")


def with_float64(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """`function` with 64-bit JAX arrays inside, and the caller's setting unchanged.

    Stationary points are defined by a gradient below 1e-10, which float32 cannot resolve. Arrays
    handed back to a caller should be NumPy, so that no later JAX operation narrows them.

    All that the library compiles is compiled in here; what takes long is kept on disk for other processes.
    """

    @wraps(function)
    def in_float64(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        keep_compiled_programs_by_default()
        with jax.enable_x64(True):
            return function(*args, **kwargs)

    return in_float64


def as_float64(value: Array | float) -> Array | np.ndarray:
    """A number as a float64 array; a JAX array, which may be traced, is returned as it is."""
    return value if isinstance(value, jax.Array) else np.asarray(value, dtype=np.float64)


def call_on_host(
    function: Callable[..., Sequence[Any]],
    shapes: Sequence[tuple[int, ...]],
    *arguments: Array,
    vmap_method: str | None = None,
) -> tuple[Array, ...]:
    """Results of a NumPy function of float64 arrays, called from compiled code.

    Callbacks run on threads that know nothing of float64 and would narrow what passes through them, so
    numbers go in and out as bytes.

    Args:
        function: gives as many arrays as there are `shapes`; under `vmap`, with the axes of `vmap_method`.
        shapes: of the results of one call.
        arguments: float64 arrays.
        vmap_method: as of `jax.pure_callback`.
    """

    def on_bytes(*arrays: Any) -> tuple[np.ndarray, ...]:
        results = function(*(np.asarray(a).view(np.float64)[..., 0] for a in arrays))
        reals = [
            np.ascontiguousarray(a, dtype=np.float64).reshape((*np.shape(a), 1)) for a in results
        ]
        return tuple(a.view(np.uint8) for a in reals)

    results = jax.pure_callback(
        on_bytes,
        # JAX has no annotation for this class.
        tuple(jax.ShapeDtypeStruct((*s, 8), jnp.uint8) for s in shapes),  # type: ignore[no-untyped-call]
        *(jax.lax.bitcast_convert_type(a, jnp.uint8) for a in arguments),
        vmap_method=vmap_method,
    )
    return tuple(jax.lax.bitcast_convert_type(a, jnp.float64) for a in results)
