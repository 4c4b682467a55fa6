"""Sums, products of matrices and extremes."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..balls import Array
from ..truth import Unprovable
from .registry import rule


@rule("reduce_sum")
def _reduce_sum(arithmetic: Any, equation: Any, a: Any) -> Any:
    return arithmetic.sum(a, tuple(map(int, equation.params["axes"])))


@rule("reduce_max")
def _reduce_max(arithmetic: Any, equation: Any, a: Any) -> Any:
    return arithmetic.largest(a, tuple(map(int, equation.params["axes"])))


@rule("reduce_min")
def _reduce_min(arithmetic: Any, equation: Any, a: Any) -> Any:
    negative = arithmetic.largest(arithmetic.neg(a), tuple(map(int, equation.params["axes"])))
    return arithmetic.neg(negative)


@rule("cumsum")
def _cumsum(arithmetic: Any, equation: Any, a: Any) -> Any:
    axis, is_reverse = equation.params["axis"], equation.params["reverse"]
    n = equation.outvars[0].aval.shape[axis]
    ones = np.tril(np.ones((n, n))) if is_reverse else np.triu(np.ones((n, n)))
    last = arithmetic.move(lambda x: np.moveaxis(x, axis, -1)[..., None, :], a)
    total = arithmetic.matmul(last, arithmetic.exact(ones))
    return arithmetic.move(lambda x: np.moveaxis(x[..., 0, :], -1, axis), total)


@rule("dot_general")
def _dot_general(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    """Contracts and batches dimensions: moved so that one product of matrices does it."""
    ((over_a, over_b), (batch_a, batch_b)) = equation.params["dimension_numbers"]
    shape_a, shape_b = (atom.aval.shape for atom in equation.invars)
    free_a = [k for k in range(len(shape_a)) if k not in (*over_a, *batch_a)]
    free_b = [k for k in range(len(shape_b)) if k not in (*over_b, *batch_b)]

    def size(shape: tuple[int, ...], axes: Any) -> int:
        return int(np.prod([shape[k] for k in axes], dtype=int))

    batch = tuple(shape_a[k] for k in batch_a)
    n, inner = size(batch, range(len(batch))), size(shape_a, over_a)
    left = arithmetic.move(
        lambda x: x.transpose(*batch_a, *free_a, *over_a).reshape(n, -1, inner), a
    )
    right = arithmetic.move(
        lambda x: x.transpose(*batch_b, *over_b, *free_b).reshape(n, inner, -1), b
    )
    product = arithmetic.matmul(left, right)
    return arithmetic.move(lambda x: x.reshape(equation.outvars[0].aval.shape), product)


@rule("scatter-add")
def _scatter_add(arithmetic: Any, equation: Any, a: Any, indices: Array, updates: Any) -> Any:
    """By a matrix of ones: which update is added where is a linear map."""
    shape, n = (
        equation.outvars[0].aval.shape,
        int(np.prod(equation.invars[2].aval.shape, dtype=int)),
    )
    size = int(np.prod(shape, dtype=int))
    if size * n > _MOST_ENTRIES:
        raise Unprovable("there is no enclosure of a scatter-add of this size")
    ones = np.zeros((size, n))
    with jax.enable_x64(True):
        for k in range(n):
            unit = np.zeros(n)
            unit[k] = 1
            inputs = (np.zeros(shape), indices, unit.reshape(equation.invars[2].aval.shape))
            ones[:, k] = np.asarray(
                equation.primitive.bind(*map(jnp.asarray, inputs), **equation.params)
            ).ravel()
    flat = arithmetic.move(lambda x: x.reshape(n, 1), updates)
    added = arithmetic.matmul(arithmetic.exact(ones), flat)
    return arithmetic.add(a, arithmetic.move(lambda x: x.reshape(shape), added))


_MOST_ENTRIES = 10**6
