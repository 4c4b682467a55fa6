"""Spearman's rank correlation, also of values that do not vary."""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Num
from scipy.stats import rankdata, spearmanr

_MOST_PERMUTED = 7
"""Pairs up to which all orders are counted; beyond, the t distribution is close."""


@dataclass(frozen=True)
class Spearman:
    """Spearman's rank correlation of two values.

    Attributes:
        coefficient: NaN if either value is constant.
        p_value: of no correlation; NaN likewise. Exact for up to seven pairs, by all permutations.
    """

    coefficient: float
    p_value: float


def spearman(a: Num[np.ndarray, " n"], b: Num[np.ndarray, " n"]) -> Spearman:
    """The rank correlation of `a` and `b` [n], one or more pairs."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return Spearman(np.nan, np.nan)
    result = spearmanr(a, b)
    coefficient = float(result.statistic)
    if len(a) <= _MOST_PERMUTED:
        return Spearman(coefficient, _permutation_p_value(a, b))
    # The t distribution goes to zero; of n! orders two agree perfectly.
    return Spearman(coefficient, max(float(result.pvalue), 2 / math.factorial(min(len(a), 150))))


def _permutation_p_value(a: Num[np.ndarray, " n"], b: Num[np.ndarray, " n"]) -> float:
    """Share of the orders of one value whose rank correlation is as large, of either sign."""
    ranks = rankdata(a) - np.mean(rankdata(a)), rankdata(b) - np.mean(rankdata(b))
    orders = np.array(list(itertools.permutations(range(len(a)))))
    products = ranks[1][orders] @ ranks[0]
    # Ranks are multiples of a half: what is equal differs by rounding alone.
    return float(np.mean(np.abs(products) >= abs(ranks[0] @ ranks[1]) - 1e-9))
