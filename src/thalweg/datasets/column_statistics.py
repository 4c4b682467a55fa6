"""Mean and deviation of the columns of a table, whatever their magnitude."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Num

_ROUNDING = 1e-12
"""Deviation, relative to the largest number of a column, below which it is rounding: sums of 10⁶ equal
numbers are off by some 1e-14."""


@dataclass(frozen=True, eq=False)
class ColumnStatistics:
    """Statistics of each column; without the axis of columns for a vector.

    Attributes:
        mean: [columns].
        deviation: standard deviation [columns].
        varies: whether the numbers of a column differ by more than rounding [columns].
    """

    mean: Float[np.ndarray, "*columns"]
    deviation: Float[np.ndarray, "*columns"]
    varies: Bool[np.ndarray, "*columns"]


def column_statistics(values: Num[np.ndarray, "N *columns"]) -> ColumnStatistics:
    """Mean and deviation over the rows of `values` [N columns] or [N], without overflow or underflow.

    Columns are scaled by powers of two, so that the results have the bits of the plain formulas wherever
    those neither overflow nor underflow.
    """
    numbers = np.asarray(values, dtype=np.float64)
    largest = np.abs(numbers).max(axis=0)
    exponent = np.frexp(largest)[1]
    scaled = np.ldexp(numbers, -exponent)
    deviation = scaled.std(axis=0)
    in_units = np.ldexp(deviation, exponent)
    varies = (deviation > _ROUNDING * np.ldexp(largest, -exponent)) & (in_units > 0)
    mean = np.ldexp(scaled.mean(axis=0), exponent)
    return ColumnStatistics(np.asarray(mean), np.asarray(in_units), np.asarray(varies))
