"""Spearman's rank correlation, also of values that do not vary."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Num
from scipy.stats import spearmanr


@dataclass(frozen=True)
class Spearman:
    """Spearman's rank correlation of two values.

    Attributes:
        coefficient: NaN if either value is constant.
        p_value: of no correlation; NaN likewise.
    """

    coefficient: float
    p_value: float


def spearman(a: Num[np.ndarray, " n"], b: Num[np.ndarray, " n"]) -> Spearman:
    """The rank correlation of `a` and `b` [n], one or more pairs."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return Spearman(np.nan, np.nan)
    result = spearmanr(a, b)
    return Spearman(float(result.statistic), float(result.pvalue))
