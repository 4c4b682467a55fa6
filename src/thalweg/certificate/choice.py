"""Which elements are the largest, as an operation of JAX: enclosures decide it where two balls are apart."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import core as jax_core
from jax.extend.core import Primitive
from jax.interpreters import ad, batching, mlir

_IS_LARGEST = Primitive("is_largest")


def is_largest(a: Any, axes: Sequence[int]) -> Any:
    """Whether each element of `a` is the largest along `axes`, ties included; its derivative is zero."""
    return _IS_LARGEST.bind(a, axes=tuple(axes))  # type: ignore[no-untyped-call]


def _as_computed(a: Any, *, axes: tuple[int, ...]) -> Any:
    return a == jnp.max(a, axis=axes, keepdims=True)


def _batched(arguments: Any, dimensions: Any, *, axes: tuple[int, ...]) -> Any:
    (a,), (batch,) = arguments, dimensions
    return is_largest(jnp.moveaxis(a, batch, 0), [k + 1 for k in axes]), 0


def _derivative(primals: Any, tangents: Any, *, axes: tuple[int, ...]) -> Any:
    (a,) = primals
    # The type of the tangents of truths, which do not change.
    zero = ad.Zero(jax_core.ShapedArray(a.shape, jax.dtypes.float0))
    return is_largest(a, axes), zero


_IS_LARGEST.def_impl(_as_computed)  # type: ignore[no-untyped-call]
_IS_LARGEST.def_abstract_eval(  # type: ignore[no-untyped-call]
    lambda a, *, axes: jax_core.ShapedArray(a.shape, np.dtype(bool))
)
ad.primitive_jvps[_IS_LARGEST] = _derivative
batching.primitive_batchers[_IS_LARGEST] = _batched
mlir.register_lowering(_IS_LARGEST, mlir.lower_fun(_as_computed, multiple_results=False))
