"""Factors and solutions of linear systems in enclosures, row by row."""

from typing import Any

import numpy as np

from ..truth import Unprovable
from .registry import rule


@rule("cholesky")
def _cholesky(arithmetic: Any, equation: Any, a: Any) -> Any:
    """The lower factor [... n n] of a symmetric matrix, of which the lower half is read."""
    shape = equation.outvars[0].aval.shape
    n = shape[-1]
    zero = arithmetic.exact(np.zeros(shape[:-1]))
    columns: list[Any] = []
    for j in range(n):
        column = _part(arithmetic, a, (..., j))
        if columns:
            known = _stack(arithmetic, columns)
            row = _part(arithmetic, known, (..., slice(j, j + 1), slice(None)))
            product = arithmetic.matmul(known, _swapped(arithmetic, row))
            column = arithmetic.sub(column, _part(arithmetic, product, (..., 0)))
        pivot = arithmetic.sqrt(_part(arithmetic, column, (..., slice(j, j + 1))))
        column = arithmetic.div(column, pivot)
        # What stands above the diagonal is zero, whatever rounding makes of it.
        above = np.broadcast_to(np.arange(n) < j, shape[:-1]).astype(np.int8)
        columns.append(arithmetic.hull(column, zero, above))
    return _stack(arithmetic, columns)


@rule("triangular_solve")
def _triangular_solve(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    """X of A X = B, or of X A = B, for a triangular A; half of A is read."""
    options = equation.params
    if options["conjugate_a"] and equation.invars[0].aval.dtype.kind == "c":
        raise Unprovable("there is no enclosure of complex numbers")
    if not options["left_side"]:
        # X A = B is Aᵀ Xᵀ = Bᵀ.
        solution = _solve(
            arithmetic, a, _swapped(arithmetic, b), options, not options["transpose_a"]
        )
        return _swapped(arithmetic, solution)
    return _solve(arithmetic, a, b, options, options["transpose_a"])


def _solve(arithmetic: Any, a: Any, b: Any, options: Any, is_transposed: bool) -> Any:
    matrix = _swapped(arithmetic, a) if is_transposed else a
    is_lower = options["lower"] != is_transposed
    n = _shape(b)[-2]
    order = list(range(n)) if is_lower else list(range(n))[::-1]
    rows: list[Any] = []
    for k, i in enumerate(order):
        row = _part(arithmetic, b, (..., slice(i, i + 1), slice(None)))
        if rows:
            index = np.array(order[:k])
            factors = _part(arithmetic, matrix, (..., slice(i, i + 1), index))
            known = arithmetic.move(lambda *xs: np.concatenate(xs, axis=-2), *rows)
            row = arithmetic.sub(row, arithmetic.matmul(factors, known))
        if not options["unit_diagonal"]:
            pivot = _part(arithmetic, matrix, (..., slice(i, i + 1), slice(i, i + 1)))
            row = arithmetic.div(row, pivot)
        rows.append(row)
    in_order = rows if is_lower else rows[::-1]
    return arithmetic.move(lambda *xs: np.concatenate(xs, axis=-2), *in_order)


def _part(arithmetic: Any, a: Any, index: Any) -> Any:
    return arithmetic.move(lambda x: x[index], a)


def _stack(arithmetic: Any, columns: list[Any]) -> Any:
    return arithmetic.move(lambda *xs: np.stack(xs, axis=-1), *columns)


def _swapped(arithmetic: Any, a: Any) -> Any:
    return arithmetic.move(lambda x: np.swapaxes(x, -1, -2), a)


def _shape(a: Any) -> tuple[int, ...]:
    shape: tuple[int, ...] = a.shape
    return shape
