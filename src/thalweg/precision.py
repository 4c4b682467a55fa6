"""Double precision inside the library, whatever the precision of the user's own JAX code."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import jax
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
