"""Rank correlations over minima, and how far chance alone would take them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float

from ..graph.spearman import spearman

_FEWEST = 4
"""Minima below which Fisher's transformation has no standard error."""


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's rank correlation of two values over minima.

    Attributes:
        coefficient: NaN if either value is constant.
        p_value: of no correlation; NaN likewise.
        interval: 95 % interval by Fisher's transformation, if minima were independent.
        n: minima.
    """

    coefficient: float
    p_value: float
    interval: tuple[float, float]
    n: int


def loss_metric_correlation(
    losses: Float[np.ndarray, " minima"], metric: Float[np.ndarray, " minima"]
) -> RankCorrelation:
    """Rank correlation of a loss and a metric over the minima of one landscape.

    The loss may be that of another problem (`Relaxation.loss_before`): whether one loss foretells the
    quality of the minima of another.

    Raises:
        ValueError: for fewer than four minima, or arrays of different lengths.
    """
    n = len(losses)
    if n != len(metric) or n < _FEWEST:
        raise ValueError(
            f"a correlation needs at least four minima, got {n} and {len(metric)} values."
        )
    rank = spearman(losses, metric)
    centre = np.arctanh(np.clip(rank.coefficient, -1 + 1e-12, 1 - 1e-12))
    lower, upper = (float(np.tanh(centre + side * _half_width(n))) for side in (-1, 1))
    return RankCorrelation(rank.coefficient, rank.p_value, (lower, upper), n)


def chance_correlation(n: int) -> float:
    """Size of a rank correlation of n independent pairs that chance exceeds once in twenty.

    1 for fewer than four pairs, of which any correlation may be chance.
    """
    return 1.0 if n < _FEWEST else float(np.tanh(_half_width(n)))


def rank_correlations(values: Mapping[str, Float[np.ndarray, " minima"]]) -> pd.DataFrame:
    """Spearman's rank correlations between per-minimum values, as a symmetric table.

    Raises:
        ValueError: if there are fewer than three minima.
    """
    table = pd.DataFrame({name: np.asarray(column) for name, column in values.items()})
    if len(table) < 3:
        raise ValueError(f"correlations need at least three minima, got {len(table)}.")
    return table.corr(method="spearman")


def _half_width(n: int) -> float:
    """Half-width of the 95 % interval of artanh ρ for n pairs.

    Reference: Fieller, Hartley & Pearson, Biometrika 44, 470 (1957): variance 1.06/(n − 3).
    """
    return float(1.96 * np.sqrt(1.06 / (n - 3)))
