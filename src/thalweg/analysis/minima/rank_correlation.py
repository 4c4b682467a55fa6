"""Rank correlations over minima, and how far chance alone would take them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float

from ...confidence_interval import FEWEST_UNITS, ConfidenceInterval, too_few
from ..graph.spearman import spearman


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's rank correlation of two values over minima.

    Attributes:
        coefficient: NaN if either value is constant.
        p_value: of no correlation; NaN likewise.
        interval: 95 % interval by Fisher's transformation, if minima were independent; not known from
            fewer than five, or without a coefficient.
        n: minima.
    """

    coefficient: float
    p_value: float
    interval: ConfidenceInterval
    n: int


def loss_metric_correlation(
    losses: Float[np.ndarray, " minima"], metric: Float[np.ndarray, " minima"]
) -> RankCorrelation:
    """Rank correlation of a loss and a metric over the minima of one landscape.

    The loss may be that of another problem (`Relaxation.loss_before`): whether one loss foretells the
    quality of the minima of another.

    Raises:
        ValueError: for fewer than two minima, or arrays of different lengths.
    """
    n = len(losses)
    if n != len(metric) or n < 2:
        raise ValueError(
            f"a correlation needs at least two minima, got {n} and {len(metric)} values."
        )
    rank = spearman(losses, metric)
    return RankCorrelation(rank.coefficient, rank.p_value, _interval(rank.coefficient, n), n)


def chance_correlation(n: int) -> float:
    """Size of a rank correlation of n independent pairs that chance exceeds once in twenty.

    1 for fewer than five pairs, of which any correlation may be chance.
    """
    return 1.0 if n < FEWEST_UNITS else float(np.tanh(_half_width(n)))


def rank_correlations(values: Mapping[str, Float[np.ndarray, " minima"]]) -> pd.DataFrame:
    """Spearman's rank correlations between per-minimum values, as a symmetric table.

    Raises:
        ValueError: if there are fewer than three minima.
    """
    table = pd.DataFrame({name: np.asarray(column) for name, column in values.items()})
    if len(table) < 3:
        raise ValueError(f"correlations need at least three minima, got {len(table)}.")
    return table.corr(method="spearman")


def _interval(coefficient: float, n: int) -> ConfidenceInterval:
    reason = too_few(n, "minima")
    if np.isnan(coefficient):
        reason = "one of the values is the same for all minima"
    if reason:
        return ConfidenceInterval.unknown(reason)
    # The next lower value that n ranks can have is 1 − 12/(n (n² − 1)): a perfect one stands for all from
    # half way there. The transformation would make it certain.
    largest = 1 - 6 / (n * (n**2 - 1))
    centre = np.arctanh(np.clip(coefficient, -largest, largest))
    lower, upper = (float(np.tanh(centre + side * _half_width(n))) for side in (-1, 1))
    return ConfidenceInterval(
        -1.0 if coefficient < -largest else lower, 1.0 if coefficient > largest else upper
    )


def _half_width(n: int) -> float:
    """Half-width of the 95 % interval of artanh ρ for n pairs.

    Reference: Fieller, Hartley & Pearson, Biometrika 44, 470 (1957): variance 1.06/(n − 3).
    """
    return float(1.96 * np.sqrt(1.06 / (n - 3)))
